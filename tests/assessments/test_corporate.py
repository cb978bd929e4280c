"""Corporate and department together: resting on the corporate statement, saying otherwise, and the walls between."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from assessments.alignment import Stance
from assessments.models import CorporateStance, Evidence, EvidenceUse, EvidenceVersion, Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.corporate import corporate_view, drop_stance, inherit_evidence, take_stance
from assessments.services.evidence import add_version, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.reuse import used_by, what_can_be_carried
from assessments.services.tallies import count
from assessments.workflow import Stage
from departments.access import Action, may
from departments.models import Department
from files.models import File
from files.rules import PatientData
from reports.facts import facts_of
from tests.assessments.corporate_cast import NUMBER, element_of, make_corporate
from tests.conftest import make_link
from tests.races import at_once

SAID = "We answer every complaint within 25 days."
WRITERS = ["lead", "contributor"]


def address(assessment, name="corporate", **more):
    return reverse(f"assessments:{name}", kwargs={"pk": assessment.pk, "number": NUMBER, **more})


def stand(assessment, people, stance=Stance.INHERITED, note="", *, version=0, seen=1, by="lead"):
    return take_stance(
        assessment=assessment, element=element_of(assessment), stance=stance, note=note, version=version,
        corporate_version=seen, by=people[by],
    )  # fmt: skip


def statement_of(assessment):
    return Statement.objects.select_related("element", "corporate_stance").get(
        assessment=assessment, element__number=NUMBER
    )


# --- The page
@pytest.mark.parametrize("who", WRITERS)
def test_a_department_reads_the_corporate_words_and_rests_on_them(signed_in, preparing, corporate, who):
    shown = signed_in(who).get(address(preparing)).content.decode()
    assert SAID in shown
    assert "CES 1" in shown
    answer = signed_in(who).post(address(preparing), {"stance": "inherited", "version": 0, "corporate_version": 1})
    assert answer.url == address(preparing)
    held = CorporateStance.objects.get()
    assert (held.stance, held.corporate_text, held.corporate_version) == (Stance.INHERITED, SAID, 1)
    assert held.by.email == f"{who}@example.org"


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("executive", 403), ("assessor", 404), ("administrator", 404), ("lead.elsewhere", 404)],
)
def test_only_the_departments_people_open_it(signed_in, preparing, corporate, who, status):
    assert signed_in(who).get(address(preparing)).status_code == status
    assert signed_in(who).post(address(preparing), {}).status_code == status


def test_a_reviewer_of_the_department_is_told_its_stance_and_opens_no_corporate_page(
    signed_in, written, corporate, people
):
    stand(written, people)
    review(written, people)
    shown = signed_in("assessor").get(reverse("assessments:element", args=[written.pk, NUMBER])).content.decode()
    assert SAID in shown
    assert signed_in("assessor").get(address(written)).status_code == 403


def review(assessment, people):
    cycle.submit(assessment=assessment, by=people["lead"])
    return cycle.assign(assessment=assessment, assessor=people["assessor"], by=people["certifier"])


def test_without_a_corporate_assessment_the_page_says_who_opens_one(signed_in, preparing):
    shown = signed_in("lead").get(address(preparing)).content.decode()
    assert "Your trust’s administrator enters them" in shown


def test_the_corporate_lead_has_none_above_their_own(client, corporate):
    client.force_login(corporate.lead)
    assert corporate_view(corporate.assessment, element_of(corporate.assessment)) is None
    element = client.get(reverse("assessments:element", args=[corporate.assessment.pk, NUMBER])).content.decode()
    assert address(corporate.assessment) not in element


@pytest.mark.parametrize("stance", [Stance.OVERRIDDEN, Stance.CONTRADICTED])
def test_saying_otherwise_needs_a_reason(signed_in, preparing, corporate, stance):
    data = {"stance": stance, "note": "  ", "version": 0, "corporate_version": 1}
    answer = signed_in("lead").post(address(preparing), data)
    assert answer.context["form"].errors["note"] == ["Say why, so that the assessor can follow it."]
    why = "Ours are answered in 10 days. 🫀 שלום"
    assert signed_in("lead").post(address(preparing), {**data, "note": why}).status_code == 302
    assert CorporateStance.objects.get().note == why


def test_far_too_long_a_reason_is_kept_and_refused_beside_its_field(signed_in, preparing, corporate):
    data = {"stance": "contradicted", "note": "Long. " * 40_000, "version": 0, "corporate_version": 1}
    answer = signed_in("lead").post(address(preparing), data)
    assert "note" in answer.context["form"].errors
    assert "Long. Long." in answer.content.decode()


def test_an_element_tells_its_writers_of_the_corporate_words_and_of_their_change(
    signed_in, preparing, corporate, people
):
    shown = signed_in("lead").get(address(preparing, "element_around")).content.decode()
    assert SAID in shown
    assert "read it again" not in shown
    stand(preparing, people)
    corporate.says("Within 40 days.")
    assert "read it again" in signed_in("lead").get(address(preparing, "element_around")).content.decode()
    assert "Within 40 days." not in signed_in("executive").get(address(preparing, "element_around")).content.decode()


# --- What resting on it does
def test_inherited_words_make_the_element_ready_and_stand_in_print(preparing, corporate, people):
    Statement.objects.filter(assessment=preparing, element__number=NUMBER).update(
        band=Band.COMPLIANT, tell_me="Ask the sister."
    )
    assert statement_of(preparing).missing == ["write the statement"]
    stand(preparing, people)
    statement = statement_of(preparing)
    assert statement.missing == []
    assert statement.said == f"{SAID}\n(From the corporate assessment.)"
    preparing.refresh_from_db()
    assert preparing.tallies["4"]["ready"] == 1
    assert preparing.tallies == count(preparing)
    elements = [
        element
        for criterion in facts_of(preparing)["criteria"]
        for sub in criterion["subcriteria"]
        for element in sub["elements"]
    ]
    assert next(one["statement"] for one in elements if one["number"] == NUMBER) == statement.said


def test_own_words_stand_below_inherited_ones_and_are_never_replaced(preparing, corporate, people):
    Statement.objects.filter(assessment=preparing, element__number=NUMBER).update(text="And we ring back.")
    stand(preparing, people)
    assert statement_of(preparing).said == f"{SAID}\n(From the corporate assessment.)\n\nAnd we ring back."
    drop_stance(assessment=preparing, element=element_of(preparing), version=1, by=people["lead"])
    assert statement_of(preparing).said == "And we ring back."
    assert not CorporateStance.objects.exists()


def test_why_an_element_does_not_apply_is_for_the_department_to_say(preparing, corporate, people):
    Statement.objects.filter(assessment=preparing, element__number=NUMBER).update(band=Band.NOT_APPLICABLE)
    stand(preparing, people)
    assert statement_of(preparing).missing == ["say why it does not apply"]


def test_a_department_keeps_what_it_rested_on_until_it_has_read_what_is_new(signed_in, preparing, corporate, people):
    stand(preparing, people)
    corporate.says("Within 40 days.")
    assert statement_of(preparing).corporate_stance.corporate_text == SAID
    assert "read it again" in signed_in("lead").get(address(preparing)).content.decode()
    with pytest.raises(Refused, match="Read it again"):
        stand(preparing, people, Stance.CONTRADICTED, "Not here.", version=1, seen=1)
    stand(preparing, people, version=1, seen=2)
    assert statement_of(preparing).corporate_stance.corporate_text == "Within 40 days."
    assert "read it again" not in signed_in("lead").get(address(preparing)).content.decode()


def test_nothing_can_be_inherited_where_nothing_is_said(here, preparing, people, standard):
    make_corporate(here.trust, said="")
    with pytest.raises(Refused, match="says nothing of this element yet"):
        stand(preparing, people, seen=0)


def test_after_it_is_submitted_nobody_changes_it(signed_in, submitted, corporate, people):
    with pytest.raises(Refused, match="has been submitted"):
        stand(submitted, people)
    data = {"stance": "inherited", "version": 0, "corporate_version": 1}
    assert signed_in("lead").post(address(submitted), data).status_code == 403


def test_the_database_keeps_it_once_it_is_decided(written, corporate, people):
    held = stand(written, people)
    type(written).objects.filter(pk=written.pk).update(
        stage=Stage.DECIDED, assessor=people["assessor"], assigned_at=held.at, decided_by=people["certifier"],
        decided_at=held.at, outcome="award",
    )  # fmt: skip
    with pytest.raises(Exception, match="fixed_once_decided"), transaction.atomic():
        CorporateStance.objects.update(note="Changed")


def test_the_database_wants_a_reason_and_one_corporate_department(here, preparing, corporate, people):
    stand(preparing, people)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorporateStance.objects.update(stance=Stance.CONTRADICTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(trust=here.trust, name="Another", is_corporate=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(trust=here.trust, name="A ward with no specialty")


def test_the_submitted_corporate_assessment_speaks_rather_than_a_new_empty_one(preparing, corporate, people):
    type(preparing).objects.filter(pk=corporate.assessment.pk).update(
        stage=Stage.DECIDED, assessor=people["assessor"], assigned_at=preparing.opened_at,
        decided_by=people["certifier"], decided_at=preparing.opened_at, outcome="no_award",
    )  # fmt: skip
    cycle.open_assessment(department=corporate.department, title="Corporate 2029", by=corporate.lead)
    view = corporate_view(preparing, element_of(preparing))
    assert view is not None
    assert view.statement.text == SAID


# --- Two people
def test_a_stale_page_shows_the_colleagues_stance_and_overwrites_nothing(signed_in, preparing, corporate, people):
    stand(preparing, people, Stance.OVERRIDDEN, "We ring back.", by="contributor")
    data = {"stance": "contradicted", "note": "Not here at all.", "version": 0, "corporate_version": 1}
    answer = signed_in("lead").post(address(preparing), data)
    shown = answer.content.decode()
    assert "We ring back." in shown
    assert "Not here at all." in shown
    assert CorporateStance.objects.get().note == "We ring back."
    again = {**data, "version": answer.context["form"]["version"].value()}
    assert signed_in("lead").post(address(preparing), again).status_code == 302
    assert CorporateStance.objects.get().note == "Not here at all."


def test_a_stale_page_takes_nothing_back(signed_in, preparing, corporate, people):
    stand(preparing, people)
    for version in ("0", "", "x"):
        signed_in("lead").post(address(preparing, "corporate_drop"), {"version": version})
    assert CorporateStance.objects.exists()
    signed_in("lead").post(address(preparing, "corporate_drop"), {"version": "1"})
    assert not CorporateStance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_stance_and_the_other_is_told(preparing, corporate, people):
    done = at_once(
        lambda: stand(preparing, people, Stance.OVERRIDDEN, "We ring back."),
        lambda: stand(preparing, people, Stance.CONTRADICTED, "Not here.", by="contributor"),
    )
    assert done == ["SavedByAColleague", "done"]
    assert CorporateStance.objects.get().version == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_rests_on_it_once(preparing, corporate, people):
    assert at_once(*[lambda: stand(preparing, people)] * 5) == ["done"] * 5
    assert CorporateStance.objects.get().version == 1


# --- Evidence
def test_a_corporate_piece_is_taken_over_in_the_version_that_corporate_rests_on(
    signed_in, preparing, corporate, people
):
    url = address(preparing, "corporate_evidence", use=corporate.use().pk)
    for _ in range(2):
        assert signed_in("lead").post(url).url == address(preparing)
    ours = EvidenceUse.objects.get(assessment=preparing)
    assert (ours.version_id, ours.evidence.code) == (corporate.evidence.current_id, "CES 1")
    assert statement_of(preparing).evidence_count == 1


@pytest.mark.parametrize("which", ["another element's", "the department's own", "another trust's", "none"])
def test_no_other_use_is_taken_over(preparing, corporate, elsewhere, evidence_in_preparation, people, which):
    other = make_corporate(elsewhere.trust)
    use_evidence(
        assessment=corporate.assessment, evidence=corporate.evidence, by=corporate.lead,
        elements=[element_of(corporate.assessment, "1.1.1")],
    )  # fmt: skip
    pk = {
        "another element's": EvidenceUse.objects.get(assessment=corporate.assessment, element__number="1.1.1").pk,
        "the department's own": evidence_in_preparation.uses.get().pk,
        "another trust's": other.use().pk,
        "none": 999_999,
    }[which]
    with pytest.raises(Refused, match="does not rest on this piece"):
        inherit_evidence(assessment=preparing, element=element_of(preparing), use=pk, by=people["lead"])


def take_over(preparing, corporate, people):
    return inherit_evidence(
        assessment=preparing, element=element_of(preparing), use=corporate.use().pk, by=people["lead"]
    )


def test_a_newer_corporate_version_reaches_a_department_when_it_says_so(signed_in, preparing, corporate, people):
    first = take_over(preparing, corporate, people).version_id
    newest = newer(corporate)
    assert EvidenceUse.objects.get(assessment=preparing).version_id == first
    assert "You use an older version of it." in signed_in("lead").get(address(preparing)).content.decode()
    take_over(preparing, corporate, people)
    assert EvidenceUse.objects.get(assessment=preparing).version_id == newest.pk


def newer(corporate):
    link = make_link(corporate.department, corporate.lead, number=90).current.link
    corporate.evidence.refresh_from_db()
    return add_version(
        evidence=corporate.evidence, version=corporate.evidence.version, by=corporate.lead,
        dated=corporate.evidence.current.dated, change="New figures", link=link,
    )  # fmt: skip


def test_what_was_taken_over_is_not_carried_forward_blindly(preparing, corporate, people):
    take_over(preparing, corporate, people)
    assert what_can_be_carried(assessment=preparing, source=preparing, today=preparing.opened_at.date()) == []


def test_the_corporate_lead_is_not_told_who_uses_a_piece(preparing, corporate, people):
    take_over(preparing, corporate, people)
    assert [rests.assessment for rests in used_by(corporate.evidence)] == [corporate.assessment]


# --- Walls
READS_CORPORATE_EVIDENCE = [*WRITERS, "executive"]
EVERYBODY_ELSE = [
    "administrator", "assessor", "assessor.unassigned", "certifier", "lead.elsewhere", "contributor.elsewhere",
    "executive.elsewhere", "administrator.elsewhere", "assessor.elsewhere", "certifier.elsewhere", "stranger",
]  # fmt: skip
LOOKS = {
    "evidence_detail": lambda version: version.evidence_id,
    "version_file": lambda version: version.pk,
    "version_state": lambda version: version.pk,
}


def look(client, corporate, name):
    version = EvidenceVersion.objects.get(pk=corporate.evidence.current_id)
    return client.get(reverse(f"assessments:{name}", args=[LOOKS[name](version)])).status_code


@pytest.mark.parametrize("name", LOOKS)
def test_what_the_corporate_assessment_rests_on_is_read_by_its_own_trusts_departments(
    signed_in, preparing, corporate, name
):
    told = {who: look(signed_in(who), corporate, name) for who in [*READS_CORPORATE_EVIDENCE, *EVERYBODY_ELSE]}
    assert told == {who: 200 if who in READS_CORPORATE_EVIDENCE else 404 for who in told}


@pytest.mark.parametrize("name", LOOKS)
def test_a_reviewer_reads_a_corporate_piece_once_their_assessment_rests_on_it(
    signed_in, written, corporate, people, name
):
    take_over(written, corporate, people)
    review(written, people)
    told = {who: look(signed_in(who), corporate, name) for who in [*READS_CORPORATE_EVIDENCE, *EVERYBODY_ELSE]}
    readers = [*READS_CORPORATE_EVIDENCE, "assessor", "certifier"]
    assert told == {who: 200 if who in readers else 404 for who in told}


@pytest.mark.parametrize("who", WRITERS)
def test_a_departments_people_read_nothing_else_of_the_corporate_department(signed_in, preparing, corporate, who):
    client, evidence = signed_in(who), corporate.evidence
    draft = make_link(corporate.department, corporate.lead, number=7, title="A draft that supports nothing")
    Evidence.objects.filter(pk=draft.pk).update(series="CES")
    pages = {
        reverse("assessments:detail", args=[corporate.assessment.pk]): 404,
        reverse("assessments:element", args=[corporate.assessment.pk, NUMBER]): 404,
        reverse("assessments:evidence", args=[corporate.assessment.pk]): 404,
        reverse("assessments:evidence_zip", args=[corporate.assessment.pk]): 404,
        reverse("assessments:coverage", args=[corporate.assessment.pk]): 404,
        reverse("assessments:library", args=[corporate.department.pk]): 404,
        reverse("departments:detail", args=[corporate.department.pk]): 404,
        reverse("assessments:evidence_detail", args=[draft.pk]): 404,
        reverse("assessments:version_add", args=[evidence.pk]): 403,
        reverse("assessments:evidence_edit", args=[evidence.pk]): 403,
        reverse("assessments:evidence_elements", args=[evidence.pk]): 403,
    }
    assert {url: client.get(url).status_code for url in pages} == pages


def test_a_version_that_corporate_no_longer_rests_on_is_shut_again(signed_in, preparing, corporate):
    first = corporate.evidence.current_id
    newest = newer(corporate)
    assert signed_in("lead").get(reverse("assessments:version_state", args=[first])).status_code == 404
    assert signed_in("lead").get(reverse("assessments:version_state", args=[newest.pk])).status_code == 200
    EvidenceUse.objects.filter(assessment=corporate.assessment).delete()
    assert signed_in("lead").get(reverse("assessments:version_state", args=[newest.pk])).status_code == 404


def test_reading_is_all_that_is_lent(people, preparing, corporate):
    version = EvidenceVersion.objects.get(pk=corporate.evidence.current_id)
    for row in (version, version.evidence):
        allowed = {action for action in Action if may(people["lead"], action, row)}
        assert allowed == {Action.READ_ASSESSMENT, Action.READ_FEEDBACK}  # figures of a trust are lent in the same way
    assert not [action for action in Action if may(people["lead"], action, corporate.assessment)]
    assert not [action for action in Action if may(people["lead"], action, corporate.department)]


def test_what_may_name_a_patient_is_held_back_from_other_departments(signed_in, people, preparing, corporate):
    File.objects.filter(versions=corporate.evidence.current_id).update(patient_data=PatientData.FOUND)
    seen = EvidenceVersion.objects.open_to(people["lead"]).filter(pk=corporate.evidence.current_id)
    assert not seen.exists()
    assert EvidenceVersion.objects.open_to(corporate.lead).filter(pk=corporate.evidence.current_id).exists()
    url = reverse("assessments:version_file", args=[corporate.evidence.current_id])
    shown = signed_in("lead").get(url)
    assert b"Complaints policy." not in (b"".join(shown) if shown.streaming else shown.content)


def test_a_search_finds_what_is_lent_and_no_corporate_statement(signed_in, preparing, corporate):
    found = signed_in("lead").get(reverse("assessments:search"), {"words": "complaints"}).content.decode()
    assert "CES 1" in found
    assert SAID not in found
    for who in ("lead.elsewhere", "assessor", "certifier"):
        assert (
            "CES 1" not in signed_in(who).get(reverse("assessments:search"), {"words": "complaints"}).content.decode()
        )


def test_the_zip_holds_what_was_taken_over_for_everybody_who_reads_the_assessment(
    signed_in, written, corporate, people
):
    take_over(written, corporate, people)
    review(written, people)
    for who in ("lead", "executive", "assessor", "certifier"):
        answer = signed_in(who).get(reverse("assessments:evidence_zip", args=[written.pk]))
        assert b"Complaints policy." in b"".join(answer)


def test_nobody_rests_on_another_trusts_corporate_assessment(elsewhere, preparing, people, standard):
    make_corporate(elsewhere.trust)
    assert corporate_view(preparing, element_of(preparing)) is None
    with pytest.raises((Refused, SavedByAColleague, PermissionDenied)):
        stand(preparing, people)


def test_the_page_costs_the_same_queries_however_much_is_said(
    signed_in, preparing, corporate, people, django_assert_num_queries
):
    client = signed_in("lead")
    client.get(address(preparing))
    stand(preparing, people)
    with django_assert_num_queries(9):
        client.get(address(preparing))
    for number in range(10, 16):
        piece = make_link(corporate.department, corporate.lead, number=number)
        use_evidence(
            assessment=corporate.assessment, evidence=piece, by=corporate.lead,
            elements=[element_of(corporate.assessment)],
        )  # fmt: skip
    with django_assert_num_queries(9):
        client.get(address(preparing))
