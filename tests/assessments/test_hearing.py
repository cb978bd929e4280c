"""Which readings speak of the last twelve months: the newest year of each measure, and each answer once."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assessments.gap import Levels, Scale
from assessments.hearing import Heard, Question, counted_once, last_year


def heard(pk: int, starts: date, ends: date, *, code="fft_inpatient", place: int | None = 1, ward="Montuschi") -> Heard:
    return Heard(pk, code, place, "RKEQ4", ward, starts, ends, 80, 100, 0.8)


def month(pk: int, year: int, number: int, **more) -> Heard:
    first = date(year, number, 1)
    return heard(pk, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), **more)


def test_a_year_is_the_twelve_months_before_the_newest():
    rows = [month(number, 2025 + number // 12, number % 12 + 1) for number in range(20)]
    assert [row.pk for row in last_year(rows)] == list(range(8, 20))


def test_a_yearly_measure_has_its_newest_alone_whatever_others_have():
    yearly = [heard(year, date(year, 4, 1), date(year + 1, 3, 31), code="complaints_upheld") for year in (2022, 2023)]
    kept = last_year([*yearly, month(1, 2026, 9)])
    assert [row.pk for row in kept] == [2023, 1]


def test_a_quarter_beside_its_year_counts_no_answer_twice():
    year = heard(1, date(2025, 4, 1), date(2026, 3, 31))
    quarter = heard(2, date(2026, 1, 1), date(2026, 3, 31))
    after = heard(3, date(2026, 4, 1), date(2026, 6, 30))
    assert {row.pk for row in counted_once([quarter, year, after])} == {1, 3}


def test_wards_beside_their_whole_site_count_no_answer_twice():
    site = month(1, 2026, 9, place=7, ward="")
    ward, earlier = month(2, 2026, 9), month(3, 2026, 8)
    assert {row.pk for row in counted_once([ward, site, earlier])} == {1, 3}


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30), st.integers(0, 12)), max_size=20))
def test_no_two_readings_of_a_place_that_are_kept_meet(spans):
    begin = date(2025, 1, 1)
    rows = [
        heard(at, begin + timedelta(days=30 * start), begin + timedelta(days=30 * (start + long)), place=place)
        for at, (place, start, long) in enumerate(spans)
    ]
    kept = counted_once(rows)
    assert not any(
        one.place == other.place and one.overlaps(other) for one in kept for other in kept if one.pk < other.pk
    )
    assert {row.place for row in kept} == {row.place for row in rows}


def test_a_month_that_is_held_back_is_unknown_in_its_place_of_the_trend():
    first, last = month(1, 2026, 7), month(3, 2026, 9)
    hidden = Heard(2, "fft_inpatient", 1, "RKEQ4", "Montuschi", date(2026, 8, 1), date(2026, 8, 31), None, None, None)
    question = Question("fft", "FFT", "patients", Scale(), Levels(97, 90, 80), "", (last, hidden, first))
    assert [period.figure.score for period in question.periods] == [80, None, 80]
    assert (question.figure.responses, question.figure.withheld) == (200, 1)
    assert question.newest == last
