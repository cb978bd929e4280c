"""Gaps between what a department says of itself and what its patients say: stored, shown, made actions."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from assessments.gap import Difference
from assessments.models import Assessment, CorrectiveAction, Gap, MeasureLink, Reworking, Statement
from assessments.rules import Band
from assessments.services import cycle
from assessments.services.gap_actions import action_of_gap, element_view
from assessments.services.gaps import figures_have_changed, gaps_that_differ, rework_a_batch, work_out
from assessments.services.measure_links import add_link, change_levels
from assessments.services.refusals import Refused
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Move
from departments.models import Department
from feedback.models import Place, Reading
from feedback.services.above import tell_who_compares
from feedback.services.measures import load_measures
from feedback.services.places import decide_place
from feedback.services.remarks import add_remark
from feedback.services.replacing import undo_import
from tests.feedback.cast import make_import, make_place, make_reading

MONTHS = [date(2025, month, 1) for month in range(10, 13)] + [date(2026, month, 1) for month in range(1, 10)]


@pytest.fixture
def ward(here):
    load_measures()
    return make_place(here.trust, "Montuschi Ward", of=here.department)


@pytest.fixture
def year(ward, people):
    """Twelve months in which 80 of 100 patients of the ward were content; one month is held back."""
    rows = []
    for month in MONTHS:
        brought = make_import(ward.trust, people["administrator"], name=f"FFT {month}.xlsx", month=month)
        hidden = month == date(2026, 3, 1)
        counts = {"positive": None, "responses": None} if hidden else {"positive": 80, "responses": 100}
        rows.append(make_reading(brought, place=ward, suppressed=hidden, **counts))
    return rows


@pytest.fixture
def rated_higher(written: Assessment, year: list[Reading]) -> Assessment:
    """Every element is rated Compliant; four of five patients are content."""
    figures_have_changed(trust=written.department.trust)
    return written


def gap_of(assessment, number="1.3") -> Gap:
    return Gap.objects.select_related("subcriterion").get(assessment=assessment, subcriterion__number=number)


def panel(client, assessment, number="1.3.1") -> str:
    address = reverse("assessments:element_around", args=[assessment.pk, number])
    shown: bytes = client.get(address, headers={"HX-Request": "true"}).content
    return shown.decode()


# --- Stored
def test_a_gap_is_stored_with_its_figure_its_range_and_what_is_held_back(rated_higher):
    gap = gap_of(rated_higher)
    assert (gap.own, gap.score, gap.responses, gap.difference) == ("compliant", Decimal("80.00"), 1100, "own_higher")
    assert (gap.low, gap.high) == (Decimal("77.24"), Decimal("82.32"))
    assert gap.figures[0]["withheld"] == 1
    assert gap.figures[0]["starts_on"] == "2025-10-01"
    assert gap.leads == "Friends and Family Test, inpatients"


def test_every_sub_criterion_has_its_row_and_nothing_to_compare_where_nobody_was_asked(rated_higher):
    rows = Gap.objects.filter(assessment=rated_higher).in_order()
    assert [row.subcriterion.number for row in rows][:4] == ["1.1", "1.2", "1.3", "2.1"]
    assert len(rows) == 15
    assert gap_of(rated_higher, "1.1").difference == Difference.UNKNOWN
    assert gap_of(rated_higher, "1.1").figures == []


def test_a_band_that_changes_changes_the_gap_in_the_same_save(rated_higher, people):
    for statement in rated_higher.statements.filter(element__subcriterion__number="1.3"):
        save_statement(statement=statement, version=1, by=people["lead"], band=Band.PARTIALLY_COMPLIANT)
    gap = gap_of(rated_higher)
    assert (gap.own, gap.difference) == ("partially_compliant", "agree")
    assert gaps_that_differ() == []


def test_saving_words_alone_asks_nothing_of_gaps(rated_higher, people, django_assert_num_queries):
    statement = rated_higher.statements.get(element__number="1.3.1")
    with django_assert_num_queries(4):  # savepoint, the row, its words, the savepoint's end
        save_statement(statement=statement, version=1, by=people["lead"], text="We ask every patient.")


def test_what_the_assessor_finds_is_stored_beside(rated_higher, in_review, people):
    for finding in in_review.findings.filter(element__subcriterion__number="1.3"):
        save_finding(finding=finding, version=0, by=people["assessor"], band=Band.PARTIALLY_COMPLIANT)
    assert (gap_of(in_review).own, gap_of(in_review).found) == ("compliant", "partially_compliant")
    assert gaps_that_differ() == []


def test_an_import_that_comes_and_goes_changes_what_is_stored(written, year, people):
    assert gap_of(written).score is None
    tell_who_compares(written.department.trust)
    assert gap_of(written).score == Decimal("80.00")
    Reading.objects.update(current=False)
    assert [line for line in gaps_that_differ() if "1.3" in line]
    tell_who_compares(written.department.trust)
    assert (gap_of(written).score, gap_of(written).difference) == (None, "unknown")
    assert gaps_that_differ() == []


def test_few_answers_never_make_a_gap(written, ward, people):
    make_reading(make_import(ward.trust, people["administrator"]), place=ward, positive=5, responses=20)
    figures_have_changed(trust=ward.trust)
    assert gap_of(written).difference == Difference.TOO_FEW
    assert "Too few answers to say." in panel_text(panel_for(written, people["lead"]))


def test_figures_of_the_whole_trust_speak_where_no_ward_does_and_say_so(written, people, here):
    load_measures()
    brought = make_import(here.trust, people["administrator"], name="KO41a.csv")
    make_reading(brought, "complaints_upheld", positive=300, responses=320)
    figures_have_changed(trust=here.trust)
    gap = gap_of(written, "4.3")
    assert (gap.difference, gap.figures[0]["whole_trust"]) == ("own_higher", True)
    assert gap.score == Decimal("6.25")
    said = panel_text(panel_for(written, people["lead"], "4.3.1"))
    assert "You rate this higher than your whole trust’s patients do." in said
    assert "300 of 320" in said


def test_wards_of_the_same_question_are_added_up_by_their_answers(written, ward, people):
    other = make_place(ward.trust, "Nightingale Ward", of=written.department)
    brought = make_import(ward.trust, people["administrator"])
    make_reading(brought, place=ward, positive=60, responses=100)
    make_reading(brought, "fft_outpatient", place=other, positive=290, responses=300)
    figures_have_changed(trust=ward.trust)
    gap = gap_of(written)
    assert (gap.score, gap.responses, gap.leads) == (Decimal("87.50"), 400, "Friends and Family Test")


def test_what_is_compared_at_other_levels_is_never_added_up(written, ward, people):
    brought = make_import(ward.trust, people["administrator"])
    make_reading(brought, place=ward, positive=60, responses=100)
    make_reading(brought, "fft_ae", place=ward, positive=290, responses=300)
    figures_have_changed(trust=ward.trust)
    gap = gap_of(written)
    assert [figure["score"] for figure in gap.figures] == [60.0, 96.67]
    assert gap.difference == Difference.MIXED


def test_staff_stand_beside_and_make_no_gap(written, people, here):
    load_measures()
    brought = make_import(here.trust, people["administrator"], name="Staff survey.xlsx")
    make_reading(
        brought, "staff_engagement", positive=None, responses=None, score=Decimal("6.4"), benchmark=Decimal("6.9")
    )
    figures_have_changed(trust=here.trust)
    gap = gap_of(written, "2.1")
    assert (gap.difference, gap.score) == ("unknown", None)
    assert gap.figures[0]["voice"] == "staff"
    said = panel_text(panel_for(written, people["lead"], "2.1.1"))
    assert "Staff engagement: 6.4 of 10, 0.5 below trusts like this one (6.9)" in said


def test_an_assessment_that_is_withdrawn_leaves_its_figures_to_the_one_before(rated_higher, in_review, people):
    cycle.go(assessment=in_review, move=Move.WITHDRAW, by=people["lead"], reason="The department merges.")
    assert gaps_that_differ() == []
    assert not Gap.objects.of_today().exists()


def test_gaps_of_today_are_those_of_the_newest_assessment(renewing, year):
    figures_have_changed(trust=renewing.department.trust)
    assert {gap.assessment_id for gap in Gap.objects.of_today()} == {renewing.pk}
    assert gap_of(renewing.follows).figures == []
    assert gaps_that_differ() == []


def test_a_changed_link_has_every_gap_worked_out_again_by_a_job(rated_higher, people):
    link = MeasureLink.objects.get(measure="fft_inpatient", subcriterion__number="1.3")
    levels = {"compliance_plus": 90, "compliant": 75, "partially_compliant": 60}
    change_levels(link=link, version=0, by=people["certifier"], **levels)
    job = Reworking.objects.get(finished_at=None)
    assert gap_of(rated_higher).difference == "own_higher"
    while rework_a_batch(job=job.pk):
        pass
    assert gap_of(rated_higher).difference == "agree"
    assert not Reworking.objects.filter(finished_at=None).exists()
    assert rework_a_batch(job=job.pk) is False
    assert gaps_that_differ() == []


def test_the_database_keeps_a_score_within_its_range(rated_higher):
    with pytest.raises(IntegrityError), transaction.atomic():
        Gap.objects.filter(pk=gap_of(rated_higher).pk).update(score=99)


# --- The panel beside the words
def panel_for(assessment, user, number="1.3.1") -> str:
    client = Client()
    client.force_login(user)
    return panel(client, assessment, number)


def panel_text(html: str) -> str:
    return " ".join(strip_tags(html).split())


def test_a_lead_sees_the_gap_while_writing(signed_in, rated_higher, year):
    html = panel(signed_in("lead"), rated_higher)
    said = panel_text(html)
    assert "You rate this higher than your patients do." in said
    assert "80 of 100 (between 77 and 82)" in said
    assert "880 of 1,100 · October 2025 to September 2026" in said
    assert "One figure is held back, so that nobody is known." in said
    assert '<svg class="app-chart__picture' in html
    assert 'hx-swap-oob="true"' in html
    assert all(reverse("feedback:reading", args=[row.pk]) in html for row in year)
    assert "Montuschi Ward: held back" in said


def test_the_assessor_reads_the_same_in_other_words_and_no_button(signed_in, rated_higher, in_review):
    said = panel_text(panel(signed_in("assessor"), in_review))
    assert "The department rates this higher than its patients do." in said
    assert "Make an action of it" not in said


def test_an_element_of_which_no_measure_speaks_has_no_panel(signed_in, rated_higher):
    assert "patients-say" not in panel(signed_in("lead"), rated_higher, "1.1.1")


def test_where_nothing_is_imported_yet_the_department_is_told_and_nobody_else(signed_in, in_review):
    assert "No figures of patients" in panel(signed_in("lead"), in_review)
    assert "patients-say" not in panel(signed_in("assessor"), in_review)


def test_remarks_of_the_theme_stand_beside_the_element(signed_in, rated_higher, people, here):
    for number in range(5):
        add_remark(
            department=here.department, kind="comment", theme="clearer_information", said_on=date(2026, 9, 1),
            words=f"The letter was hard to read, number {number}.", by=people["lead"],
        )  # fmt: skip
    said = panel_text(panel(signed_in("lead"), rated_higher, "3.2.1"))
    assert said.count("The letter was hard to read") == 3
    assert "All that people said" in said
    assert "The letter was hard to read" not in panel(signed_in("lead"), rated_higher, "1.3.1")


def test_a_measure_that_speaks_of_one_element_stays_with_it(signed_in, rated_higher, people, here):
    brought = make_import(here.trust, people["administrator"], name="KO41a.csv")
    make_reading(brought, "complaints_privacy_dignity", positive=12, responses=340)
    assert "privacy, dignity" in panel(signed_in("lead"), rated_higher, "2.1.5")
    assert "privacy, dignity" not in panel(signed_in("lead"), rated_higher, "2.1.4")


def test_the_panel_costs_the_same_at_two_sizes(rated_higher, people, ward, django_assert_num_queries):
    element = rated_higher.standard.elements.get(number="1.3.1")
    with django_assert_num_queries(4):  # links, measures, readings, the band
        element_view(rated_higher, element)
    for name in ("Nightingale", "Mercers", "Victoria"):
        place = make_place(ward.trust, f"{name} Ward", of=rated_higher.department)
        brought = make_import(ward.trust, people["administrator"], name=f"{name}.xlsx")
        make_reading(brought, place=place)
    with django_assert_num_queries(4):
        element_view(rated_higher, element)


# --- An action made of it
def test_a_gap_becomes_an_action_once(signed_in, rated_higher, people):
    client, url = signed_in("lead"), reverse("assessments:gap_action", args=[rated_higher.pk, "1.3.1"])
    assert "Make an action of it" in panel(client, rated_higher)
    for _ in range(2):
        answer = client.post(url)
        action = CorrectiveAction.objects.get()
        assert answer.url == reverse("assessments:action_plan", args=[action.pk])
    assert action.kind == "improvement"
    assert action.gap == gap_of(rated_higher)
    assert action.improvement == (
        "You rate this higher than your patients do: 1.3.1 Measure satisfaction reliably.\n"
        "Friends and Family Test, inpatients: 80 of 100, between 77 and 82 "
        "(1100 answers, October 2025 to September 2026)."
    )
    said = panel_text(panel(client, rated_higher))
    assert "Make an action of it" not in said
    assert "The action that was made of it" in said
    shown = client.get(reverse("assessments:action", args=[action.pk])).content.decode()
    assert "See what patients say" in shown


def test_where_there_is_no_gap_there_is_no_action(rated_higher, people):
    Statement.objects.filter(assessment=rated_higher).update(band=Band.NON_COMPLIANT)
    element = rated_higher.standard.elements.get(number="1.3.1")
    with pytest.raises(Refused, match="there is no gap to close"):
        action_of_gap(assessment=rated_higher, element=element, by=people["lead"])
    assert not CorrectiveAction.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 302), ("contributor", 403), ("executive", 403), ("lead.elsewhere", 404)]
)
def test_only_the_lead_makes_an_action(signed_in, rated_higher, who, status):
    url = reverse("assessments:gap_action", args=[rated_higher.pk, "1.3.1"])
    assert signed_in(who).post(url).status_code == status


# --- The three views of a department
@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("contributor", 200), ("executive", 200), ("assessor", 404), ("lead.elsewhere", 404)],
)
def test_the_three_views_are_for_who_reads_the_assessment(signed_in, rated_higher, who, status):
    assert signed_in(who).get(reverse("assessments:gaps", args=[rated_higher.pk])).status_code == status


def test_the_three_views_stand_side_by_side_in_five_queries(signed_in, rated_higher, django_assert_num_queries):
    client, url = signed_in("executive"), reverse("assessments:gaps", args=[rated_higher.pk])
    with django_assert_num_queries(5):  # session, person, assessment, bands, gaps
        html = client.get(url).content.decode()
    said = panel_text(html)
    assert said.count("5 Compliant") >= 1
    assert "80 Friends and Family Test" in said
    assert "(77.00" not in said
    assert "The department rates this higher than its patients do" in said
    newest = Reading.objects.latest("ends_on")
    assert reverse("feedback:reading", args=[newest.pk]) in html


def test_only_gaps_can_be_shown(signed_in, rated_higher):
    url = reverse("assessments:gaps", args=[rated_higher.pk])
    said = panel_text(signed_in("lead").get(f"{url}?show=gap").content.decode())
    assert "1.3 Customer Satisfaction" in said
    assert "1.1 Customer Identification" not in said


def test_what_the_assessor_finds_is_shown_once_it_may_be_read(signed_in, rated_higher, drafted, decided):
    work_out(assessment=decided)
    said = panel_text(signed_in("lead").get(reverse("assessments:gaps", args=[decided.pk])).content.decode())
    assert "You and the assessor agree" in said


def test_before_that_the_lead_sees_no_column_of_it(signed_in, rated_higher, in_review):
    html = signed_in("lead").get(reverse("assessments:gaps", args=[in_review.pk])).content.decode()
    assert 'data-label="Assessor"' not in html
    shown = signed_in("assessor").get(reverse("assessments:gaps", args=[in_review.pk])).content.decode()
    assert 'data-label="Assessor"' in shown


def test_the_departments_page_takes_the_table_in(signed_in, rated_higher, here):
    client, url = signed_in("lead"), reverse("assessments:department_gaps", args=[here.department.pk])
    assert url in client.get(reverse("departments:detail", args=[here.department.pk])).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "2 of 15 sub-criteria" in panel_text(part)
    assert "<html" in client.get(url).content.decode()


def test_a_department_without_an_assessment_is_told_what_the_page_is_for(signed_in, here):
    client, url = signed_in("lead"), reverse("assessments:department_gaps", args=[here.department.pk])
    assert "No assessment yet" in client.get(url).content.decode()
    assert client.get(url, headers={"HX-Request": "true"}).content.decode().strip() == ""


def test_a_link_that_is_added_speaks_from_then_on(written, ward, people):
    standard = written.standard
    add_link(
        standard=standard, subcriterion=standard.criteria.get(number="3").subcriteria.get(number="3.1"), element=None,
        by=people["certifier"], measure="fft_inpatient", compliance_plus=97, compliant=90, partially_compliant=80,
    )  # fmt: skip
    make_reading(make_import(ward.trust, people["administrator"]), place=ward, positive=80, responses=100)
    figures_have_changed(trust=ward.trust)
    assert gap_of(written, "3.1").difference == Difference.OWN_HIGHER


def test_a_ward_that_is_said_to_be_the_departments_speaks_of_it_from_then_on(written, people, here):
    load_measures()
    place = make_place(here.trust, "Nightingale Ward")
    make_reading(make_import(here.trust, people["administrator"]), place=place, positive=60, responses=100)
    assert gap_of(written).score is None
    decide_place(place=place, department=here.department, by=people["administrator"])
    assert (gap_of(written).score, gap_of(written).difference) == (Decimal("60.00"), "own_higher")


def test_an_import_that_is_undone_takes_its_gap_away(written, ward, people):
    brought = make_import(ward.trust, people["administrator"])
    make_reading(brought, place=ward, positive=60, responses=100)
    tell_who_compares(ward.trust)
    assert gap_of(written).difference == "own_higher"
    undo_import(brought=brought, by=people["administrator"])
    assert (gap_of(written).score, gap_of(written).difference) == (None, "unknown")


def test_the_overview_marks_what_patients_rate_lower_and_can_show_that_alone(
    signed_in, rated_higher, django_assert_num_queries
):
    client, url = signed_in("lead"), reverse("assessments:detail", args=[rated_higher.pk])
    with django_assert_num_queries(5):
        said = panel_text(client.get(url).content.decode())
    assert said.count("patients rate 1.3 lower") == 5
    assert "patients rate 1.1 lower" not in said
    alone = panel_text(client.get(f"{url}?show=patients").content.decode())
    assert "1.3.1 Measure satisfaction reliably" in alone
    assert "1.1.1 Know your customer groups" not in alone


def test_a_ward_is_not_dropped_for_a_site_without_a_code_that_is_another(written, people, here):
    load_measures()
    brought = make_import(here.trust, people["administrator"])
    for ward, site, positive in (("", "The Clinic", 100), ("Nightingale Ward", "The Annexe", 50)):
        place = make_place(here.trust, ward or site, of=here.department)
        Place.objects.filter(pk=place.pk).update(site_code="", site_name=site, ward=ward)
        make_reading(brought, place=place, positive=positive, responses=100)
    tell_who_compares(here.trust)
    assert (gap_of(written).score, gap_of(written).responses) == (Decimal("75.00"), 200)


def test_assessments_are_locked_by_their_ids_as_jobs_lock_them(here, people, standard):
    load_measures()
    later = Department.objects.create(trust=here.trust, name="Pharmacy", treatment_function_id="320")
    first = cycle.open_assessment(department=later, title="Initial", by=people["lead"])
    second = cycle.open_assessment(department=here.department, title="Initial", by=people["lead"])
    with CaptureQueriesContext(connection) as sent:
        figures_have_changed(trust=here.trust)
    locks = [query["sql"] for query in sent if "FOR NO KEY UPDATE" in query["sql"]]
    assert [f'"id" = {one.pk} ' in sql for one, sql in zip((first, second), locks, strict=True)] == [True, True]


def test_where_nothing_was_ever_compared_nothing_is_claimed(signed_in, written):
    Gap.objects.all().delete()
    said = panel_text(signed_in("lead").get(reverse("assessments:gaps", args=[written.pk])).content.decode())
    assert "Nothing is compared yet" in said
    assert "Nowhere does the department" not in said
