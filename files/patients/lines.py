"""What one line shows by itself: numbers that pass, whatever stands after its label, e-mail addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from files.patients import words

# How far before a number its label may stand; what it is besides must stand nearer to one that is written 3-3-4.
LABEL_REACH = 50
OTHER_REACH = 14
FAR = 1_000
ROW_REACH = 90
NUMBERS_LOOKED_AT = 2_000


class Kind(StrEnum):
    """What a sign looks like."""

    NHS_NUMBER = "nhs_number"
    DATE_OF_BIRTH = "date_of_birth"
    HOSPITAL_NUMBER = "hospital_number"
    EMAIL = "email"
    PATIENT_NAME = "patient_name"
    ADDRESS = "address"


@dataclass(frozen=True)
class Found:
    """A stretch of a line, by its places."""

    kind: Kind
    start: int
    end: int


# --- NHS numbers
def _weighed(first: int, length: int) -> list[int]:
    return [
        sum(int(digit) * (first - place) for place, digit in enumerate(f"{number:0{length}}"))
        for number in range(10**length)
    ]


_LEFT, _MIDDLE, _RIGHT = _weighed(10, 3), _weighed(7, 3), _weighed(4, 4)


def check_digit_is_right(digits: str) -> bool:
    """Modulus 11 over ten digits, which are not all the same."""
    weighed = _LEFT[int(digits[:3])] + _MIDDLE[int(digits[3:6])] + _RIGHT[int(digits[6:])]
    return weighed % 11 == 0 and digits != digits[0] * 10


def begins_as_issued(digits: str) -> bool:
    return digits[0] in "45679" or "320" <= digits[:3] <= "399"


def is_list_of_patients(small: str) -> bool:
    """Whether ten-digit numbers of the page pass far more often than chance would let them."""
    seen: set[str] = set()
    for match in words.TEN_DIGITS.finditer(small):
        if not match[1] and match[0][0] != "0":
            seen.add(match[0])
            if len(seen) == NUMBERS_LOOKED_AT:
                break
    passing = sum(check_digit_is_right(digits) and begins_as_issued(digits) for digits in seen)
    return passing >= 3 and passing >= 0.9 * len(seen)


def nhs_numbers(line: str, low: str, *, listed: bool) -> Iterator[Found]:
    for match in words.TEN_DIGITS.finditer(low):
        digits = re.sub(r"[ -]", "", match[0]) if match[1] else match[0]
        if check_digit_is_right(digits) and is_nhs_number(match, digits, line, low, listed=listed):
            yield Found(Kind.NHS_NUMBER, match.start(), match.end())


def is_nhs_number(match: re.Match[str], digits: str, line: str, low: str, *, listed: bool) -> bool:
    """Whether what stands around ten digits that pass says that they are a patient's."""
    start, end = match.span()
    before = low[max(0, start - LABEL_REACH) : start]
    ours = distance(words.NHS_LABEL, before)
    others = distance(words.OTHER_LABEL, before[-OTHER_REACH:] if match[1] else before)
    if ours < others or words.NHS_AFTER.match(low, end):
        return True
    if others < FAR or not begins_as_issued(digits):
        return False
    alone = not re.search(r"[0-9+] ?-? ?$", before[-4:]) and not re.match(r" ?-? ?[0-9]", low[end : end + 4])
    if (match[1] and alone) or listed or digits.startswith("999"):
        return True
    return beside_a_person(line, low, start, end)


def distance(label: re.Pattern[str], before: str) -> int:
    """How many characters part the last match from the number; `FAR` if there is none."""
    return min((len(before) - match.end() for match in label.finditer(before)), default=FAR)


def beside_a_person(line: str, low: str, start: int, end: int) -> bool:
    """Whether a title with a name, or a date long enough ago to be of a birth, stands in the same row."""
    left, right = max(0, start - ROW_REACH), end + ROW_REACH
    if words.TITLE.search(line, left, right):
        return True
    row = f"{low[left:start]}|{low[end:right]}"
    return bool(words.OLD_YEAR.search(row)) and any(words.OLD_YEAR.search(date[0]) for date in words.DATE.finditer(row))


# --- What stands after its label
def labelled_ones(line: str, low: str) -> Iterator[Found]:
    for label in words.NHS_LABEL.finditer(low):
        filling = words.HOSPITAL_FILLING.match(low, label.end())
        spelt = words.SPELT_OUT.match(low, filling.end() if filling else label.end())
        if spelt and check_digit_is_right(re.sub(r"[^0-9]", "", spelt[0])):
            yield Found(Kind.NHS_NUMBER, *spelt.span())
    for label in words.DOB_LABEL.finditer(low):
        date = after(label, words.DOB_FILLING, words.DATE, low)
        if date and (label[0] != "born" or is_birth(low, label.start(), date.end())):
            yield Found(Kind.DATE_OF_BIRTH, *date.span())
    for label in words.HOSPITAL_LABEL.finditer(low):
        number = after(label, words.HOSPITAL_FILLING, words.HOSPITAL_NUMBER, low)
        if number and stands_free(low, label.start()) and not is_telephone(number, low):
            yield Found(Kind.HOSPITAL_NUMBER, *number.span())
    for label in words.NAME_LABEL.finditer(line):
        name = words.TITLED_NAME.match(line, label.end())
        if not name and label["name"]:
            name = words.FULL_NAME.match(line, label.end())
        if name and stands_free(low, label.start()) and not words.NO_NAME.search(name[0].lower()):
            yield Found(Kind.PATIENT_NAME, *name.span())
    for label in words.ADDRESS_LABEL.finditer(low):
        postcode = words.POSTCODE.search(low, label.end(), label.end() + 120)
        if postcode:
            yield Found(Kind.ADDRESS, *postcode.span())


def after(label: re.Match[str], filling: re.Pattern[str], value: re.Pattern[str], low: str) -> re.Match[str] | None:
    between = filling.match(low, label.end())
    return value.match(low, between.end() if between else label.end())


def stands_free(low: str, start: int) -> bool:
    return start == 0 or not low[start - 1].isalnum()


def is_birth(low: str, start: int, end: int) -> bool:
    """Whether a person was born then, rather than a service, and on that day, rather than from it on."""
    of_a_thing = words.BORN_THINGS.search(low[max(0, start - 30) : start])
    return stands_free(low, start) and not of_a_thing and not words.BORN_RANGE.match(low, end)


def is_telephone(number: re.Match[str], low: str) -> bool:
    if not number[0].startswith("0"):
        return False
    return len(number[0]) >= 10 or bool(re.match(r"[ )-]{1,2}[0-9]{3}", low[number.end() : number.end() + 5]))


def emails(low: str) -> Iterator[Found]:
    for match in words.DOMAIN.finditer(low):
        floor = max(0, match.start() - words.LONGEST_LOCAL_PART)
        start = match.start()
        while start > floor and low[start - 1] in words.LOCAL_PART:
            start -= 1
        domain = match[1].rstrip(".-")
        if start == match.start() or domain.endswith(("nhs.uk", "nhs.net", "nhs.scot")):
            continue
        free = words.FREE_MAIL.fullmatch(domain) and not words.MAILBOX.search(low[start : match.start()])
        if free or words.PATIENTS_MAIL.search(low[max(0, start - 50) : start]):
            yield Found(Kind.EMAIL, start, match.start() + 1 + len(domain))
