"""What follows from a report's facts alone: plain dictionaries in, plain values out."""

from collections import Counter
from typing import Any

from assessments.rules import Band

Facts = dict[str, Any]


def elements_of(criterion: Facts) -> list[Facts]:
    """The elements of one criterion of the facts, in the standard's order."""
    return [element for subcriterion in criterion["subcriteria"] for element in subcriterion["elements"]]


def band_table(facts: Facts) -> Facts:
    """Counts by criterion and band, best first: `columns` are titles, `rows` and `totals` have `own` and `found`.

    Not Applicable has a column only where there is one.
    """
    counts = facts["counts"]
    shown = [
        band
        for band in facts["bands"]
        if band["code"] != Band.NOT_APPLICABLE or any(counts[view].get(band["code"]) for view in ("own", "found"))
    ]

    def counted(one: Facts) -> Facts:
        views = {view: [one[view].get(band["code"], 0) for band in shown] for view in ("own", "found")}
        return {"number": one.get("number"), "title": one.get("title"), "elements": one["elements"], **views}

    return {
        "columns": [band["title"] for band in shown],
        "rows": [counted(criterion) for criterion in facts["criteria"]],
        "totals": counted(counts),
    }


def count_bands(elements: list[Facts], key: str) -> dict[str, int]:
    """How many elements have each band, best first; an unrated element counts under the empty band."""
    counts = Counter(element[key] for element in elements)
    return {band: counts[band] for band in [*Band.values, ""] if counts[band]}
