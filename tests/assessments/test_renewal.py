"""A new assessment starts from the last one: its kind and date, its words, evidence and findings, and its scope."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Assessment, EvidenceUse, Finding, Statement
from assessments.rules import Band, Outcome
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.services.renewal import bring_into_scope, last_decided, what_comes_next
from assessments.services.standard_file import WrongStandard, read_standard
from assessments.services.standards import store_standard
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Kind, Move
from tests.assessments.small_standard import SMALL
from tests.assessments.years import decided_in
from tests.races import at_once


def opening(department) -> str:
    return reverse("assessments:open", args=[department.pk])


def scope_page(statement) -> str:
    return reverse("assessments:scope", args=[statement.assessment_id, statement.element.number])


@pytest.fixture
def last(here, people, standard) -> Assessment:
    """An award of 2025 with a partial and a Compliance Plus."""
    bands = {"1.1.1": Band.PARTIALLY_COMPLIANT, "1.1.2": Band.COMPLIANCE_PLUS}
    return decided_in(2025, department=here.department, standard=standard, people=people, bands=bands)


@pytest.fixture
def left_out(reviewing) -> Statement:
    return Statement.objects.filter(assessment=reviewing, in_scope=False).in_order()[0]


def review(department, people, **said) -> Assessment:
    return cycle.open_assessment(
        department=department, title="Annual review", kind=Kind.ANNUAL_REVIEW_1, by=people["lead"], **said
    )


def test_a_first_assessment_follows_nothing_and_begins_empty(preparing):
    assert preparing.follows is None
    assert not preparing.statements.exclude(text="", carried=False, in_scope=True).exists()


def test_the_page_proposes_what_comes_next_and_one_click_starts_it(signed_in, last, here):
    page = signed_in("lead").get(opening(here.department))
    html = page.content.decode()
    assert "Initial assessment 2025" in html
    assert "57 statements and 0 pieces of evidence" in html
    assert (page.context["form"].initial["kind"], page.context["form"].initial["title"]) == (
        Kind.ANNUAL_REVIEW_1, "Annual review 1 2026",
    )  # fmt: skip
    sent = {"kind": Kind.ANNUAL_REVIEW_1, "title": "Annual review 1 2026"}
    assert signed_in("lead").post(opening(here.department), sent).status_code == 302
    assert Assessment.objects.get(title="Annual review 1 2026").follows == last


def test_a_day_in_the_past_is_refused_kindly(signed_in, last, here):
    sent = {"kind": Kind.ANNUAL_REVIEW_1, "title": "Review", "due_on": "2020-01-01"}
    page = signed_in("lead").post(opening(here.department), sent)
    assert "Choose today or a day to come" in page.content.decode()


def test_the_next_is_due_a_year_on(last, here):
    proposed = what_comes_next(here.department)
    assert proposed is not None
    assert (proposed.kind, proposed.due_on) == (Kind.ANNUAL_REVIEW_1, date(2026, 6, 1))


def test_after_no_award_it_begins_again(here, people, standard):
    decided_in(2025, department=here.department, standard=standard, people=people, outcome=Outcome.NO_AWARD)
    proposed = what_comes_next(here.department)
    assert proposed is not None
    assert proposed.kind == Kind.INITIAL


def test_words_are_carried_and_marked_until_somebody_saves_them(last, here, people):
    statement = review(here.department, people).statements.get(element__number="1.1.2")
    assert (statement.text, statement.band) == ("What we did for Build insight into needs in 2025.", "compliance_plus")
    assert statement.is_still_carried
    same = {"text": statement.text, "band": statement.band, "tell_me": statement.tell_me}
    saved = save_statement(statement=statement, version=0, by=people["lead"], **same)
    assert not saved.is_still_carried
    assert saved.edited_by == people["lead"]


def test_the_element_says_where_its_words_are_from(signed_in, reviewing):
    page = signed_in("lead").get(reverse("assessments:element", args=[reviewing.pk, "1.1.1"])).text
    assert "From Recertification 2025, not changed since." in page


def test_evidence_is_carried_but_what_is_out_of_date(renewing, people):
    cycle.go(assessment=renewing, move=Move.WITHDRAW, reason="Begun by mistake.", by=people["lead"])
    again = review(renewing.department, people)
    assert EvidenceUse.objects.get(assessment=again).element.number == "4.3.4"


def test_evidence_out_of_date_is_left_and_named(renewing_with_old, people, signed_in):
    cycle.go(assessment=renewing_with_old, move=Move.WITHDRAW, reason="Begun by mistake.", by=people["lead"])
    page = signed_in("lead").get(opening(renewing_with_old.department)).text
    assert "You said, we did" in page
    assert not EvidenceUse.objects.filter(assessment=review(renewing_with_old.department, people)).exists()


def test_what_was_withdrawn_is_never_followed(last, here, people):
    begun = review(here.department, people)
    cycle.go(assessment=begun, move=Move.WITHDRAW, reason="Begun by mistake.", by=people["lead"])
    assert review(here.department, people).follows == last
    assert last_decided(here.department) == last


def test_words_follow_an_element_to_its_new_number_over_versions(here, people, tmp_path):
    second = SMALL.replace("number: 1.1.1\n", "number: 1.1.3\n      was: 1.1.1\n")
    third = second.replace("      was: 1.1.1\n", "").replace("number: 1.1.2\n", "number: 1.1.4\n      was: ''\n")
    stored = []
    for words in (SMALL, second, third):
        (tmp_path / "standard.yaml").write_text(words)
        stored.append(store_standard(written=read_standard(tmp_path / "standard.yaml"), name="standard.yaml")[0])
    decided_in(2020, department=here.department, standard=stored[0], people=people)
    rows = {row.element.number: row for row in review(here.department, people).statements.select_related("element")}
    assert rows["1.1.3"].text == "What we did for Know in 2020."
    assert (rows["1.1.4"].text, rows["1.1.4"].carried, rows["1.1.4"].in_scope) == ("", False, True)


def test_a_review_looks_at_a_part_and_the_next_at_another(last, here, people):
    first = review(here.department, people)
    chosen = set(first.statements.filter(in_scope=True).values_list("element__number", flat=True))
    assert {"1.1.1", "1.1.2"} <= chosen
    assert len(chosen) == 2 + 19


def test_what_is_left_out_asks_for_nothing(left_out, people):
    Statement.objects.filter(pk=left_out.pk).update(text="", band="", tell_me="")
    assert Statement.objects.get(pk=left_out.pk).missing == []
    assert cycle.submit(assessment=left_out.assessment, by=people["lead"]).stage == "submitted"


@pytest.fixture
def review_under_way(reviewing, people) -> Assessment:
    submitted = cycle.submit(assessment=reviewing, by=people["lead"])
    return cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])


def test_what_is_left_out_keeps_its_finding_and_can_be_changed(review_under_way, people):
    left = Finding.objects.filter(assessment=review_under_way, carried=True)
    assert left.count() == 57 - 19
    finding = left[0]
    assert finding.band == Band.COMPLIANT
    Assessment.objects.filter(pk=review_under_way.pk).update(declared_at=review_under_way.assigned_at)
    words = {"band": Band.PARTIALLY_COMPLIANT, "narrative": "Worse.", "strengths": "", "improvement": "This."}
    saved = save_finding(finding=finding, version=0, by=people["assessor"], good_practice=False, **words)
    assert not saved.is_still_carried
    assert not Finding.objects.filter(assessment=review_under_way, carried=False).exclude(band="").exists()


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("stranger", 404), ("executive", 403), ("certifier", 404)])
def test_the_department_brings_an_element_in(signed_in, left_out, who, status):
    assert signed_in(who).get(scope_page(left_out)).status_code == status


def test_it_is_brought_in_with_a_reason(signed_in, left_out):
    refused = signed_in("lead").post(scope_page(left_out), {"reason": ""})
    assert refused.status_code == 200
    assert signed_in("lead").post(scope_page(left_out), {"reason": "The clinic has moved."}).status_code == 302
    row = Statement.objects.get(pk=left_out.pk)
    assert (row.in_scope, row.scope_reason) == (True, "The clinic has moved.")
    assert "The clinic has moved." in signed_in("lead").get(scope_page(left_out)).text


def test_the_first_reason_stands(left_out, people):
    bring_into_scope(statement=left_out, reason="One.", by=people["lead"])
    assert bring_into_scope(statement=left_out, reason="Two.", by=people["lead"]).scope_reason == "One."


def test_once_submitted_nobody_brings_in(left_out, people):
    cycle.submit(assessment=left_out.assessment, by=people["lead"])
    with pytest.raises(Refused, match="while the department prepares"):
        bring_into_scope(statement=left_out, reason="Late.", by=people["lead"])


def test_the_overview_shows_the_scope_and_what_is_as_the_last_time(signed_in, reviewing):
    overview = reverse("assessments:detail", args=[reviewing.pk])
    page = signed_in("lead").get(overview).text
    assert "This review looks at 19 elements" in page
    assert page.count("not in scope this time") == 38
    assert signed_in("lead").get(overview + "?show=scope").text.count("not in scope this time") == 0


def test_a_review_keeps_the_end_of_the_certificate(review_under_way, people):
    Finding.objects.filter(assessment=review_under_way, carried=False).update(band=Band.COMPLIANT, narrative="Seen.")
    Assessment.objects.filter(pk=review_under_way.pk).update(stage="decision", proposed_outcome=Outcome.AWARD)
    decided = cycle.decide(assessment=review_under_way, outcome=Outcome.AWARD, by=people["certifier"])
    assert decided.certified_until == date(2028, 6, 1)


def test_around_an_element_stand_its_years_and_what_has_changed(signed_in, reviewing, people):
    statement = reviewing.statements.get(element__number="1.1.1")
    around = reverse("assessments:element_around", args=[reviewing.pk, "1.1.1"])
    page = signed_in("lead").get(around).text
    assert "Over the years" in page
    assert "nobody has changed or confirmed it" in page
    save_statement(statement=statement, version=0, by=people["lead"], text="New.", band="compliant", tell_me="")
    changed = signed_in("executive").get(around).text
    assert "The statement was changed." in changed
    assert "What we did for Know your customer groups in 2025." in changed


def test_opening_costs_the_same_however_much_was_said(last, here, people):
    with CaptureQueriesContext(connection) as sent:
        review(here.department, people)
    assert len(sent) < 40


def test_a_scope_in_unknown_words_is_refused_with_its_line(tmp_path):
    (tmp_path / "standard.yaml").write_text(SMALL.replace("scope: all", "scope: a fifth of the rest"))
    with pytest.raises(WrongStandard, match=r"line \d+: .*it says a fifth of the rest"):
        read_standard(tmp_path / "standard.yaml")


@pytest.mark.django_db(transaction=True)
def test_two_who_open_at_once_open_one(last, here, people):
    refused = "This department already has an assessment under way. Go on with that one."
    assert at_once(*[lambda: review(here.department, people)] * 4) == [*[refused] * 3, "done"]
    assert Statement.objects.filter(assessment__follows=last).count() == 57
