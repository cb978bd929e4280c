"""What a visit covers and what it leaves out, from plain values."""

from datetime import UTC, date, datetime

import pytest

from assessments.visiting import Level, Met, Place, cover_visit, current_stop, wrong_day

EVERYBODY = [Met(level, "Somebody") for level in Level]
SITES = {"Whittington Hospital": "", "River Place Surgery": "Islington GP Federation"}
SEEN = [
    Place("Ward", "Whittington Hospital"),
    Place("Clinic", "River Place Surgery", "Islington GP Federation"),
]


def covered(**changes):
    usual = {
        "services": ["Ward", "Clinic"],
        "sites": SITES,
        "stops": SEEN,
        "met": EVERYBODY,
        "told": ["4.3.4"],
        "noted": ["4.3.4", "1.1.1"],
    }
    return cover_visit(**{**usual, **changes})


def test_a_whole_visit_has_no_gap():
    whole = covered()
    assert whole.gaps == ()
    assert whole.services == ("Ward", "Clinic")
    assert whole.partners == ("Islington GP Federation",)
    assert whole.heard == ("4.3.4",)


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"met": EVERYBODY[1:]}, "Nobody was met from senior management."),
        ({"met": EVERYBODY[:3]}, "Nobody was met from patients and carers."),
        ({"stops": SEEN[1:]}, "Ward was not seen."),
        ({"stops": SEEN[1:]}, "Whittington Hospital was not visited."),
        ({"stops": SEEN[:1]}, "No place was seen of Islington GP Federation, a partner."),
        ({"noted": []}, "No note on what the department wanted to show for 4.3.4."),
    ],
)  # fmt: skip
def test_what_is_left_out_is_said_in_plain_words(changes, gap):
    assert gap in covered(**changes).gaps


def test_a_department_without_partners_need_meet_none():
    nobody = [one for one in EVERYBODY if one.level != Level.PARTNERS]
    assert covered(sites={"Whittington Hospital": ""}, met=nobody).gaps == ()


def test_many_elements_are_named_by_the_dozen():
    numbers = [f"1.{one}" for one in range(1, 21)]
    assert covered(told=numbers).gaps[0].endswith("1.11, 1.12 and 8 more.")


@pytest.mark.parametrize(
    ("day", "took_place", "wrong"),
    [
        (date(2026, 11, 24), False, "is in the past"),
        (date(2026, 11, 25), False, ""),
        (date(2026, 11, 24), True, ""),
        (date(2026, 11, 26), True, "cannot be after today"),
    ],
)
def test_a_visit_is_planned_ahead_or_recorded_afterwards(day, took_place, wrong):
    words = wrong_day(day, took_place=took_place, today=date(2026, 11, 25))
    assert wrong in words
    assert bool(words) == bool(wrong)


@pytest.mark.parametrize(("hour", "here"), [(8, 1), (9, 1), (10, 2), (20, 2)])
def test_the_place_follows_the_plan(hour, here):
    day = date(2026, 11, 25)
    stops = [(1, day, datetime(2026, 11, 25, 9, tzinfo=UTC)), (2, day, datetime(2026, 11, 25, 10, tzinfo=UTC))]
    assert current_stop(stops, datetime(2026, 11, 25, hour, 30, tzinfo=UTC)) == here
    assert current_stop([], datetime(2026, 11, 25, tzinfo=UTC)) is None
