"""What the counts of an assessment come to, in the few words that a cell of a dashboard has room for."""

from __future__ import annotations

from collections.abc import Mapping

from assessments.headroom import NOT_YET, Headroom, headroom, reaching, total
from assessments.rules import Outcome
from departments.charts.parts import said
from portal.dashboards.figures import Counted
from portal.dashboards.versions import Version
from portal.dashboards.words import numbered

MOST_NAMED = 2


def share_words(one: Counted) -> str:
    """“96% at or above Compliant”, or how much is rated while something is not."""
    unrated = total(one.bands, NOT_YET)
    if one.share is None or unrated:
        every = sum(sum(bands.values()) for bands in one.bands.values())
        return f"{every - unrated} of {every} elements rated"
    return f"{said(one.share, '%')} at or above Compliant"


def share_whole(one: Counted) -> str:
    """“54 of 57 elements at or above Compliant”."""
    good, rated = reaching(one.bands)
    return f"{good} of {rated} rated elements at or above Compliant"


def verdict_words(one: Counted, known: Mapping[int, Version]) -> str:
    """What the award rule makes of the counts, and how much room they leave."""
    version = known.get(one.standard)
    if version is None or not one.bands:
        return ""
    found = headroom(version.award_rule, one.bands)
    return sentence(found, version.criteria, decided=one.decided)


def sentence(found: Headroom, titles: Mapping[str, str], *, decided: bool) -> str:
    """“Award on these bands: 3 of 10 partials used”; once decided, the outcome is told already."""
    room = room_words(found, titles)
    if found.outcome == Outcome.INCOMPLETE:
        so_far = "an award is out of reach" if found.refused else "nothing against an award so far"
        return f"{found.unrated} not yet rated; {so_far}"
    if decided:
        return room[0].upper() + room[1:]
    return f"{'Award' if found.outcome == Outcome.AWARD else 'No award'} on these bands: {room}"


def room_words(found: Headroom, titles: Mapping[str, str]) -> str:
    parts = []
    if found.non_compliant:
        parts.append(f"{found.non_compliant} Non-Compliant")
    parts.append(f"{found.partials} of {found.allowed} partials used")
    if over := found.over():
        parts.append(f"too many in {named(over, titles)}")
    if full := found.full():
        parts.append(f"none left in {named(full, titles)}")
    return ", ".join(parts)


def named(numbers: list[str], titles: Mapping[str, str]) -> str:
    shown = [titles.get(number, number) for number in numbers[:MOST_NAMED]]
    more = len(numbers) - len(shown)
    return " and ".join([*shown, *([numbered(more, "other")] if more else [])]) if more else " and ".join(shown)


def change_words(now: Counted, before: Counted, year: int) -> str:
    """“Up 4 points since the end of 2023”."""
    if now.pk == before.pk:
        return f"The same decision as at the end of {year}"
    if now.share is None or before.share is None:
        return f"Cannot be compared with the end of {year}: no bands"
    points = round(now.share, 1) - round(before.share, 1)
    if abs(points) < 0.05:
        return f"As at the end of {year}"
    return f"{'Up' if points > 0 else 'Down'} {said(abs(points))} points since the end of {year}"
