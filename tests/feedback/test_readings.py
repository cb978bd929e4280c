"""Who reads which figures, which of them speak of a department, and the page that says where one comes from."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from departments.models import Department
from feedback.models import Measure, Reading
from feedback.periods import period_in_words
from feedback.rules import MeasureKind, on_common_scale
from feedback.services.measures import load_measures
from tests.feedback.cast import make_import, make_place, make_reading


def seen_by(people, who):
    return set(Reading.objects.visible_to(people[who]))


def test_those_who_run_a_trust_read_every_figure_of_it(readings, people):
    assert seen_by(people, "executive") == seen_by(people, "administrator") == set(readings)
    assert seen_by(people, "executive.elsewhere") == seen_by(people, "stranger") == set()


def test_a_department_reads_its_own_places_and_the_whole_trusts_figures(readings, people, here):
    other = Department.objects.create(trust=here.trust, name="Pharmacy", treatment_function_id="320")
    theirs = make_reading(readings[0].feedback_import, place=make_place(here.trust, "Dispensary", of=other))
    unknown = make_reading(readings[0].feedback_import, place=make_place(here.trust, "Nightingale"))
    for who in ("lead", "contributor"):
        assert seen_by(people, who) == set(readings)
    assert {theirs, unknown} < seen_by(people, "executive")


def test_reviewers_read_the_figures_of_departments_whose_submitted_assessment_they_read(
    readings, people, here, preparing, request
):
    assert seen_by(people, "certifier") == seen_by(people, "assessor") == set()
    request.getfixturevalue("in_review")
    assert seen_by(people, "certifier") == seen_by(people, "assessor") == set(readings)
    assert seen_by(people, "assessor.unassigned") == seen_by(people, "certifier.elsewhere") == set()


def test_a_place_speaks_of_its_department_and_the_trust_where_places_say_nothing(readings, here):
    ward = readings[:3]
    assert set(Reading.objects.speaking_of(here.department)) == set(ward)
    other = Department.objects.create(trust=here.trust, name="Pharmacy", treatment_function_id="320")
    assert list(Reading.objects.speaking_of(other)) == [readings[-1]]
    staff = make_reading(
        readings[0].feedback_import, "staff_voice", positive=None, responses=None, score=Decimal("6.9")
    )
    assert set(Reading.objects.speaking_of(here.department)) == {*ward, staff}


def test_one_figure_counts_for_a_period_at_a_place(readings):
    with pytest.raises(IntegrityError, match="one_figure_counts_for_a_period"):
        make_reading(readings[-1].feedback_import)


def test_what_counts_no_more_makes_room(readings):
    Reading.objects.filter(pk=readings[-1].pk).update(current=False)
    newer = make_reading(readings[-1].feedback_import, positive=950, responses=1000)
    assert newer in Reading.objects.current()
    assert readings[-1] not in Reading.objects.current()


# --- The page
def open_page(signed_in, who, reading):
    return signed_in(who).get(reverse("feedback:reading", args=[reading.pk]))


def test_a_figure_says_the_file_the_sheet_and_the_row(signed_in, readings):
    page = open_page(signed_in, "lead", readings[1]).content.decode()
    for words in ("94%", "94 of 100", "Montuschi, The Whittington Hospital", "August 2026", "FFT wards.xlsx", "Wards"):
        assert words in page


@pytest.mark.parametrize("who", ["lead", "contributor", "executive", "administrator", "assessor", "certifier"])
def test_the_whole_trusts_figure_opens_to_its_departments_and_their_reviewers(signed_in, reading_of_the_trust, who):
    assert open_page(signed_in, who, reading_of_the_trust).status_code == 200


@pytest.mark.parametrize("who", ["assessor.unassigned", "lead.elsewhere", "certifier.elsewhere", "stranger"])
def test_it_is_nothing_to_anybody_else(signed_in, reading_of_the_trust, who):
    assert open_page(signed_in, who, reading_of_the_trust).status_code == 404


def test_a_suppressed_figure_is_not_known_and_never_nought(signed_in, readings):
    page = open_page(signed_in, "lead", readings[2]).content.decode()
    assert "Not known" in page
    assert "holds the numbers back" in page
    assert "0%" not in page


def test_answers_stand_in_their_order_and_those_held_back_are_not_known(signed_in, readings):
    Reading.objects.filter(pk=readings[1].pk).update(detail={"poor": None, "mode_sms": 7, "very_good": 80, "good": 14})
    shown = open_page(signed_in, "lead", readings[1]).context["answers"]
    told = [("Very good", 80), ("Good", 14), ("Poor", None), ("Mode sms", 7)]
    assert [(line["answer"], line["count"]) for line in shown] == told


def test_a_figure_that_counts_no_more_says_why(signed_in, readings):
    Reading.objects.filter(pk=readings[1].pk).update(current=False)
    assert "was undone. It counts no more." in open_page(signed_in, "lead", readings[1]).content.decode()


def test_a_figure_of_which_a_newer_file_took_the_place_says_so(signed_in, readings):
    Reading.objects.filter(pk=readings[1].pk).update(current=False, replaced_by=readings[1].feedback_import)
    assert "A newer file for the same period" in open_page(signed_in, "lead", readings[1]).content.decode()


def test_a_page_of_a_figure_asks_little(signed_in, readings, django_assert_max_num_queries):
    client = signed_in("lead")
    with django_assert_max_num_queries(4):
        client.get(reverse("feedback:reading", args=[readings[1].pk]))


# --- The common scale and periods
@given(st.decimals(0, 1, places=4))
def test_a_share_where_lower_is_better_turns_the_scale(share):
    up = on_common_scale(kind=MeasureKind.SHARE, score=share, out_of=None, higher_is_better=True)
    down = on_common_scale(kind=MeasureKind.SHARE, score=share, out_of=None, higher_is_better=False)
    assert up is not None
    assert down is not None
    assert up + down == 100
    assert 0 <= up <= 100


def test_a_score_is_its_part_of_what_it_is_out_of():
    scale = on_common_scale(kind=MeasureKind.SCORE, score=Decimal("6.9"), out_of=Decimal(10), higher_is_better=True)
    assert scale == 69


@pytest.mark.parametrize("kind", list(MeasureKind))
def test_what_is_not_known_is_nowhere_on_the_scale(kind):
    assert on_common_scale(kind=kind, score=None, out_of=Decimal(10), higher_is_better=True) is None


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2025, 9, 1), date(2025, 9, 30), "September 2025"),
        (date(2024, 4, 1), date(2025, 3, 31), "2024-25 (April to March)"),
        (date(2025, 1, 1), date(2025, 12, 31), "2025"),
        (date(2025, 4, 1), date(2025, 6, 30), "April to June 2025"),
        (date(2024, 12, 1), date(2025, 2, 28), "December 2024 to February 2025"),
        (date(2025, 9, 1), date(2025, 10, 12), "1 September to 12 October 2025"),
        (date(2025, 9, 5), date(2025, 9, 5), "5 September 2025"),
    ],
)
def test_a_period_is_said_as_people_say_it(first, last, words):
    assert period_in_words(first, last) == words


def test_the_national_measures_come_with_the_portal_and_loading_twice_changes_nothing(measures):
    count = Measure.objects.count()
    assert Measure.objects.get(code="staff_voice").out_of == 10
    assert not Measure.objects.get(code="complaints_upheld").higher_is_better
    from_the_file = list(Measure.objects.values())
    again = load_measures()
    assert (again.added, again.changed, again.unchanged) == (0, 0, count)
    assert list(Measure.objects.values()) == from_the_file


def test_figures_of_another_trust_are_never_a_departments(readings, elsewhere, people):
    theirs = make_reading(make_import(elsewhere.trust, people["administrator.elsewhere"]), positive=1, responses=2)
    assert theirs not in seen_by(people, "lead")
    assert list(Reading.objects.speaking_of(elsewhere.department)) == [theirs]
