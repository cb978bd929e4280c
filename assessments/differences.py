"""What differs between two texts, word by word: one rule for a colleague's save and for versions of the history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]

SENTENCES = re.compile(r"[^.!?\n]*(?:[.!?]+|\n|$)\s*")
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing costs about the product of the two lengths; beyond this a passage counts as rewritten as a whole.
MOST_SENTENCES = 4_000_000
MOST_WORDS = 250_000


@dataclass(frozen=True)
class Piece:
    """Words in a row that both texts have, or only the older (`gone`), or only the newer (`new`)."""

    kind: Kind
    words: str


def differences(old: str, new: str) -> list[Piece]:
    """The way from one text to the other: the pieces without the new ones are `old`, without the gone ones `new`."""
    found: list[Piece] = []
    for kind, before, after in _compared(SENTENCES.findall(old), SENTENCES.findall(new), MOST_SENTENCES):
        if kind == "same":
            _add(found, "same", after)
            continue
        for inner, gone, fresh in _compared(WORDS.findall(before), WORDS.findall(after), MOST_WORDS):
            if inner == "same":
                _add(found, "same", fresh)
            else:
                _add(found, "gone", gone)
                _add(found, "new", fresh)
    return found


def _compared(old: list[str], new: list[str], most: int) -> Iterator[tuple[str, str, str]]:
    """Stretches that are the same or changed, each with both its texts. What begins and ends alike is left alone."""
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    yield "same", "".join(old[:start]), "".join(new[:start])
    middle_of_old, middle_of_new = old[start : len(old) - end], new[start : len(new) - end]
    if len(middle_of_old) * len(middle_of_new) > most:
        yield "changed", "".join(middle_of_old), "".join(middle_of_new)
    else:
        matched = SequenceMatcher(None, middle_of_old, middle_of_new, autojunk=True)
        for tag, one, two, three, four in matched.get_opcodes():
            kind = "same" if tag == "equal" else "changed"
            yield kind, "".join(middle_of_old[one:two]), "".join(middle_of_new[three:four])
    yield "same", "".join(old[len(old) - end :]), "".join(new[len(new) - end :])


def _alike(old: list[str], new: list[str]) -> int:
    """How many of the first ones are the same."""
    for place, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return place
    return min(len(old), len(new))


def _add(found: list[Piece], kind: Kind, words: str) -> None:
    if not words:
        return
    if found and found[-1].kind == kind:
        found[-1] = Piece(kind, found[-1].words + words)
    else:
        found.append(Piece(kind, words))
