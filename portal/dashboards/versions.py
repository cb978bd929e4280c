"""What a dashboard needs of a version of the standard. A stored version is never altered, so each is read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.models import Criterion


@dataclass(frozen=True)
class Version:
    """One version: its rule and cycle as stored, and criterion number → title, in order."""

    code: str
    number: int
    title: str
    award_rule: Mapping[str, Any]
    cycle: Mapping[str, Any]
    criteria: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


read: dict[int, Version] = {}


def versions(standards: Iterable[int]) -> dict[int, Version]:
    """By the ids of standards, older versions first. One query for those that this process has not met yet."""
    wanted = set(standards)
    if missing := wanted - read.keys():
        read.update(from_the_database(missing))
    return dict(sorted(((pk, read[pk]) for pk in wanted), key=lambda one: (one[1].code, one[1].number)))


def from_the_database(standards: Iterable[int]) -> dict[int, Version]:
    rows = Criterion.objects.filter(standard__in=standards).select_related("standard").order_by("position")
    criteria: dict[int, dict[str, str]] = {}
    found = {}
    for row in rows:
        criteria.setdefault(row.standard_id, {})[row.number] = row.title
        found[row.standard_id] = row.standard
    return {
        pk: Version(one.code, one.version, one.title, one.award_rule, one.cycle, criteria[pk])
        for pk, one in found.items()
    }


def headings(known: Mapping[int, Version]) -> dict[str, str]:
    """Criterion number → title over several versions; newer wordings win."""
    return {number: title for version in known.values() for number, title in version.criteria.items()}
