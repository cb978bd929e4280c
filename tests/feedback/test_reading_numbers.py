"""Numbers and periods as people write them: whatever they write is understood exactly or refused in words."""

import datetime
import math
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reading import periods
from feedback.reading.headers import normal
from feedback.reading.numbers import Number, Unreadable, count, in_points, number, score, share, sum_of

ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.text(alphabet=string.digits + "*<>%,.- +", max_size=12),
    st.dates(),
    st.datetimes(),
)
blanks = st.sampled_from(["", " ", "\u00a0"])


@given(ANYTHING)
def test_whatever_a_cell_holds_is_understood_or_refused_in_words(value):
    words: list[str] = []
    for understand in (number, count, share, lambda each: score(each, 10)):
        try:
            read = understand(value)
        except Unreadable as refused:
            words.append(refused.words)
        else:
            assert read.value is None or math.isfinite(read.value)
            assert not (read.withheld and read.value is not None)
    assert all(each.startswith("holds ") and "; expected " in each for each in words)


@given(st.integers(0, 10**8), blanks, blanks)
def test_a_count_is_itself_however_it_is_written(whole, before, after):
    written = [whole, float(whole), f"{before}{whole}{after}", f"{whole:,}", f"{whole}.0"]
    assert {count(each).value for each in written} == {whole}


@given(st.decimals(0, 100, places=2), blanks)
def test_a_percentage_is_the_same_share_however_it_is_written(percent, blank):
    exact = float(percent / 100)
    assert share(f"{percent}{blank}%").value == exact
    assert share(f"{percent / 100}").value == exact
    assert share(exact).value == exact
    assert share(f"{percent}", points=True).value == exact
    assert share(f"{percent}%", points=True).value == exact


@given(st.decimals(Decimal("2.01"), 100, places=2), st.lists(st.sampled_from(["94%", "*", "", "-", 0.5, "n/a", "?"])))
def test_a_column_of_points_is_known_by_one_number_beyond_doubt(points, others):
    assert in_points([*others, str(points)])
    assert in_points([float(points), *others])
    assert not in_points([*others, f"{points}%"])


@given(st.decimals(Decimal("100.01"), 10**6, places=2))
def test_more_than_all_is_no_share(percent):
    for value, points in ((f"{percent}%", False), (f"{percent}", True), (float(percent), True)):
        with pytest.raises(Unreadable, match="more than 100%"):
            share(value, points=points)


@given(st.integers(-(10**8), -1))
def test_less_than_none_is_no_count(whole):
    for value in (whole, str(whole), float(whole)):
        with pytest.raises(Unreadable, match="less than zero"):
            count(value)


@given(st.sampled_from(["*", "**", "<5", "< 5", "<=7", "[c]", "[x]", "supp", "Suppressed"]), blanks, blanks)
def test_what_is_withheld_is_never_a_number(mark, before, after):
    for understand in (number, count, share, lambda each: score(each, 10)):
        assert understand(f"{before}{mark}{after}") == Number(withheld=True)


@given(st.lists(st.one_of(st.integers(0, 1000), st.sampled_from(["*", "-"])), min_size=1))
def test_a_sum_with_one_unknown_is_unknown(values):
    total = sum_of([count(each) for each in values])
    if any(isinstance(each, str) for each in values):
        assert total.value is None
        assert total.withheld == ("*" in values)
    else:
        assert total.value == sum(each for each in values if isinstance(each, int))


@pytest.mark.parametrize("value", ["", " ", "-", "–", "n/a", "N/A", None])
def test_what_is_not_there_is_unknown_and_not_withheld(value):
    assert number(value) == Number()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("twelve", "holds “twelve”; expected a number"),
        ("0,94", "holds “0,94”; expected a number"),
        ("1,23", "holds “1,23”; expected a number"),
        ("=SUM(A1:A4)", "holds “=SUM(A1:A4)”; expected the formula’s result"),
        ("#DIV/0!", "holds “#DIV/0!”; expected a number"),
        (True, "holds True; expected a number"),
        (3.5, "holds 3.5, which is not whole; expected a count"),
        ("94%", "holds 94%, a percentage; expected a count"),
        (datetime.date(2025, 9, 1), "holds the date 2025-09-01; expected a number"),
        (math.nan, "holds nan; expected a number"),
        (math.inf, "holds inf; expected a number"),
    ],
)
def test_what_is_no_count_is_said_with_what_was_expected(value, said):
    with pytest.raises(Unreadable) as refused:
        count(value)
    assert refused.value.words.startswith(said)


# --- Periods
MONTH = (datetime.date(2025, 9, 1), datetime.date(2025, 9, 30))


@pytest.mark.parametrize(
    "written",
    [
        *(
            "September 2025",
            "Sept 2025",
            "Sep-25",
            "sep 25",
            "SEPTEMBER-2025",
            "Sep’25",
            "01/09/2025",
            "1.9.2025",
            "09/2025",
        ),
        *("2025-09", "2025-09-01", "2025-09-01 00:00:00", "1 Sep 2025", "45901", 45901, 45901.0),
        *(datetime.date(2025, 9, 1), datetime.datetime(2025, 9, 30, 12)),
    ],
)
def test_a_month_is_understood_however_it_is_written(written):
    assert periods.of_cell(written) == MONTH


@pytest.mark.parametrize(
    "title",
    [
        "Inpatient Friends and Family Test (FFT) data - September 2025",
        "fft_inpatient_wards_2025-09.xlsx",
        "RKE_FFT_IP_Sep25.csv",
        "fft-ip-202509.csv",
        "1 September 2025 to 30 September 2025",
        "Sept-25 (final)",
    ],
)
def test_a_title_or_a_name_tells_its_month(title):
    assert periods.of_titles([title]) == MONTH


def test_days_of_publication_are_not_the_period():
    titles = ["Published: 9 October 2025", "Next publication: November 2025", "Period: September 2025", "Revised: 2026"]
    assert periods.of_titles(titles) == MONTH
    assert periods.of_titles(["Data extracted October 2025"]) is None
    assert periods.of_titles(["9 October 2025"]) is None


def test_two_months_in_titles_are_not_guessed_between():
    assert periods.of_titles(["September 2025", "October 2025"]) is None
    assert periods.of_titles(["September 2025", "Sep-25"]) == MONTH


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024-25", (2024, 4, 1), (2025, 3, 31)),
        ("2024/25", (2024, 4, 1), (2025, 3, 31)),
        ("2024/2025", (2024, 4, 1), (2025, 3, 31)),
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        (2024, (2024, 1, 1), (2024, 12, 31)),
    ],
)
def test_a_year_is_the_financial_one_if_it_is_written_so(written, first, last):
    assert periods.of_cell(written) == (datetime.date(*first), datetime.date(*last))


@pytest.mark.parametrize(
    "written", ["", "soon", "13/2025", "2025-13-01", "31/02", True, None, 17, -1, 1e12, "September"]
)
def test_what_is_no_period_is_none(written):
    assert periods.of_cell(written) is None


@given(ANYTHING)
def test_whatever_stands_for_a_period_is_whole_or_none(value):
    period = periods.of_cell(value)
    assert period is None or (period[0].day == 1 and period[0] < period[1])


# Before 2012 a month such as 2009-10 is written as that financial year is; the figures of these files are younger.
@given(st.dates(datetime.date(2012, 1, 1), datetime.date(2090, 12, 31)))
def test_a_month_survives_all_its_spellings(day):
    written = [f"{day:%B %Y}", f"{day:%b %Y}", f"{day:%Y-%m}", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", day]
    assert {periods.of_cell(each) for each in written} == {periods.month(day.year, day.month)}


# --- Names of columns
@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("1 Very Good", "very good"),
        ("6 Don't know", "dont know"),
        ("Don’t Know", "dont know"),
        ("Complaints_Total_New", "complaints total new"),
        ("  Total\nResponses ", "total responses"),
        ("% Positive", "percent positive"),
        (None, ""),
    ],
)
def test_names_of_columns_are_compared_without_what_people_vary(written, plain):
    assert normal(written) == plain
