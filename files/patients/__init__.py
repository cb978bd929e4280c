"""The rule of the patient-data warning: which text looks like it identifies a patient, and how to say where it stands.

An NHS number is ten digits whose check digit is right, which is true of one other ten-digit number in eleven (and of
every ISBN of ten digits). So the digits alone are not enough. One is pointed out when
- the nearest label says so, in its line or over its column ("NHS no", "CHI number"; not "tel", "order" …), or
- it is written 3-3-4 and begins as issued numbers do (32 to 39, 4 to 7, and 9, with which test numbers begin), or
- it is bare, begins so, and stands beside "Mrs …" or a date of before 2010, or begins with 999, or
- three or more bare numbers of the page pass, and nine in ten of all do: chance would not let them.
What it costs: one bare number with no label and no person beside it is passed over, and so is one beside nothing but a
recent date. Every number that passes would mean an alarm on 71 of 100 made pages without patients (58 of those that
begin as issued ones do); so it is 0.2 to 0.5, with all that was planted on 1,000 others found (`make bench`).
Other kinds need their label, or the heading of their column: a date is a date of birth only beside "DOB" or "born".
An e-mail address counts at a free-mail provider, unless the mailbox is an office's or a group's (info@);
an address at any other domain is somebody's work far more often, and counts only after "patient e-mail".
Out of scope: unlabelled names, faces, handwriting.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from files.patients import words
from files.patients.lines import Found, Kind, emails, is_list_of_patients, labelled_ones, nhs_numbers
from files.patients.tables import Heading, heading_of, in_columns

__all__ = ["KIND_WORDS", "MOST_SIGNS", "Kind", "Sign", "find_identifiers", "summary"]

MOST_SIGNS = 200
LONGEST_CONTEXT = 40
LINES_NAMED = 4

# One and many of each kind, as pages say them.
KIND_WORDS = {
    Kind.NHS_NUMBER: ("NHS number", "NHS numbers"),
    Kind.DATE_OF_BIRTH: ("date of birth", "dates of birth"),
    Kind.HOSPITAL_NUMBER: ("hospital number", "hospital numbers"),
    Kind.EMAIL: ("personal e-mail address", "personal e-mail addresses"),
    Kind.PATIENT_NAME: ("patient’s name", "patients’ names"),
    Kind.ADDRESS: ("patient’s address", "patients’ addresses"),
}


@dataclass(frozen=True)
class Sign:
    """One place that looks like a patient's identifier, without the identifier: this is what a row may store."""

    kind: Kind
    page: int
    line: int
    masked: str
    context: str


def find_identifiers(text: str, *, page: int = 1, most: int = MOST_SIGNS) -> list[Sign]:
    """The signs on one page in reading order, at most `most`; lines count from 1. Takes time in step with the text."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark, stands_for in words.PLAIN.items():
        plain = plain.replace(mark, stands_for)
    small = plain.lower()
    stems = tuple(stem for stem in words.STEMS if stem in small)
    listed = is_list_of_patients(small)
    signs: list[Sign] = []
    heading: Heading | None = None
    for number, (line, low) in enumerate(zip(plain.split("\n"), small.split("\n"), strict=True), start=1):
        labelled = holds_one(stems, low)
        found: list[Found] = []
        fresh = heading_of(low) if labelled else None
        if fresh:
            heading = fresh
        elif heading:
            found += in_columns(heading, line, low)
            heading = None if heading.is_over() else heading
        if words.TEN_DIGITS.search(low):
            found += nhs_numbers(line, low, listed=listed)
        if labelled:
            found += labelled_ones(line, low)
        if "@" in low:
            found += emails(low)
        if not found:
            continue
        for one in apart(found):
            signs.append(Sign(one.kind, page, number, masked(one, low), context(one, line)))
            if len(signs) == most:
                return signs
    return signs


def holds_one(stems: tuple[str, ...], low: str) -> bool:
    for stem in stems:  # noqa: SIM110 - any() takes three times as long, and this is asked of every line
        if stem in low:
            return True
    return False


def apart(found: list[Found]) -> list[Found]:
    """Without those that overlap an earlier kind's, in reading order."""
    if len(found) < 2:
        return found
    kept: list[Found] = []
    order = list(Kind)
    for one in sorted(found, key=lambda one: (one.start, order.index(one.kind), -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif order.index(one.kind) < order.index(kept[-1].kind):
            kept[-1] = one
    return kept


# --- What is said of a sign
def masked(one: Found, low: str) -> str:
    """The kind and the last two or three characters; of an e-mail address also the provider, which anybody may know."""
    text = words.MIDNIGHT.sub("", low[one.start : one.end])
    if one.kind == Kind.EMAIL:
        name, _, domain = text.partition("@")
        kept = name[-2:] if len(name) > 4 else ""
        return f"{KIND_WORDS[one.kind][0]} ending {kept}@{domain if words.FREE_MAIL.fullmatch(domain) else '…'}"
    letters = re.sub(r"[^0-9a-z]", "", text)
    kept = letters[-3:] if one.kind == Kind.NHS_NUMBER else letters[-2:]
    return f"{KIND_WORDS[one.kind][0]} ending {kept.upper() if one.kind == Kind.ADDRESS else kept}"


def context(one: Found, line: str) -> str:
    """At most 40 characters around it, in which no digit, e-mail address or word that might be a name is left."""
    core = "•" * min(one.end - one.start, 12)
    left = hidden(line[max(0, one.start - 100) : one.start])
    right = hidden(line[one.end : one.end + 100])
    room = LONGEST_CONTEXT - len(core) - 2
    if len(left) > room * 2 // 3:
        left = left[-(room * 2 // 3) :].partition(" ")[2]
    return f"{left} {core} {right[: room - len(left)]}".strip().replace("• ,", "•,")


def hidden(text: str) -> str:
    text = re.sub(r"\S*@\S*", "•", text)
    text = re.sub(r"[^\W\d_]+", lambda word: word[0] if may_be_shown(word[0]) else "•" * min(len(word[0]), 5), text)
    return " ".join(re.sub(r"\d", "•", text).split())


def may_be_shown(word: str) -> bool:
    return word.islower() or word.lower() in words.LABEL_WORDS


def summary(signs: Iterable[Sign]) -> list[str]:
    """What was found, a line for each kind on each page: `2 NHS numbers on page 3 (lines 12 and 14)`."""
    lines: dict[tuple[int, Kind], list[int]] = defaultdict(list)
    for sign in signs:
        lines[sign.page, Kind(sign.kind)].append(sign.line)
    order = list(Kind)
    told = []
    for (page, kind), places in sorted(lines.items(), key=lambda item: (item[0][0], order.index(item[0][1]))):
        named = KIND_WORDS[kind][len(places) > 1]
        told.append(f"{len(places)} {named} on page {page} ({lines_in_words(sorted(set(places)))})")
    return told


def lines_in_words(lines: list[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]}"
    shown = [str(line) for line in lines]
    if len(shown) > LINES_NAMED:
        shown = [*shown[: LINES_NAMED - 1], f"{len(shown) - LINES_NAMED + 1} more"]
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"
