"""What somebody asked for, as plain values: their words, their filters, and the codes that name one thing."""

import re
from dataclasses import dataclass, replace

from django.db.models import TextChoices

LONGEST_WORDS = 200
CODE_OF_EVIDENCE = re.compile(r"\s*ES[\s.-]*0*([1-9]\d{0,8})\s*", re.IGNORECASE)
NUMBER_OF_ELEMENT = re.compile(r"\s*(\d{1,3}\.\d{1,3}\.\d{1,3})\.?\s*")


class Kind(TextChoices):
    """What can be found."""

    EVIDENCE = "evidence", "Evidence"
    PAGES = "pages", "Inside files"
    STATEMENTS = "statements", "Statements"
    FINDINGS = "findings", "Findings"


@dataclass(frozen=True)
class Asked:
    """One search. Empty values filter nothing."""

    words: str = ""
    kind: str = ""
    element: str = ""
    service: str = ""
    owner: str = ""
    year: int | None = None
    assessment: int | None = None
    old: bool = False

    @property
    def filters(self) -> bool:
        """Whether anything but the words is asked for."""
        return self != Asked(words=self.words)

    @property
    def is_of_few(self) -> bool:
        """Whether a filter leaves little even of all that there is; a year or the old versions leave much."""
        return bool(self.element or self.service or self.owner or self.assessment)

    def with_words(self, words: str) -> "Asked":
        return replace(self, words=words)


def number_of_evidence(words: str) -> int | None:
    """The 12 of "ES 12", "es12" or "ES-012"; None for other words."""
    named = CODE_OF_EVIDENCE.fullmatch(words)
    return int(named[1]) if named else None


def number_of_element(words: str) -> str | None:
    """The "4.3.4" that the words are; None for other words."""
    named = NUMBER_OF_ELEMENT.fullmatch(words)
    return named[1] if named else None


def has_a_word(words: str) -> bool:
    """Whether something is looked for: operators alone, and words that must be absent, are nothing to look for."""
    terms = re.findall(r'-?"[^"]*"?|\S+', words)
    return any(re.search(r"\w", term) and not term.startswith("-") for term in terms)
