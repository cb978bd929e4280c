"""Where a figure comes from: the file, the sheet and the row, and what became of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format

from departments.access import Action, SignedInRequest, guard
from departments.views import breadcrumbs
from feedback.models import Reading
from feedback.periods import period_in_words
from feedback.rules import ImportState

ANSWERS = {
    "very_good": "Very good",
    "good": "Good",
    "neither": "Neither good nor poor",
    "poor": "Poor",
    "very_poor": "Very poor",
    "dont_know": "Don’t know",
    "eligible": "Could have answered",
}


@guard(Action.READ_FEEDBACK, on=Reading)
def reading(request: SignedInRequest, reading: Reading) -> HttpResponse:
    context = {
        "reading": reading,
        "period": period_in_words(reading.starts_on, reading.ends_on),
        "facts": facts_of(reading),
        "answers": answers_of(reading),
        "source": source_of(reading),
        "no_longer": why_no_longer(reading),
        "crumbs": breadcrumbs.to_trust(request.user, reading.trust),
    }
    return render(request, "feedback/reading.html", context)


def facts_of(reading: Reading) -> list[dict[str, Any]]:
    """What it says, of whom and when."""
    measure = reading.measure
    rows = [
        {"key": "Measure", "value": measure.title},
        {"key": "Who says it", "value": measure.get_voice_display()},
        {"key": "Of", "value": str(reading.place or f"{reading.trust.name} as a whole")},
        {"key": "Period", "value": period_in_words(reading.starts_on, reading.ends_on)},
        {"key": "Figure", "value": reading.score_words},
        {"key": "It rests on", "value": counts_of(reading)},
        {"key": "Better is", "value": "Higher" if measure.higher_is_better else "Lower"},
    ]
    if reading.benchmark is not None:
        words = f"{reading.benchmark.normalize():f}"
        rows.insert(6, {"key": "Like trusts", "value": f"{words}, the score of the benchmark group"})
    if reading.place and reading.place.department:
        rows.insert(3, {"key": "Department", "value": reading.place.department.name})
    return rows


def counts_of(reading: Reading) -> str:
    """The counts in words: what the file holds back is unknown, and never read as nothing."""
    if reading.counts_words:
        return f"{reading.counts_words} answers" if reading.positive is None else f"{reading.counts_words}"
    if reading.suppressed:
        return "The file holds the numbers back, since so few people answered that somebody could be known by them"
    return "The file does not say how many"


def answers_of(reading: Reading) -> list[dict[str, Any]]:
    """Counts by answer: those of the Friends and Family Test in their order, then whatever else the file counts."""
    others = sorted(answer for answer in reading.detail if answer not in ANSWERS)
    return [
        {"answer": ANSWERS.get(answer) or answer.replace("_", " ").capitalize(), "count": reading.detail[answer]}
        for answer in (*ANSWERS, *others)
        if answer in reading.detail
    ]


def source_of(reading: Reading) -> list[dict[str, Any]]:
    """The cell that it was read from, and who brought it in."""
    brought = reading.feedback_import
    at, by = brought.confirmed_at, brought.confirmed_by
    when = f"{by} on {date_format(at, 'j F Y')} at {date_format(at, 'H:i')}" if at else ""
    rows: list[dict[str, Any]] = [
        {"key": "File", "value": brought.name},
        {"key": "Kind of file", "value": brought.title},
        {"key": "Sheet", "value": reading.sheet},
        {"key": "Row", "value": reading.row},
        {"key": "Column", "value": reading.column},
        {"key": "Imported by", "value": when},
    ]
    return [row for row in rows if row["value"]]


def why_no_longer(reading: Reading) -> str:
    """Why a figure does not count any more; nothing for one that does."""
    if reading.current:
        return ""
    if reading.replaced_by_id or reading.feedback_import.state == ImportState.REPLACED:
        return "A newer file for the same period has replaced this figure. It counts no more."
    return "The import of this figure was undone. It counts no more."
