"""Text that may name a patient: its department decides, reviewers wait, and the trust is told."""

import pytest
from django.urls import reverse

from assessments.models import Assessment, Evidence, EvidenceUse, EvidenceVersion, Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.patients import remove_file
from assessments.services.refusals import Refused
from assessments.services.tallies import recount
from departments.models import OutgoingEmail
from files.models import Destruction, File
from files.rules import FileState, PatientData
from files.services.patients import confirm_patient_data


def deciding(file):
    return reverse("assessments:patient_data", args=[file.pk])


def opening(version):
    return reverse("assessments:version_file", args=[version.pk])


@pytest.fixture
def file(file_with_patient_data: File) -> File:
    return file_with_patient_data


@pytest.fixture
def found_in_review(evidence_in_review) -> File:
    """Found once the assessment was with its assessor."""
    sign = {"kind": "nhs_number", "page": 1, "line": 1, "masked": "NHS number ending 919", "context": "•••"}
    File.objects.update(patient_data=PatientData.FOUND, patient_signs=[sign], state=FileState.CLEAN)
    return File.objects.get()


# --- Shown
def test_every_sign_is_shown_with_its_place_and_never_itself(signed_in, file):
    html = signed_in("contributor").get(deciding(file)).content.decode()
    assert "NHS number ending 919" in html
    assert "<td>2</td>" in html
    assert "<td>7</td>" in html
    assert "of patient ••••" in html


def test_it_is_said_beside_the_evidence(signed_in, file, preparing):
    for page in (
        reverse("assessments:element", args=[preparing.pk, "4.3.4"]),
        reverse("assessments:evidence_detail", args=[Evidence.objects.get().pk]),
    ):
        html = signed_in("lead").get(page).content.decode()
        assert "May name a patient" in html
        assert deciding(file) in html


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_it_waits_on_the_home_page_of_its_department(signed_in, file, who):
    asked = signed_in(who).get(reverse("portal:home")).context["asked"]
    assert deciding(file) in [one.url for one in asked]


def test_an_administrator_reads_the_page_and_decides_nothing(signed_in, file):
    administrator = signed_in("administrator")
    html = administrator.get(deciding(file)).content.decode()
    assert "NHS number ending 919" in html
    assert "has not decided yet" in html
    assert administrator.post(deciding(file), {"decision": "confirm", "reason": "Fine"}).status_code == 403
    assert File.objects.get().patient_data == PatientData.FOUND


# --- Until it is decided
@pytest.mark.parametrize("who", ["assessor", "certifier"])
def test_a_reviewer_cannot_open_it_before(signed_in, found_in_review, people, who):
    version = EvidenceVersion.objects.get()
    refused = signed_in(who).get(opening(version))
    assert refused.status_code == 409
    assert "waits for its department" in refused.content.decode()
    assert (
        opening(version)
        not in signed_in(who).get(reverse("assessments:evidence_detail", args=[version.evidence_id])).content.decode()
    )
    assert not EvidenceVersion.objects.open_to(people[who]).exists()
    confirm_patient_data(file=found_in_review, reason="Made-up numbers", by=people["lead"])
    assert signed_in(who).get(opening(version)).status_code == 200
    assert EvidenceVersion.objects.open_to(people[who]).exists()


@pytest.mark.parametrize("who", ["lead", "contributor", "executive"])
def test_its_own_people_open_it_to_look(signed_in, found_in_review, people, who):
    assert signed_in(who).get(opening(EvidenceVersion.objects.get())).status_code == 200
    assert EvidenceVersion.objects.open_to(people[who]).exists()


def test_it_blocks_the_submission(file, preparing, people):
    for statement in preparing.statements.all():
        Statement.objects.filter(pk=statement.pk).update(text="We do.", band=Band.COMPLIANT, tell_me="Ask.", version=1)
    recount(preparing)
    with pytest.raises(Refused, match="ES 1"):
        cycle.submit(assessment=preparing, by=people["lead"])
    confirm_patient_data(file=file, reason="Made-up numbers", by=people["lead"])
    assert cycle.submit(assessment=preparing, by=people["lead"]).submitted_at


# --- Kept
def test_a_confirmation_says_who_when_and_why_and_tells_the_trust(signed_in, file, people):
    signed_in("contributor").post(deciding(file), {"decision": "confirm", "reason": "These are made-up numbers."})
    file.refresh_from_db()
    assert (file.patient_data, file.patient_reason) == (PatientData.CONFIRMED, "These are made-up numbers.")
    assert file.patient_decided_by == people["contributor"]
    email = OutgoingEmail.objects.get()
    assert email.to == people["administrator"].email
    assert "These are made-up numbers." in email.body
    assert "1 NHS number on page 2" in email.body
    assert deciding(file) in email.body
    asked = signed_in("administrator").get(reverse("portal:home")).context["asked"]
    assert deciding(file) in [one.url for one in asked]
    assert "These are made-up numbers." in signed_in("administrator").get(deciding(file)).content.decode()
    assert deciding(file) not in [
        one.url for one in signed_in("administrator.elsewhere").get(reverse("portal:home")).context["asked"]
    ]


def test_it_is_confirmed_once(signed_in, file, people):
    confirm_patient_data(file=file, reason="Made-up numbers", by=people["lead"])
    with pytest.raises(Refused, match="decided already"):
        confirm_patient_data(file=file, reason="Other words", by=people["contributor"])
    signed_in("lead").post(deciding(file), {"decision": "confirm", "reason": "Again"})
    assert OutgoingEmail.objects.count() == 1
    assert File.objects.get().patient_reason == "Made-up numbers"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "Choose what is to be done"),
        ({"decision": "confirm"}, "Say why the file can stay"),
        ({"decision": "confirm", "reason": "  "}, "Say why the file can stay"),
        ({"decision": "publish"}, "Select a valid choice"),
    ],
)
def test_a_decision_needs_its_reason(signed_in, file, said, message):
    html = signed_in("lead").post(deciding(file), said).content.decode()
    assert message in html
    assert File.objects.get().patient_data == PatientData.FOUND


# --- Replaced, removed
def test_replacing_leads_to_the_new_version(signed_in, file):
    answer = signed_in("lead").post(deciding(file), {"decision": "replace"})
    assert answer["Location"] == reverse("assessments:version_add", args=[Evidence.objects.get().pk])


def test_a_removed_file_is_destroyed_and_supports_nothing(signed_in, file, preparing, people):
    signed_in("lead").post(deciding(file), {"decision": "remove"})
    file.refresh_from_db()
    assert (file.state, file.blob, file.patient_signs) == (FileState.DESTROYED, None, [])
    assert Destruction.objects.get().by == people["lead"]
    assert EvidenceUse.objects.count() == 0
    assert Statement.objects.get(assessment=preparing, element__number="4.3.4").evidence_count == 0
    assert Evidence.objects.count() == 1
    assert signed_in("lead").get(opening(EvidenceVersion.objects.get())).status_code == 409
    html = (
        signed_in("lead").get(reverse("assessments:evidence_detail", args=[Evidence.objects.get().pk])).content.decode()
    )
    assert "Destroyed" in html
    assert "Decide about possible patient data" not in html
    asked = signed_in("lead").get(reverse("portal:home")).context["asked"]
    assert deciding(file) not in [one.url for one in asked]


def test_what_was_submitted_is_not_removed(signed_in, found_in_review, people):
    html = signed_in("lead").get(deciding(found_in_review)).content.decode()
    assert 'value="remove"' not in html
    assert 'value="confirm"' in html
    with pytest.raises(Refused, match="is submitted"):
        remove_file(file=found_in_review, by=people["lead"])
    assert EvidenceUse.objects.count() == 1
    assert Assessment.objects.get().submitted_at is not None


def test_nothing_found_is_said_too(signed_in, evidence_in_preparation):
    html = signed_in("lead").get(deciding(File.objects.get())).content.decode()
    assert "No text that looks as if it identifies a patient" in html
    assert 'name="decision"' not in html
