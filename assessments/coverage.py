"""How well evidence covers the elements and the services: decided from plain values, by the standard's own rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

WARN, BLOCK = "warn", "block"
WEIGHTS = (WARN, BLOCK)


@dataclass(frozen=True)
class CoverageRule:
    """What a version of the standard asks of evidence before a self-assessment is submitted.

    Each question weighs: `block` (it must be answered first) or `warn` (it is pointed out, and the department decides).
    """

    old_after_months: int = 36  # a document older than this is old
    old: str = WARN  # an element whose every document is old or out of date
    carries: int = 20  # so many elements that rest on one piece are pointed out
    uncovered_service: str = WARN  # a service that no piece of evidence is about

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """From the standard's data; what it does not say is as above."""
        return cls(**data)


@dataclass(frozen=True)
class Piece:
    """One piece of evidence put to one element: what coverage needs to know of it."""

    element: str
    evidence: int
    code: str
    title: str
    dated: date
    valid_until: date | None
    services: frozenset[int] = frozenset()  # none: the department as a whole
    counts: bool = True  # False for a file in quarantine


@dataclass(frozen=True)
class Point:
    """Something to look at before submitting, in a whole sentence. `element` is its number, if it is about one."""

    words: str
    blocks: bool
    element: str = ""


@dataclass(frozen=True)
class ElementCover:
    """What stands behind one element."""

    number: str
    pieces: tuple[Piece, ...]
    only_old: bool
    only_told: bool
    by_service: Mapping[int, int] = field(default_factory=dict)
    as_a_whole: int = 0

    @property
    def is_bare(self) -> bool:
        """Neither evidence, nor anything to see on the visit."""
        return not self.pieces and not self.only_told


@dataclass(frozen=True)
class Carrier:
    """A piece on which many elements rest."""

    evidence: int
    code: str
    title: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """The matrix, and what follows from it."""

    elements: tuple[ElementCover, ...]
    uncovered: tuple[int, ...]  # services that no piece is about
    carriers: tuple[Carrier, ...]
    points: tuple[Point, ...]

    @property
    def blocks(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.blocks)


def cover(
    rule: CoverageRule,
    *,
    told: Mapping[str, bool],
    pieces: Iterable[Piece],
    services: Mapping[int, str],
    today: date,
) -> Coverage:
    """What covers what. `told` says for each element, in the standard's order, whether there is something to see on the
    visit; `services` gives each service's name by its id. An element marked Not Applicable is not among them."""
    listed = list(pieces)
    counted: dict[str, list[Piece]] = {number: [] for number in told}
    for piece in listed:
        if piece.counts and piece.element in counted:
            counted[piece.element].append(piece)
    elements = tuple(
        _element(number, tuple(counted[number]), tells, rule.old_after_months, today) for number, tells in told.items()
    )
    about = {service for number in counted for piece in counted[number] for service in piece.services}
    uncovered = tuple(service for service in services if service not in about)
    carriers = tuple(_carriers(counted, rule.carries))
    names = [services[service] for service in uncovered]
    points = (*_old(rule, elements), *_uncovered(rule, names), *_carried(carriers))
    return Coverage(elements, uncovered, carriers, points)


def is_old(piece: Piece, months: int, today: date) -> bool:
    """Whether a document no longer says how things are now: out of date, or older than so many months."""
    if piece.valid_until is not None:
        return piece.valid_until < today
    age = (today.year - piece.dated.year) * 12 + today.month - piece.dated.month
    return age > months or (age == months and today.day > piece.dated.day)


def _element(number: str, pieces: tuple[Piece, ...], tells: bool, months: int, today: date) -> ElementCover:
    by_service: dict[int, int] = {}
    for piece in pieces:
        for service in piece.services:
            by_service[service] = by_service.get(service, 0) + 1
    return ElementCover(
        number=number,
        pieces=pieces,
        only_old=bool(pieces) and all(is_old(piece, months, today) for piece in pieces),
        only_told=not pieces and tells,
        by_service=by_service,
        as_a_whole=sum(not piece.services for piece in pieces),
    )


def _carriers(counted: Mapping[str, list[Piece]], most: int) -> Iterable[Carrier]:
    carried: dict[int, list[Piece]] = {}
    for pieces in counted.values():
        for piece in pieces:
            carried.setdefault(piece.evidence, []).append(piece)
    for evidence, pieces in carried.items():
        if len(pieces) >= most:
            yield Carrier(evidence, pieces[0].code, pieces[0].title, tuple(piece.element for piece in pieces))


def _old(rule: CoverageRule, elements: Iterable[ElementCover]) -> Iterable[Point]:
    for element in elements:
        if element.only_old:
            words = f"Every document for {element.number} is out of date or older than {rule.old_after_months} months."
            yield Point(words, rule.old == BLOCK, element.number)


def _uncovered(rule: CoverageRule, names: list[str]) -> Iterable[Point]:
    for name in names:
        yield Point(f"No evidence is about {name}.", rule.uncovered_service == BLOCK)


def _carried(carriers: Iterable[Carrier]) -> Iterable[Point]:
    for one in carriers:
        words = f"{len(one.elements)} elements rest on {one.code} “{one.title}”. Say in each where in it to look."
        yield Point(words, blocks=False)
