"""Two texts side by side with what differs marked: one's own beside a colleague's, of which the person chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from assessments.differences import Piece, differences
from assessments.forms.words import FindingForm, StatementForm, SummaryForm, WordsField, replace_typed
from assessments.models import Assessment, Finding, Statement


@dataclass(frozen=True)
class Compared:
    """One field of a record as it was and as it is; only what differs is listed."""

    label: str
    pieces: list[Piece]
    theirs: str


def compared(form: StatementForm | FindingForm | SummaryForm, row: Statement | Finding | Assessment) -> list[Compared]:
    """What of the words in this form differs from what a colleague saved: theirs is `gone`, one's own is `new`."""
    found = []
    for name, mine in form.words().items():
        field, theirs = form.fields[name], getattr(row, name)
        if theirs != mine:
            found.append(Compared(str(field.label), marked(field, theirs, mine), as_words(field, theirs)))
    return found


def marked(field: forms.Field, old: Any, new: Any) -> list[Piece]:
    """Long texts word by word; a choice or a tick as a whole."""
    before, after = as_words(field, old), as_words(field, new)
    if isinstance(field, WordsField):
        return differences(before, after)
    return [Piece("gone", before or "nothing chosen"), Piece("new", after or "nothing chosen")]


def as_words(field: forms.Field, value: Any) -> str:
    """What a person would read: a choice by its label, a tick as yes or no."""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, ""))  # type: ignore[arg-type]
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def put_together(form: forms.Form, row: Statement | Finding | Assessment) -> None:
    """Both texts, one after the other, in each field where they differ, to be made one of. Nothing is saved."""
    texts = {}
    for name, field in form.fields.items():
        theirs, mine = getattr(row, name, None), form[name].data
        if isinstance(field, WordsField) and theirs and theirs != field.to_python(mine):
            texts[name] = f"{theirs}\n\n{mine}" if mine else theirs
    version = row.proposal_version if isinstance(row, Assessment) else row.version
    replace_typed(form, version=str(version), **texts)
