"""What was read in a row of a file, in words for the page that shows it before anything is stored."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from feedback.models import Measure
from feedback.rules import counts_in_words, score_in_words


def lines_of(rows: Iterable[dict[str, Any]], measures: dict[str, Measure]) -> list[dict[str, Any]]:
    """For each row where it stands, what it is about, and its figures."""
    return [
        {
            "where": f"{row['sheet']}, row {row['row']}" if row["sheet"] else f"Row {row['row']}",
            "place": ", ".join(part for part in (row["ward"], row["site_name"] or row["site_code"]) if part),
            "period": row.get("period"),
            "figures": [figure_of(figure, measures.get(figure["measure"])) for figure in row["figures"]],
        }
        for row in rows
    ]


def figure_of(figure: dict[str, Any], measure: Measure | None) -> dict[str, Any]:
    score = None if figure["score"] is None else Decimal(str(figure["score"]))
    return {
        "title": measure.title if measure else figure["measure"],
        "score": score_in_words(kind=measure.kind, score=score, out_of=measure.out_of) if measure else str(score),
        "counts": counts_in_words(positive=figure["positive"], responses=figure["responses"]),
        "suppressed": figure["suppressed"],
        "column": figure["column"],
    }
