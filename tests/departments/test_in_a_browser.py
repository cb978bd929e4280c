"""The pages of this floor in a real browser, phone and desk, refused forms too: axe, width, console."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from departments.models import Membership, OutgoingEmail, Partner, Site
from departments.rules import PartnerKind, Role, SiteKind
from departments.services import people as service
from tests.conftest import make_person

ROOT = Path(settings.BASE_DIR)
AXE = next((ROOT / "static/vendor").glob("axe-core-*/axe.min.js"))
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SETTLES = 2_000  # milliseconds: the header folds its links into “More” a moment after the window changes
WRONG = {"name": "", "email": "new@", "who": "1"}


@pytest.fixture
def pages(signed_in, people, here, elsewhere, services_and_sites):
    """Every page as the server sends it, by name: (HTML, content security policy)."""
    long = "Cardiovascular rehabilitation, outreach and heart failure partnership of the northern boroughs"
    free = Partner.objects.create(trust=here.trust, name=long, kind=PartnerKind.COMMUNITY_PROVIDER)
    spare = Site.objects.create(trust=here.trust, name=f"Site of {long}", kind=SiteKind.OTHER, town="London")
    make_person("a-very-long-address-that-somebody-really-has.and-more", (Role.EXECUTIVE, here.trust))
    past = make_person("past", (Role.EXECUTIVE, here.trust))
    Membership.objects.filter(user=past).update(valid_until=timezone.now())
    invitation = service.invite(
        trust=here.trust, email="somebody.new.with-a-long-name@whittington-health.example.org", role=Role.LEAD,
        department=here.department, by=people["administrator"],
    )  # fmt: skip
    link = "/invitations/" + OutgoingEmail.objects.latest("pk").body.split("/invitations/")[1].split()[0]
    make_person("second", (Role.ADMINISTRATOR, here.trust))
    here.department.about = "A paragraph about the department. " * 20
    here.department.save()
    client, ward, surgery = signed_in("administrator"), services_and_sites[0], Site.objects.get(kind="gp_surgery")
    answers = {
        "listing": client.get(reverse("departments:trust_departments", args=["RKE"])),
        "listing-executive": signed_in("executive").get(reverse("departments:trust_departments", args=["RKE"])),
        "detail": client.get(reverse("departments:detail", args=[here.department.pk])),
        "detail-lead": signed_in("lead").get(reverse("departments:detail", args=[here.department.pk])),
        "invitation-closed": Client().get("/invitations/unknown/"),
        "invitation-join": Client().get(link),
        "invitation-join-refused": Client().post(link, {**WRONG, "password": "short", "password_again": "other"}),
        "invitation-other": client.get(link),
    }
    forms = {
        "add_department": "RKE", "edit_department": here.department.pk, "add_service": here.department.pk,
        "edit_service": ward.pk, "add_site": "RKE", "edit_site": surgery.pk, "add_partner": "RKE", "invite": "RKE",
    }  # fmt: skip
    for name, key in forms.items():
        answers[name] = client.get(reverse(f"departments:{name}", args=[key]))
        answers[f"{name}-refused"] = client.post(reverse(f"departments:{name}", args=[key]), WRONG)
    plain = {
        "sites": "RKE", "people": "RKE", "remove_service": ward.pk, "remove_site": spare.pk, "remove_partner": free.pk,
        "withdraw_invitation": invitation.pk,
    }  # fmt: skip
    for name, key in plain.items():
        answers[name] = client.get(reverse(f"departments:{name}", args=[key]))
    answers["remove_site-used"] = client.get(reverse("departments:remove_site", args=[surgery.pk]))
    own = reverse("departments:end_role", args=[Membership.objects.get(user=people["administrator"]).pk])
    answers["end_role"], answers["end_role-refused"] = client.get(own), client.post(own)
    lead = Membership.objects.get(user=people["lead"])
    answers["end_role-blocked"] = client.get(reverse("departments:end_role", args=[lead.pk]))
    Membership.objects.create(user=people["administrator"], role=Role.EXECUTIVE, trust=elsewhere.trust)
    answers["my_trust"] = client.get(reverse("departments:my_trust"))
    return {name: (answer.text, answer["Content-Security-Policy"]) for name, answer in answers.items()}


def show(page: Page, complaints: list[str]) -> None:
    """Add whatever is wrong with the page that is open, on a phone and at a desk."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        try:
            page.wait_for_function(FITS, timeout=SETTLES)
        except PlaywrightTimeoutError:
            complaints.append(f"{page.url} at {width}: wider than the window")
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{page.url.rpartition('/')[2]}-{width}.png", full_page=True)
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", AXE_TAGS)
    complaints += [f"{page.url}: {one['id']} {[node['html'] for node in one['nodes']]}" for one in found["violations"]]


def test_no_page_is_refused_by_axe_too_wide_or_in_breach_of_its_policy(pages, browser: Browser):
    complaints: list[str] = []

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix("http://ground.test/").split("?")[0]
        file = ROOT / address
        if address in pages:
            text, policy = pages[address]
            headers = {"Content-Security-Policy": policy}
            route.fulfill(body=text, content_type="text/html; charset=utf-8", headers=headers)
        elif address.startswith("static/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=CONTENT_TYPES[file.suffix])
        elif address == reverse("departments:drafts").removeprefix("/"):
            route.fulfill(json={})  # as the server answers somebody who has no drafts
        elif re.fullmatch(r"departments/\d+/views/", address):
            route.fulfill(body="<p>Three views</p>", content_type="text/html")  # a part of the page, of the floor above
        else:
            complaints.append(f"not ours: {route.request.url}")
            route.fulfill(status=404)

    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", answer)
    for name in pages:
        page.goto(f"http://ground.test/{name}")
        show(page, complaints)
    page.close()
    assert complaints == []
