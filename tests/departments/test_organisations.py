"""Departments and the services they run: the trust's list, a department's page, and keeping them."""

import pytest
from django.urls import reverse

from departments.models import Department, Membership, Service, Site, TreatmentFunction
from departments.rules import Role, ServiceKind, SiteKind
from departments.services import organisations
from departments.services.refusals import Refused
from tests.conftest import make_person


def listing(place):
    return reverse("departments:trust_departments", args=[place.trust.ods_code])


def page(department):
    return reverse("departments:detail", args=[department.pk])


# --- My trust
def test_my_trust_leads_to_the_departments_of_the_only_one(signed_in, here):
    assert signed_in("administrator").get(reverse("departments:my_trust")).url == listing(here)


def test_my_trust_asks_which_when_there_are_several(signed_in, people, here, elsewhere):
    Membership.objects.create(user=people["administrator"], role=Role.EXECUTIVE, trust=elsewhere.trust)
    answer = signed_in("administrator").get(reverse("departments:my_trust"))
    assert answer.status_code == 200
    assert {here.trust.name, elsewhere.trust.name} <= {trust.name for trust in answer.context["trusts"]}


@pytest.mark.parametrize("who", ["lead", "assessor", "certifier", "stranger"])
def test_my_trust_is_for_who_may_list_departments(signed_in, who):
    assert signed_in(who).get(reverse("departments:my_trust")).status_code == 403


# --- The trust's departments
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("administrator", 200), ("executive", 200), ("lead", 403), ("contributor", 403), ("certifier", 403),
        ("assessor", 404), ("stranger", 404), ("administrator.elsewhere", 404), ("executive.elsewhere", 404),
    ],
)  # fmt: skip
def test_who_sees_the_departments_of_a_trust(signed_in, here, who, status):
    assert signed_in(who).get(listing(here)).status_code == status


def test_the_list_shows_each_department_with_specialty_services_and_leads(signed_in, here, services_and_sites):
    answer = signed_in("executive").get(listing(here))
    (department,) = answer.context["page"]
    assert (department.name, department.service_count) == ("Cardiology", 2)
    assert [lead.user.name for lead in department.leads] == ["Lead"]
    for words in ("Cardiology (320)", "RKE", "London", "Assured Service Certification", page(department)):
        assert words in answer.text
    assert "Add a department" not in answer.text


def test_an_empty_trust_says_what_to_do_first(signed_in, here):
    Membership.objects.filter(department=here.department).delete()
    here.department.delete()
    assert "Add one, say which services it runs" in signed_in("administrator").get(listing(here)).text
    assert "once your trust’s administrator has added them" in signed_in("executive").get(listing(here)).text


@pytest.mark.parametrize("more", [1, 40])
def test_the_list_costs_the_same_whatever_its_size(signed_in, here, django_assert_num_queries, more):
    for number in range(more):
        department = Department.objects.create(
            trust=here.trust, name=f"Department {number}", treatment_function_id="320"
        )
        make_person(f"lead{number}", (Role.LEAD, department))
        Service.objects.create(department=department, name="Ward", kind=ServiceKind.INPATIENT_WARD)
    client = signed_in("administrator")
    with django_assert_num_queries(8):  # session, person, trust, its body, count, departments, leads, corporate
        answer = client.get(listing(here))
    assert len(answer.context["page"]) == min(more + 1, 25)


# --- Adding and changing a department
@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("executive", 403), ("lead", 403), ("administrator.elsewhere", 404)]
)
def test_who_adds_and_changes_departments(signed_in, here, who, status):
    client = signed_in(who)
    assert client.get(reverse("departments:add_department", args=["RKE"])).status_code == status
    assert client.get(reverse("departments:edit_department", args=[here.department.pk])).status_code == status


def test_an_administrator_adds_a_department_and_lands_on_its_page(signed_in, here):
    words = {"name": "  Ear,  Nose and Throat – Ōtorhinolaryngology ", "treatment_function": "320", "about": "Für alle"}
    answer = signed_in("administrator").post(reverse("departments:add_department", args=["RKE"]), words, follow=True)
    department = Department.objects.get(name="Ear, Nose and Throat – Ōtorhinolaryngology")
    assert answer.redirect_chain == [(page(department), 302)]
    assert "Ōtorhinolaryngology is added" in answer.text
    assert department.trust == here.trust


def test_a_name_that_is_taken_is_said_beside_it_and_nothing_typed_is_lost(signed_in, here):
    words = {"name": "cardiology", "treatment_function": "320", "about": "A long account of it"}
    answer = signed_in("administrator").post(reverse("departments:add_department", args=["RKE"]), words)
    assert answer.context["form"].errors == {"name": ["This trust already has a department of that name."]}
    assert "A long account of it" in answer.text
    assert Department.objects.filter(trust=here.trust).count() == 1


def test_the_same_name_in_another_trust_is_no_matter(signed_in, here, elsewhere):
    assert elsewhere.department.name == here.department.name


def test_what_is_missing_is_said_beside_each_field(signed_in, here):
    answer = signed_in("administrator").post(
        reverse("departments:add_department", args=["RKE"]), {"name": " ", "treatment_function": "999", "about": "x"}
    )
    assert set(answer.context["form"].errors) == {"name", "treatment_function"}


def test_a_department_is_changed_and_the_history_says_by_whom(signed_in, here, people):
    TreatmentFunction.objects.create(
        code="321", name="Paediatric Cardiology Service", short_name="Paediatric Cardiology"
    )
    words = {"name": "Cardiology", "treatment_function": "321", "about": "New"}
    signed_in("administrator").post(reverse("departments:edit_department", args=[here.department.pk]), words)
    here.department.refresh_from_db()
    assert (here.department.treatment_function_id, here.department.about) == ("321", "New")
    last = here.department.events.latest("pgh_id")
    assert last.pgh_context.metadata["user"] == people["administrator"].pk


def test_words_typed_before_the_session_ended_come_back(client, people, here):
    address = reverse("departments:edit_department", args=[here.department.pk])
    words = {"name": "Cardiology", "treatment_function": "320", "about": "Typed for an hour"}
    client.post(address, {**words, "who": people["administrator"].pk})
    client.force_login(people["administrator"])
    answer = client.get(address)
    assert "Typed for an hour" in answer.text
    here.department.refresh_from_db()
    assert here.department.about == ""


def test_words_of_one_person_are_not_shown_to_another(client, people, here):
    address = reverse("departments:edit_department", args=[here.department.pk])
    client.post(address, {"name": "Cardiology", "about": "Mine alone", "who": people["lead"].pk})
    client.force_login(people["administrator"])
    assert "Mine alone" not in client.get(address).text


# --- A department's page
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("lead", 200), ("contributor", 200), ("executive", 200), ("administrator", 200), ("certifier", 200),
        ("assessor", 404), ("stranger", 404), ("lead.elsewhere", 404), ("administrator.elsewhere", 404),
        ("certifier.elsewhere", 404),
    ],
)  # fmt: skip
def test_who_sees_a_department(signed_in, here, who, status):
    assert signed_in(who).get(page(here.department)).status_code == status


def test_the_page_shows_services_by_kind_their_sites_hosts_and_people(signed_in, here, services_and_sites):
    answer = signed_in("lead").get(page(here.department))
    assert [label for label, _ in answer.context["services"]] == ["Inpatient ward", "Anticoagulant clinic"]
    assert answer.context["people"] == [("Lead", ["Lead"]), ("Contributor", ["Contributor"])]
    for words in ("Montuschi Ward", "Whittington Hospital", "River Place Surgery", "hosted by Islington GP Federation"):
        assert words in answer.text


def test_only_who_keeps_the_department_is_offered_to_change_it(signed_in, here, services_and_sites):
    assert "Change the department" in signed_in("administrator").get(page(here.department)).text
    for who in ("lead", "executive", "certifier"):
        text = signed_in(who).get(page(here.department)).text
        assert "Change" not in text
        assert "Invite" not in text


def test_only_who_may_open_an_assessment_is_offered_it(signed_in, here):
    assert "Open an assessment" in signed_in("lead").get(page(here.department)).text
    for who in ("administrator", "executive", "certifier"):
        assert "Open an assessment" not in signed_in(who).get(page(here.department)).text


def test_markup_in_names_is_shown_as_it_was_typed(signed_in, here, services_and_sites):
    evil = "<script>alert('x')</script>"
    here.department.name = here.department.about = evil
    here.department.save()
    Service.objects.filter(pk=services_and_sites[0].pk).update(name=evil)
    Site.objects.filter(name="Whittington Hospital").update(name=evil)
    client = signed_in("administrator")
    service = services_and_sites[0]
    for address in (
        page(here.department),
        listing(here),
        reverse("departments:edit_department", args=[here.department.pk]),
        reverse("departments:edit_service", args=[service.pk]),
        reverse("departments:invite", args=["RKE"]),
    ):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("services", [1, 30])
def test_a_department_costs_the_same_whatever_it_runs(
    signed_in, here, services_and_sites, django_assert_num_queries, services
):
    for number in range(services):
        service = Service.objects.create(
            department=here.department, name=f"Clinic {number}", kind=ServiceKind.OUTPATIENT_CLINIC
        )
        service.sites.set(Site.objects.values_list("pk", flat=True))
    client = signed_in("lead")
    with django_assert_num_queries(8):  # session, person, department, services, sites, partners, people, function
        client.get(page(here.department))


# --- Services
@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("executive", 403), ("lead", 403), ("administrator.elsewhere", 404), ("stranger", 404)],
)
def test_who_keeps_services(signed_in, here, services_and_sites, who, status):
    client, service = signed_in(who), services_and_sites[0]
    for address in (
        reverse("departments:add_service", args=[here.department.pk]),
        reverse("departments:edit_service", args=[service.pk]),
        reverse("departments:remove_service", args=[service.pk]),
    ):
        assert client.get(address).status_code == status
    if status != 200:
        assert client.post(reverse("departments:remove_service", args=[service.pk])).status_code == status
        assert Service.objects.filter(pk=service.pk).exists()


def test_a_service_is_added_at_several_sites(signed_in, here, services_and_sites):
    sites = list(Site.objects.values_list("pk", flat=True))
    words = {"name": "Echo", "kind": "investigation_unit", "sites": sites}
    answer = signed_in("administrator").post(
        reverse("departments:add_service", args=[here.department.pk]), words, follow=True
    )
    assert "Echo is added to Cardiology." in answer.text
    assert set(Service.objects.get(name="Echo").sites.values_list("pk", flat=True)) == set(sites)


def test_a_service_is_changed(signed_in, here, services_and_sites):
    ward = services_and_sites[0]
    words = {"name": "Montuschi Ward", "kind": "other", "sites": []}
    signed_in("administrator").post(reverse("departments:edit_service", args=[ward.pk]), words)
    ward.refresh_from_db()
    assert ward.kind == "other"
    assert not ward.sites.exists()


def test_a_service_of_a_name_that_the_department_uses_is_refused(signed_in, here, services_and_sites):
    words = {"name": "MONTUSCHI WARD", "kind": "other"}
    answer = signed_in("administrator").post(reverse("departments:add_service", args=[here.department.pk]), words)
    assert answer.context["form"].errors == {"name": ["This department already runs a service of that name."]}


def test_the_site_of_another_trust_is_neither_offered_nor_taken(signed_in, here, elsewhere, people):
    theirs = Site.objects.create(trust=elsewhere.trust, name="Royal Free Hospital", kind=SiteKind.HOSPITAL)
    client, address = signed_in("administrator"), reverse("departments:add_service", args=[here.department.pk])
    assert "Royal Free Hospital" not in client.get(address).text
    answer = client.post(address, {"name": "Echo", "kind": "other", "sites": [theirs.pk]})
    assert "no longer on the trust’s list" in answer.context["form"].errors["sites"][0]
    with pytest.raises(Refused, match="no longer on the trust’s list"):
        organisations.add_service(
            department=here.department, name="Echo", kind="other", sites=[theirs], by=people["administrator"]
        )
    assert not Service.objects.filter(name="Echo").exists()


def test_a_service_is_removed_after_a_page_that_asks(signed_in, here, services_and_sites):
    client, ward = signed_in("administrator"), services_and_sites[0]
    address = reverse("departments:remove_service", args=[ward.pk])
    assert "Remove Montuschi Ward?" in client.get(address).text
    assert Service.objects.filter(pk=ward.pk).exists()
    assert "Montuschi Ward is removed from Cardiology." in client.post(address, follow=True).text
    assert not Service.objects.filter(pk=ward.pk).exists()
    assert client.post(address).status_code == 404
