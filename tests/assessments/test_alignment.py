"""How departments stand to the corporate assessment, and the one improvement that would help most: plain values."""

from hypothesis import given
from hypothesis import strategies as st

from assessments.alignment import STRONG, WEAK, Seat, Stance, align, best_improvement
from assessments.rules import Band

BANDS = st.sampled_from([*Band.values, ""])
STANCES = st.sampled_from([*Stance.values, ""])


SEATS = st.lists(st.tuples(BANDS, STANCES), max_size=7)
ELEMENTS = st.lists(st.tuples(BANDS, SEATS), max_size=5).map(
    lambda rows: [
        align(f"1.1.{place}", corporate, [Seat(f"Ward {at}", *seat) for at, seat in enumerate(seats)])
        for place, (corporate, seats) in enumerate(rows)
    ]
)


def test_each_department_is_where_it_stands():
    seats = [Seat("A", Band.COMPLIANT, Stance.INHERITED), Seat("B", Band.NON_COMPLIANT, Stance.CONTRADICTED)]
    seats += [Seat("C", ""), Seat("D", Band.NOT_APPLICABLE)]
    strong = align("2.2.3", Band.COMPLIANCE_PLUS, seats)
    assert (strong.together, strong.below, strong.above, strong.weak) == (("A",), ("B",), (), ())
    weak = align("2.2.3", "", seats)
    assert (weak.together, weak.below, weak.above, weak.weak) == ((), (), ("A",), ("B",))
    assert (weak.inheriting, weak.contradicting, weak.rated) == (("A",), ("B",), 2)


def test_five_weak_departments_of_seven_make_the_best_improvement():
    five = [Seat(f"W{number}", Band.PARTIALLY_COMPLIANT) for number in range(5)] + [Seat("X", Band.COMPLIANT)] * 2
    one = align("2.2.3", Band.PARTIALLY_COMPLIANT, five)
    other = align("1.1.1", "", [*five[:4], *[Seat("X", Band.COMPLIANT)] * 3])
    strong = align("3.1.1", Band.COMPLIANT, [Seat(f"W{number}", Band.NON_COMPLIANT) for number in range(7)])
    best = best_improvement([other, one, strong])
    assert best is not None
    assert (best.number, best.would_lift, best.rated) == ("2.2.3", 5, 7)


@given(ELEMENTS)
def test_every_department_with_a_band_is_in_exactly_one_part(rows):
    for row in rows:
        parts = [*row.together, *row.above, *row.below, *row.weak]
        assert len(parts) == len(set(parts)) == row.rated


@given(ELEMENTS)
def test_the_best_is_weak_in_most_departments_and_in_corporate_and_no_other_lifts_more(rows):
    best = best_improvement(rows)
    eligible = [row for row in rows if row.corporate not in STRONG and len(row.weak) > row.rated - len(row.weak)]
    if best is None:
        assert eligible == []
        return
    assert best in eligible
    assert all(row.would_lift <= best.would_lift for row in eligible)
    first = next(row for row in eligible if row.would_lift == best.would_lift)
    assert first == best


@given(ELEMENTS)
def test_raising_corporate_to_compliant_leaves_nothing_for_it_to_lift(rows):
    for row in rows:
        seats = [Seat(name, Band.NON_COMPLIANT) for name in row.weak]
        assert align(row.number, Band.COMPLIANT, seats).would_lift == 0
        assert align(row.number, Band.NON_COMPLIANT, seats).would_lift == len(row.weak)
    assert WEAK.isdisjoint(STRONG)
