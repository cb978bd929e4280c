"""Decisions about files from plain values alone: how far one has come, and who may have it when."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from django.db.models import TextChoices


class FileState(TextChoices):
    """How far a file has come since somebody began to send it."""

    ARRIVING = "arriving", "Arriving"
    WAITING = "waiting", "Waiting to be checked"
    CHECKING = "checking", "Being checked"
    CLEAN = "clean", "Checked"
    NOT_SCANNED = "not_scanned", "Not scanned for viruses"
    QUARANTINED = "quarantined", "Quarantined"
    UNCHECKED = "unchecked", "Could not be checked"
    DESTROYED = "destroyed", "Destroyed"


class PatientData(TextChoices):
    """Whether text in a file looks like it names a patient, and what its sender said of that."""

    NOT_SEEN = "", "None seen"
    FOUND = "found", "To be decided"
    CONFIRMED = "confirmed", "Confirmed"


# States in which all the bytes are here and nothing has been found against them yet.
UNDER_CHECK = frozenset({FileState.WAITING, FileState.CHECKING})
# States in which its check found nothing against it.
PASSED = frozenset({FileState.CLEAN, FileState.NOT_SCANNED})
# States in which its check found something, or could not be made.
SHUT = frozenset({FileState.QUARANTINED, FileState.UNCHECKED})
SETTLED = PASSED | SHUT
# States in which a file supports nothing and nobody gets it.
REFUSED = SHUT | {FileState.DESTROYED}


def may_be_served(state: str, *, must_be_scanned: bool) -> bool:
    """Whether anybody may have the bytes: checked and scanned, or checked alone where no scanner is asked for."""
    return state == FileState.CLEAN or (state == FileState.NOT_SCANNED and not must_be_scanned)


def counts_as_evidence(state: str) -> bool:
    """Whether a file supports an element: it has arrived, and nothing is known against it."""
    return state in UNDER_CHECK | PASSED


# Characters that are never drawn: controls, marks that turn the direction of writing, halves of a pair.
NEVER_DRAWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LONGEST_NAME = 255
LONGEST_ENDING = 20


def display_name(sent: str) -> str:
    """A file's name as people see it: its last part alone, without what is never drawn, at most 255 characters.

    A name that is too long loses its middle, not its ending.
    """
    last = [part for part in re.split(r"[/\\]", sent) if part.strip(" .")][-1:]
    kept = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", "".join(last)))
    drawn = "".join(letter for letter in kept if unicodedata.category(letter) not in NEVER_DRAWN)
    name = " ".join(drawn.split()).strip(" .") or "file"
    if len(name) <= LONGEST_NAME:
        return name
    ending = PurePosixPath(name).suffix[:LONGEST_ENDING]
    return name[: LONGEST_NAME - len(ending)].rstrip(" .") + ending


def ending_of(name: str) -> str:
    """What a name says of the kind of file: `pdf` of `Report.PDF`; empty if it says nothing."""
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def title_from(name: str) -> str:
    """What a file may be called as evidence: `complaints_report-2025.pdf` is “Complaints report 2025”."""
    words = " ".join(re.sub(r"[_\-–]+", " ", PurePosixPath(name).stem).split())
    return (words[:1].upper() + words[1:])[:200]


@dataclass(frozen=True)
class RetentionRule:
    """How long one kind of record is kept, counted from a day that `since` names."""

    code: str
    what: str
    since: str
    days: int = 0
    years: int = 0

    def until(self, day: date) -> date:
        """The day on which a record of this kind may be destroyed, when `day` is the one that counts."""
        try:
            later = day.replace(year=day.year + self.years)
        except ValueError:  # 29 February of a year that has none
            later = date(day.year + self.years, 3, 1)
        return later + timedelta(days=self.days)

    @property
    def how_long(self) -> str:
        number, unit = (self.years, "year") if self.years else (self.days, "day")
        return (
            f"{number} {unit}{'' if number == 1 else 's'} after {self.since}" if number else f"as soon as {self.since}"
        )


@dataclass(frozen=True)
class Use:
    """Something that rests on a file: what it is, the rule that ends it, and when; `until` is None while nobody knows.

    What was submitted holds its files also against those who sent them.
    """

    words: str
    rule: str
    until: date | None
    submitted: bool


def holding(uses: Iterable[Use], *, rule: str, today: date) -> list[Use]:
    """The uses that forbid destroying their file by a rule today. What is refused, or names patients, is not kept for
    an assessment that was not submitted."""
    at_once = rule in ("refused", "patient_data")
    return [use for use in uses if (use.submitted or not at_once) and (use.until is None or use.until > today)]


def rule_that_ends(state: str, uses: Sequence[Use]) -> str | None:
    """The rule by which a file's time will be up; None for one that is on its way, or gone."""
    if state in SHUT:
        return "refused"
    if state not in PASSED:
        return None
    if not uses:
        return "unused"
    return max(uses, key=lambda use: use.until or date.max).rule
