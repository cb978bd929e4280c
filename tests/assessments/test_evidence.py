"""Evidence: added, kept when a form is refused, used again, looked at, and never shown to a stranger."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.urls import reverse

from assessments.models import Evidence, EvidenceUse, EvidenceVersion, Statement
from assessments.services import cycle
from assessments.services.evidence import edit_evidence, stop_using, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from departments.models import Blob
from files.models import File
from tests.conftest import make_link

SAID = {"title": "Complaints annual report 2025", "owner": "PALS manager", "dated": "2026-03-01", "notes": "Page 4."}


def adding(assessment, number="4.3.4"):
    return reverse("assessments:evidence_add", args=[assessment.pk, number])


def a_file(name="Report.pdf", content=b"%PDF-1.7 a small report"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_a_file_is_added_and_counted(signed_in, preparing):
    answer = signed_in("contributor").post(adding(preparing), {**SAID, "file": a_file()})
    assert answer.status_code == 302
    evidence = Evidence.objects.get()
    assert (evidence.code, File.objects.get(versions=evidence.current).name, evidence.current.number) == (
        "ES 1",
        "Report.pdf",
        1,
    )
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").evidence_count == 1
    preparing.refresh_from_db()
    assert preparing.tallies["4"]["supported"] == 1


def test_one_piece_serves_several_elements(signed_in, preparing):
    other = preparing.standard.elements.get(number="1.2.2")
    signed_in("lead").post(adding(preparing), {**SAID, "file": a_file(), "also": [other.pk]})
    assert set(EvidenceUse.objects.values_list("element__number", flat=True)) == {"4.3.4", "1.2.2"}


def test_a_link_is_evidence_too(signed_in, preparing):
    signed_in("lead").post(adding(preparing), {**SAID, "link": "https://www.example.org/complaints"})
    assert Evidence.objects.get().current.link == "https://www.example.org/complaints"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_refused(signed_in, preparing, link):
    answer = signed_in("lead").post(adding(preparing), {**SAID, "link": link})
    assert answer.status_code == 200
    assert Evidence.objects.count() == 0


def test_a_file_that_came_with_a_refused_form_need_not_be_chosen_again(signed_in, preparing):
    lead = signed_in("lead")
    refused = lead.post(adding(preparing), {**SAID, "dated": "", "file": a_file()})
    html = refused.content.decode()
    assert refused.status_code == 200
    assert "<strong>Report.pdf</strong> has arrived" in html
    assert SAID["title"] in html
    token = refused.context["form"]["kept_file"].value()
    assert lead.post(adding(preparing), {**SAID, "kept_file": token}).status_code == 302
    assert File.objects.get().name == "Report.pdf"


def test_a_waiting_file_belongs_to_who_uploaded_it(signed_in, preparing):
    refused = signed_in("lead").post(adding(preparing), {**SAID, "dated": "", "file": a_file()})
    token = refused.context["form"]["kept_file"].value()
    assert signed_in("contributor").post(adding(preparing), {**SAID, "kept_file": token}).status_code == 200
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "Enter"),
        ({"dated": "2999-01-01"}, "today or earlier"),
        ({"dated": "0025-01-01"}, "four digits"),
        ({"file": None}, "Choose a file"),
        ({"file": ("page.html", b"<script>")}, "Choose a file of another kind"),
        ({"file": ("drawing.svg", b"<svg/>")}, "Choose a file of another kind"),
        ({"file": ("empty.pdf", b"")}, "empty"),
        ({"link": "https://www.example.org/"}, "not both"),
    ],
)
def test_bad_input_is_told_beside_the_field(signed_in, preparing, changes, message):
    said = {**SAID, "file": a_file(), **changes}
    if isinstance(said["file"], tuple):
        said["file"] = SimpleUploadedFile(*said["file"])
    said = {name: value for name, value in said.items() if value is not None}
    answer = signed_in("lead").post(adding(preparing), said)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert Evidence.objects.count() == 0


def test_too_large_a_file_is_refused(signed_in, preparing, settings):
    settings.EVIDENCE_MAX_BYTES = 10
    answer = signed_in("lead").post(adding(preparing), {**SAID, "file": a_file()})
    assert answer.status_code == 200
    assert "larger than" in answer.content.decode()
    assert Blob.objects.count() == 0


def test_evidence_is_chosen_again_for_another_element(signed_in, evidence_in_preparation, preparing):
    address = reverse("assessments:evidence_choose", args=[preparing.pk, "1.1.1"])
    lead = signed_in("lead")
    assert "You said, we did" in lead.get(address, {"words": "es 1"}).content.decode()
    assert "You said, we did" not in lead.get(address, {"words": "annual"}).content.decode()
    assert lead.get(address, {"words": "said %"}).status_code == 200
    lead.post(address, {"evidence": [evidence_in_preparation.pk]})
    assert Statement.objects.get(assessment=preparing, element__number="1.1.1").evidence_count == 1


def test_choosing_nothing_says_so(signed_in, evidence_in_preparation, preparing):
    address = reverse("assessments:evidence_choose", args=[preparing.pk, "1.1.1"])
    assert "Choose at least one" in signed_in("lead").post(address, {}).content.decode()


def test_the_strongest_is_one_an_element(signed_in, evidence_in_preparation):
    use = evidence_in_preparation.uses.get()
    lead = signed_in("lead")
    lead.post(reverse("assessments:use_strongest", args=[use.pk]))
    assert EvidenceUse.objects.get().strongest
    lead.post(reverse("assessments:use_strongest", args=[use.pk]))
    assert not EvidenceUse.objects.get().strongest


def test_evidence_taken_away_stays_with_the_department(signed_in, evidence_in_preparation, preparing):
    signed_in("lead").post(reverse("assessments:use_remove", args=[evidence_in_preparation.uses.get().pk]))
    assert EvidenceUse.objects.count() == 0
    assert Evidence.objects.count() == 1
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").evidence_count == 0


def test_what_a_submission_rests_on_cannot_be_changed(evidence_in_review, in_review, people):
    use = evidence_in_review.uses.get()
    with pytest.raises(Refused, match="has been submitted"):
        stop_using(use=use, by=people["lead"])
    with pytest.raises(Refused, match="has been submitted"):
        use_evidence(assessment=in_review, evidence=evidence_in_review, elements=[use.element], by=people["lead"])


def test_a_stale_correction_overwrites_nothing(signed_in, evidence_in_preparation):
    address = reverse("assessments:evidence_edit", args=[evidence_in_preparation.pk])
    said = {"title": "You said", "owner": "Sister", "dated": "2026-03-01", "notes": "", "version": 0}
    signed_in("contributor").post(address, said)
    answer = signed_in("lead").post(address, {**said, "title": "We did"})
    assert "A colleague saved this after you opened it" in answer.content.decode()
    assert Evidence.objects.get().title == "You said"
    signed_in("lead").post(address, {**said, "title": "We did", "version": 1})
    assert Evidence.objects.get().title == "We did"


def test_a_service_never_overwrites_a_newer_version(evidence_in_preparation, people):
    edit_evidence(evidence=evidence_in_preparation, version=0, by=people["lead"], title="New")
    with pytest.raises(SavedByAColleague):
        edit_evidence(evidence=evidence_in_preparation, version=0, by=people["lead"], title="Old")


def test_a_file_is_served_with_its_name_and_bytes(signed_in, clean_version_in_review):
    answer = signed_in("assessor").get(reverse("assessments:version_file", args=[clean_version_in_review.pk]))
    assert b"".join(answer).startswith(b"You said the clinic")
    assert "You said.txt" in answer["Content-Disposition"] or "You%20said.txt" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_an_assessor_sees_only_evidence_that_an_assigned_assessment_rests_on(signed_in, evidence_in_review, people):
    unused = make_link(evidence_in_review.department, people["lead"], number=2)
    address = reverse("assessments:evidence_detail", args=[unused.pk])
    assert signed_in("assessor").get(address).status_code == 404
    assert signed_in("certifier").get(address).status_code == 404
    assert signed_in("lead").get(address).status_code == 200


def test_an_assessor_who_was_replaced_sees_it_no_more(signed_in, evidence_in_review, in_review, people):
    cycle.assign(assessment=in_review, assessor=people["assessor.unassigned"], by=people["certifier"])
    address = reverse("assessments:evidence_detail", args=[evidence_in_review.pk])
    assert signed_in("assessor").get(address).status_code == 404
    assert signed_in("assessor.unassigned").get(address).status_code == 200


def test_codes_count_up_within_a_department(signed_in, preparing):
    lead = signed_in("lead")
    for _ in range(2):
        lead.post(adding(preparing), {**SAID, "link": "https://www.example.org/"})
    assert [row.code for row in Evidence.objects.order_by("number")] == ["ES 1", "ES 2"]


def test_a_version_is_a_file_or_a_link_and_the_database_knows_it(preparing, people):
    evidence = make_link(preparing.department, people["lead"], number=1)
    with pytest.raises(IntegrityError, match="a_version_is_a_file_or_a_link"):
        EvidenceVersion.objects.filter(evidence=evidence).update(link="")


def test_the_register_lists_each_piece_with_what_it_supports(signed_in, evidence_in_review, in_review):
    html = signed_in("assessor").get(reverse("assessments:evidence", args=[in_review.pk])).content.decode()
    assert "You said, we did" in html
    assert reverse("assessments:element", args=[in_review.pk, "4.3.4"]) in html


def test_the_register_costs_the_same_queries_at_two_sizes(signed_in, in_review, people, django_assert_num_queries):
    elements = list(in_review.standard.elements.all())
    client = signed_in("assessor")
    address = reverse("assessments:evidence", args=[in_review.pk])

    def add(number):
        row = make_link(in_review.department, people["lead"], number=number)
        EvidenceUse.objects.bulk_create(
            EvidenceUse(assessment=in_review, element=one, evidence=row, version=row.current)
            for one in elements[:number]
        )

    for size in (range(1, 3), range(3, 30)):
        for number in size:
            add(number)
        with django_assert_num_queries(6):
            client.get(address)


def test_what_is_said_of_evidence_stays_while_it_is_reviewed(signed_in, evidence_in_review):
    address = reverse("assessments:evidence_edit", args=[evidence_in_review.pk])
    said = {"title": "Swapped", "owner": "Sister", "dated": "2026-03-01", "notes": "", "version": 0}
    answer = signed_in("lead").post(address, said)
    assert "is being reviewed" in answer.content.decode()
    assert Evidence.objects.get().title == "You said, we did"
