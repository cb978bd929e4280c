"""The versions of a text as somebody would tell them: who sat down to write when, and what came of it.

Forms save themselves every few seconds, so a history of single saves would say nothing to anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

PAUSE = timedelta(minutes=30)


@dataclass(frozen=True)
class Version:
    """One save: who, when, and a print of each field, which differs where the field does."""

    id: int
    who: str
    at: datetime
    prints: Mapping[str, object] = field(hash=False)


@dataclass(frozen=True)
class Sitting:
    """Saves of one person without a pause, and the version that they found when they began (None: an empty page)."""

    found: Version | None
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        return self.versions[-1]

    @property
    def first(self) -> Version:
        return self.versions[0]

    @property
    def changed(self) -> list[str]:
        """The fields that are not as they were found."""
        found = self.found.prints if self.found else {}
        return [name for name, print_ in self.last.prints.items() if found.get(name, print_) != print_]


def sittings(versions: Iterable[Version]) -> list[Sitting]:
    """Versions in the order of their saves, put together by person and pause."""
    found: list[Sitting] = []
    for version in versions:
        before = found[-1] if found else None
        if before and before.last.who == version.who and version.at - before.last.at < PAUSE:
            found[-1] = Sitting(before.found, (*before.versions, version))
        else:
            found.append(Sitting(before.last if before else None, (version,)))
    return found
