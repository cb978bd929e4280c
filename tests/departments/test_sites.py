"""A trust's sites and the partners that host some of them."""

import pytest
from django.urls import reverse

from departments.models import Partner, Service, Site
from departments.rules import PartnerKind, SiteKind
from departments.services import organisations
from departments.services.refusals import Refused

LIST = "/trusts/RKE/sites/"


@pytest.fixture
def surgery(services_and_sites):
    return Site.objects.get(name="River Place Surgery")


@pytest.fixture
def federation(services_and_sites):
    return Partner.objects.get(name="Islington GP Federation")


@pytest.fixture
def unused(here):
    return Site.objects.create(trust=here.trust, name="Northern Health Centre", kind=SiteKind.HEALTH_CENTRE)


# --- The list
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200), ("executive", 403), ("lead", 403), ("certifier", 403), ("stranger", 404),
        ("administrator.elsewhere", 404),
    ],
)  # fmt: skip
def test_who_sees_the_sites_of_a_trust(signed_in, here, who, status):
    client = signed_in(who)
    for name in ("sites", "add_site", "add_partner"):
        assert client.get(reverse(f"departments:{name}", args=["RKE"])).status_code == status


def test_the_list_shows_sites_with_their_hosts_and_partners_with_their_sites(signed_in, here, services_and_sites):
    answer = signed_in("administrator").get(LIST)
    assert [(site.name, str(site.partner), site.service_count) for site in answer.context["page"]] == [
        ("River Place Surgery", "Islington GP Federation", 1),
        ("Whittington Hospital", "None", 1),
    ]
    assert [(partner.name, partner.site_count) for partner in answer.context["partners"]] == [
        ("Islington GP Federation", 1)
    ]


def test_an_empty_list_says_what_to_do_first(signed_in, here):
    text = signed_in("administrator").get(LIST).text
    assert "No sites yet" in text
    assert "No partners yet" in text
    assert text.count("Add a site") == 1


@pytest.mark.parametrize("more", [1, 70])
def test_the_list_costs_the_same_whatever_its_size(
    signed_in, here, services_and_sites, django_assert_num_queries, more
):
    for number in range(more):
        partner = Partner.objects.create(trust=here.trust, name=f"Partner {number}", kind=PartnerKind.PHARMACY)
        Site.objects.create(trust=here.trust, name=f"Site {number}", kind=SiteKind.PHARMACY, partner=partner)
    client = signed_in("administrator")
    with django_assert_num_queries(6):  # session, person, trust, count, sites, partners
        client.get(LIST)


# --- Sites
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("executive", 403), ("lead", 404), ("administrator.elsewhere", 404)]
)
def test_who_keeps_a_site_and_a_partner(signed_in, surgery, federation, who, status):
    client = signed_in(who)
    for name, pk in (
        ("edit_site", surgery.pk),
        ("remove_site", surgery.pk),
        ("edit_partner", federation.pk),
        ("remove_partner", federation.pk),
    ):
        assert client.get(reverse(f"departments:{name}", args=[pk])).status_code == status


def test_a_site_is_added(signed_in, here, federation):
    words = {
        "name": "Świętokrzyska Clinic",
        "kind": "gp_surgery",
        "partner": federation.pk,
        "town": "London",
        "postcode": "n19 5nf",
    }
    answer = signed_in("administrator").post(reverse("departments:add_site", args=["RKE"]), words, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    site = Site.objects.get(name="Świętokrzyska Clinic")
    assert (site.partner, site.postcode, site.trust) == (federation, "N19 5NF", here.trust)


def test_a_site_of_a_name_that_the_trust_uses_is_refused(signed_in, surgery):
    words = {"name": "river place SURGERY", "kind": "gp_surgery"}
    answer = signed_in("administrator").post(reverse("departments:add_site", args=["RKE"]), words)
    assert answer.context["form"].errors == {"name": ["This trust already lists a site of that name."]}
    assert "river place SURGERY" in answer.text


def test_a_site_is_changed(signed_in, surgery):
    words = {"name": "River Place Surgery", "kind": "health_centre", "partner": "", "town": "", "postcode": ""}
    signed_in("administrator").post(reverse("departments:edit_site", args=[surgery.pk]), words)
    surgery.refresh_from_db()
    assert (surgery.kind, surgery.partner) == ("health_centre", None)


def test_the_partner_of_another_trust_is_neither_offered_nor_taken(signed_in, people, surgery, elsewhere):
    theirs = Partner.objects.create(trust=elsewhere.trust, name="Camden Federation", kind=PartnerKind.GP_PRACTICE)
    client, address = signed_in("administrator"), reverse("departments:edit_site", args=[surgery.pk])
    assert "Camden Federation" not in client.get(address).text
    words = {"name": "River Place Surgery", "kind": "gp_surgery", "town": "", "postcode": ""}
    assert "partner" in client.post(address, {**words, "partner": theirs.pk}).context["form"].errors
    with pytest.raises(Refused, match="no longer on the trust’s list"):
        organisations.change_site(site=surgery, **words, partner=theirs, by=people["administrator"])


def test_a_site_in_use_cannot_be_removed_and_the_page_says_by_what(signed_in, surgery):
    client, address = signed_in("administrator"), reverse("departments:remove_site", args=[surgery.pk])
    text = client.get(address).text
    assert "Anticoagulant clinic (Cardiology)" in text
    assert "Remove the site" not in text
    answer = client.post(address, follow=True)
    assert "cannot be removed, because these use it: Anticoagulant clinic (Cardiology)." in answer.text
    assert Service.objects.get(name="Anticoagulant clinic").sites.get() == surgery


def test_a_site_that_nothing_uses_is_removed_after_a_page_that_asks(signed_in, unused):
    client, address = signed_in("administrator"), reverse("departments:remove_site", args=[unused.pk])
    assert "Remove Northern Health Centre?" in client.get(address).text
    assert "Northern Health Centre is removed." in client.post(address, follow=True).text
    assert not Site.objects.filter(pk=unused.pk).exists()


def test_a_site_that_a_colleague_removed_meanwhile_is_said_so(people, unused):
    words = {"name": "New name", "kind": "hospital", "town": "", "postcode": ""}
    Site.objects.filter(pk=unused.pk).delete()
    with pytest.raises(Refused, match="a colleague has removed it"):
        organisations.change_site(site=unused, **words, partner=None, by=people["administrator"])


# --- Partners
def test_a_partner_is_added_and_changed(signed_in, here):
    client = signed_in("administrator")
    client.post(reverse("departments:add_partner", args=["RKE"]), {"name": "Ōmori Pharmacy", "kind": "pharmacy"})
    partner = Partner.objects.get(trust=here.trust, name="Ōmori Pharmacy")
    client.post(reverse("departments:edit_partner", args=[partner.pk]), {"name": "Omori", "kind": "nhs_trust"})
    partner.refresh_from_db()
    assert (partner.name, partner.kind) == ("Omori", "nhs_trust")


def test_a_partner_of_a_name_that_the_trust_uses_is_refused(signed_in, federation):
    words = {"name": "islington gp federation", "kind": "pharmacy"}
    answer = signed_in("administrator").post(reverse("departments:add_partner", args=["RKE"]), words)
    assert answer.context["form"].errors == {"name": ["This trust already lists a partner of that name."]}


def test_a_partner_that_hosts_a_site_cannot_be_removed_and_the_page_says_which(signed_in, federation):
    client, address = signed_in("administrator"), reverse("departments:remove_partner", args=[federation.pk])
    text = client.get(address).text
    assert "River Place Surgery" in text
    assert "Remove the partner" not in text
    assert "because these use it: River Place Surgery." in client.post(address, follow=True).text
    assert Partner.objects.filter(pk=federation.pk).exists()


def test_a_partner_that_hosts_nothing_is_removed(signed_in, here):
    partner = Partner.objects.create(trust=here.trust, name="Old partner", kind=PartnerKind.PHARMACY)
    signed_in("administrator").post(reverse("departments:remove_partner", args=[partner.pk]))
    assert not Partner.objects.filter(pk=partner.pk).exists()
