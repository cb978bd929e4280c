"""What a cell says as a number: a count, a share or a score; `*` is withheld, `-` is unknown, neither is zero."""

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from feedback.reading.found import Value, shown

# `*` in the national files; `<5`, `[c]` and words in those of trusts.
WITHHELD = re.compile(r"\*+|<=?\s*\d{1,2}|\[[cx]\]|supp(ressed)?\.?", re.IGNORECASE)
UNKNOWN = {"", "-", "–", "—", "--", ".", "..", "n/a", "na", "nil return", "no data"}
WRITTEN = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\s*(%?)")
LARGEST = 100_000_000
LONGEST = 40
# A column in which one number is more than this is written in points of a hundred: no share is twice the whole.
SURELY_POINTS = 2


class Unreadable(Exception):
    """The cell holds no such number: `words` say what it holds and what was expected. `stops`: it cannot be true."""

    def __init__(self, words: str, *, stops: bool = True) -> None:
        super().__init__(words)
        self.words, self.stops = words, stops


@dataclass(frozen=True)
class Number:
    """None is unknown; `percent` tells that a percent sign was written, so that `value` is already a share."""

    value: float | None = None
    withheld: bool = False
    percent: bool = False


def number(value: Value) -> Number:
    if value is None:
        return Number()
    if isinstance(value, bool | date):
        what = "the date " if isinstance(value, date) else ""
        raise Unreadable(f"holds {what}{shown(value)}; expected a number")
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > LARGEST:
            raise Unreadable(f"holds {shown(value)}; expected a number of people or of answers")
        return Number(float(value))
    return of_text(value.replace("\N{NO-BREAK SPACE}", " ").strip())


def of_text(text: str) -> Number:
    if text.casefold() in UNKNOWN:
        return Number()
    if len(text) <= LONGEST and WITHHELD.fullmatch(text):
        return Number(withheld=True)
    written = WRITTEN.fullmatch(text) if len(text) <= LONGEST else None
    if written is None or not (written[2] or written[3]):
        formula = text.startswith("=")
        expected = "the formula’s result" if formula else "a number, or * where it is withheld"
        raise Unreadable(f"holds “{shown(text)}”; expected {expected}", stops=formula)
    plain = Decimal(f"{written[1]}{(written[2] or '0').replace(',', '')}{written[3] or ''}")
    if abs(plain) > LARGEST:
        raise Unreadable(f"holds {shown(text)}; expected a number of people or of answers")
    return Number(float(plain / 100 if written[4] else plain), percent=bool(written[4]))


def count(value: Value) -> Number:
    """A whole number, not below zero."""
    read = number(value)
    if read.percent:
        raise Unreadable(f"holds {shown(value)}, a percentage; expected a count, such as 94")
    if read.value is not None and read.value < 0:
        raise Unreadable(f"holds {shown(value)}, which is less than zero; expected a count of 0 or more")
    if read.value is not None and not read.value.is_integer():
        raise Unreadable(f"holds {shown(value)}, which is not whole; expected a count, such as 94")
    return read


def in_points(values: list[Value]) -> bool:
    """Whether a column writes its shares as 94 and not as 0.94; numbers with a percent sign say so themselves."""
    for value in values:
        try:
            read = number(value)
        except Unreadable:
            continue
        if read.value is not None and not read.percent and read.value > SURELY_POINTS:
            return True
    return False


def share(value: Value, *, points: bool = False) -> Number:
    """A share from 0 to 1: `94%` is 0.94 whatever its column, 94 is 0.94 in a column of `points`."""
    read = number(value)
    if read.value is None:
        return read
    part = read.value if read.percent or not points else float(Decimal(repr(read.value)) / 100)
    if part < 0:
        raise Unreadable(f"holds {shown(value)}, which is less than zero; expected a percentage from 0% to 100%")
    if part > 1:
        raise Unreadable(f"holds {shown(value)}, which is more than 100%; expected a percentage from 0% to 100%")
    return Number(part, percent=read.percent)


def score(value: Value, out_of: float) -> Number:
    read = number(value)
    if read.percent or (read.value is not None and not 0 <= read.value <= out_of):
        raise Unreadable(f"holds {shown(value)}; expected a score from 0 to {shown(out_of)}")
    return read


def whole(number: Number) -> int | None:
    return None if number.value is None else int(number.value)


def sum_of(numbers: list[Number]) -> Number:
    """Unknown as soon as one of them is: what is withheld never counts as zero."""
    if any(each.value is None for each in numbers):
        return Number(withheld=any(each.withheld for each in numbers))
    return Number(sum(each.value or 0 for each in numbers))
