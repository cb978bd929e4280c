"""Versions of evidence: added with open eyes, kept apart from what was assessed, never shown to reviewers too early."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.models import Evidence, EvidenceUse, EvidenceVersion, Statement
from assessments.services.evidence import add_version, use_evidence
from files.models import File
from files.rules import FileState
from files.services.intake import receive

SECRETS = (
    "Quarter three figures.txt",
    "17 October 2026",
    "complaints doubled",
    "Seen on the new ward",
    "Recertification 2029",
)
SAID = {"dated": "2026-10-17", "change": "Now with the leaflet.", "version": 0}


def adding(evidence):
    return reverse("assessments:version_add", args=[evidence.pk])


def a_file(name="You said 2026.txt"):
    return SimpleUploadedFile(name, b"You said it again. We did it again.", content_type="text/plain")


@pytest.fixture
def secret_version(renewing, people) -> EvidenceVersion:
    """After the decision: a second version, used in the new assessment, of which no reviewer may know."""
    evidence = Evidence.objects.get()
    words = io.BytesIO(b"The complaints doubled.")
    file = receive(file=words, name="Quarter three figures.txt", department=renewing.department, by=people["lead"])
    version = add_version(
        evidence=evidence, version=0, by=people["lead"], dated=date(2026, 10, 17), file=file,
        change="It says that complaints doubled", valid_until=date(2031, 10, 17),
    )  # fmt: skip
    File.objects.filter(pk=file.pk).update(state=FileState.CLEAN, content_type="text/plain")
    element = renewing.standard.elements.get(number="1.1.1")
    use_evidence(
        assessment=renewing, evidence=evidence, elements=[element], by=people["lead"], shows="Seen on the new ward"
    )
    return version


# --- The wall
@pytest.mark.parametrize("who", ["assessor", "certifier"])
def test_a_reviewer_never_learns_of_a_version_that_theirs_does_not_rest_on(signed_in, secret_version, who):
    evidence = secret_version.evidence
    old = EvidenceUse.objects.get(version__number=1).assessment
    reviewer = signed_in(who)
    pages = [
        reverse("assessments:evidence_detail", args=[evidence.pk]),
        reverse("assessments:evidence", args=[old.pk]),
        reverse("assessments:element", args=[old.pk, "4.3.4"]),
        reverse("assessments:version_state", args=[evidence.versions.get(number=1).pk]),
    ]
    for page in pages:
        answer = reviewer.get(page)
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert [word for word in SECRETS if word in shown] == [], page
    assert "You said.txt" in reviewer.get(pages[0]).content.decode()
    for name in ("version_file", "version_state"):
        assert reviewer.get(reverse(f"assessments:{name}", args=[secret_version.pk])).status_code == 404


def test_the_department_reads_every_one_of_these_words(signed_in, secret_version):
    """Or else the test above would pass for any page."""
    shown = signed_in("lead").get(reverse("assessments:evidence_detail", args=[secret_version.evidence_id]))
    assert [word for word in SECRETS if word not in shown.content.decode()] == []


@pytest.mark.parametrize(("words", "found"), [("figures", False), ("said.txt", True), ("matron", True)])
def test_a_reviewers_search_does_not_look_into_a_newer_versions_name(signed_in, secret_version, words, found):
    old = EvidenceUse.objects.get(version__number=1).assessment
    answer = signed_in("assessor").get(reverse("assessments:evidence", args=[old.pk]), {"words": words})
    assert ("You said, we did" in answer.content.decode()) is found


def test_a_reviewer_gets_the_version_that_was_assessed(signed_in, secret_version):
    File.objects.filter(name="You said.txt").update(state=FileState.CLEAN)
    old = EvidenceVersion.objects.get(number=1)
    answer = signed_in("assessor").get(reverse("assessments:version_file", args=[old.pk]))
    assert b"".join(answer).startswith(b"You said the clinic")


# --- Adding one
def test_who_uses_it_is_said_before_anything_is_changed(signed_in, renewing):
    evidence = Evidence.objects.get()
    element = renewing.standard.elements.get(number="1.1.1")
    use_evidence(assessment=renewing, evidence=evidence, elements=[element], by=renewing.opened_by)
    page = signed_in("contributor").get(adding(evidence)).content.decode()
    assert "<strong>Recertification 2029</strong>: goes over to the new version" in page
    assert "<strong>Recertification 2026</strong>: keeps the version" in page
    assert "1.1.1 " in page
    assert "4.3.4 " in page
    assert evidence.versions.count() == 1


def test_what_is_in_preparation_goes_over_and_what_was_decided_keeps_its_own(signed_in, renewing):
    evidence = Evidence.objects.get()
    element = renewing.standard.elements.get(number="1.1.1")
    use_evidence(assessment=renewing, evidence=evidence, elements=[element], by=renewing.opened_by)
    said = {**SAID, "valid_until": "2027-12-31", "review_on": "2027-01-01", "file": a_file()}
    assert signed_in("contributor").post(adding(evidence), said).status_code == 302
    newest = EvidenceVersion.objects.get(number=2)
    assert (newest.valid_until, newest.review_on, newest.change) == (
        date(2027, 12, 31), date(2027, 1, 1), "Now with the leaflet."
    )  # fmt: skip
    numbers = dict(EvidenceUse.objects.values_list("assessment__title", "version__number"))
    assert numbers == {"Recertification 2029": 2, "Recertification 2026": 1}


def test_a_link_may_follow_a_file(signed_in, evidence_in_preparation):
    signed_in("lead").post(adding(evidence_in_preparation), {**SAID, "link": "https://www.example.org/you-said"})
    assert Evidence.objects.get().current.link == "https://www.example.org/you-said"


def test_a_stale_page_adds_no_version(signed_in, evidence_in_preparation):
    signed_in("contributor").post(adding(evidence_in_preparation), {**SAID, "link": "https://www.example.org/one"})
    answer = signed_in("lead").post(adding(evidence_in_preparation), {**SAID, "link": "https://www.example.org/two"})
    html = answer.content.decode()
    assert "A colleague changed this evidence" in html
    assert "version 2, dated 17 October 2026" in html
    assert "https://www.example.org/two" in html
    assert EvidenceVersion.objects.count() == 2
    again = {**SAID, "link": "https://www.example.org/two", "version": answer.context["form"]["version"].value()}
    assert signed_in("lead").post(adding(evidence_in_preparation), again).status_code == 302
    assert EvidenceVersion.objects.count() == 3


def test_a_file_that_came_with_a_refused_version_is_kept(signed_in, evidence_in_preparation):
    lead = signed_in("lead")
    refused = lead.post(adding(evidence_in_preparation), {**SAID, "dated": "", "file": a_file()})
    assert "<strong>You said 2026.txt</strong> has arrived" in refused.content.decode()
    token = refused.context["form"]["kept_file"].value()
    assert lead.post(adding(evidence_in_preparation), {**SAID, "kept_file": token}).status_code == 302
    assert File.objects.get(versions__evidence__isnull=False, versions__number=2).name == "You said 2026.txt"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Choose a file"),
        ({"file": a_file("drawing.svg")}, "Choose a file of another kind"),
        ({"file": a_file(), "link": "https://www.example.org/"}, "not both"),
        ({"link": "https://www.example.org/", "valid_until": "2026-10-16"}, "not before the date of the document"),
        ({"link": "https://www.example.org/", "valid_until": "0026-10-16"}, "four digits"),
        ({"link": "https://www.example.org/", "change": ""}, "Enter"),
        ({"kept_file": "not-a-token"}, "Choose a file"),
    ],
)
def test_what_is_wrong_with_a_version_is_told_beside_the_field(signed_in, evidence_in_preparation, changes, message):
    answer = signed_in("lead").post(adding(evidence_in_preparation), {**SAID, **changes})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert EvidenceVersion.objects.count() == 1


def test_the_versions_are_listed_with_their_dates_and_what_rests_on_each(signed_in, secret_version):
    page = signed_in("executive").get(reverse("assessments:evidence_detail", args=[secret_version.evidence_id]))
    lines = page.context["lines"]
    assert [(line["version"].number, [one.title for one in line["rests"]]) for line in lines] == [
        (2, ["Recertification 2029"]),
        (1, ["Recertification 2026"]),
    ]
    assert "Add a new version" not in page.content.decode()


def test_the_page_of_a_piece_costs_the_same_queries_at_two_sizes(
    signed_in, evidence_in_preparation, people, django_assert_num_queries
):
    lead = signed_in("lead")
    address = reverse("assessments:evidence_detail", args=[evidence_in_preparation.pk])
    for sizes in (range(1), range(1, 12)):
        for number in sizes:
            evidence = Evidence.objects.get()
            add_version(
                evidence=evidence, version=number, by=people["lead"], dated=date(2026, 1, 1), change="More",
                link="https://www.example.org/",
            )  # fmt: skip
        with django_assert_num_queries(
            8
        ):  # session, person, evidence, who assesses, versions, uses, assessment, services
            lead.get(address)


# --- How its file comes on
@pytest.mark.parametrize(
    ("state", "words", "asks_again", "opens"),
    [
        (FileState.WAITING, "Waiting to be checked", True, False),
        (FileState.CHECKING, "Being checked", True, False),
        (FileState.CLEAN, "", False, True),
        (FileState.QUARANTINED, "Quarantined", False, False),
        (FileState.UNCHECKED, "Could not be checked", False, False),
    ],
)
def test_the_state_of_a_file_is_shown_until_it_is_checked(
    signed_in, evidence_in_preparation, preparing, state, words, asks_again, opens
):
    File.objects.update(state=state, problems=["Save it again without macros."] if words.startswith("Qu") else [])
    version = evidence_in_preparation.current
    for address in (
        reverse("assessments:version_state", args=[version.pk]),
        reverse("assessments:element", args=[preparing.pk, "4.3.4"]),
    ):
        shown = signed_in("lead").get(address).content.decode()
        assert words in shown
        assert ('hx-trigger="load delay:4s"' in shown) is asks_again
        assert ("?download=1" in shown) is opens
        assert ("Save it again without macros." in shown) is (state == FileState.QUARANTINED)


def test_a_quarantined_piece_no_longer_counts_and_says_what_to_do(signed_in, evidence_in_preparation, preparing):
    File.objects.update(state=FileState.QUARANTINED)
    shown = signed_in("lead").get(reverse("assessments:element", args=[preparing.pk, "4.3.4"])).content.decode()
    assert "Put it right, then add it as a new version." in shown
    signed_in("lead").post(adding(evidence_in_preparation), {**SAID, "link": "https://www.example.org/right"})
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").evidence_count == 1
