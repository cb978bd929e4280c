"""A certification body's country in figures: sums that are stored, and the assessors of one page."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from assessments.models import About, Element
from assessments.rules import Outcome
from assessments.workflow import FIXED, WITH_THE_BODY, Stage
from departments.models import User
from departments.rules import Role
from portal.dashboards.calibration import Compared, Spread, compare

PAGE_ROWS = 10
MOST_ELEMENTS = 10
STAGES = (*WITH_THE_BODY, Stage.PAUSED, Stage.APPEALED, Stage.DECIDED, Stage.WITHDRAWN)
BANDS = ("compliance_plus", "compliant", "partially_compliant", "non_compliant", "not_applicable")


class Line(NamedTuple):
    """One sum."""

    about: str
    subject: str
    within: str
    assessments: int
    compliance_plus: int
    compliant: int
    partially_compliant: int
    non_compliant: int
    not_applicable: int
    good_practice: int

    @property
    def spread(self) -> Spread:
        return Spread(
            self.assessments, self.compliance_plus, self.compliant, self.partially_compliant, self.non_compliant
        )


class Named(NamedTuple):
    """What an element and its place in the standard are called."""

    number: str
    title: str
    theme: str
    theme_title: str
    criterion: str
    criterion_title: str


@dataclass(frozen=True)
class Weak:
    """An element with how often it fell short, of how many assessments."""

    element: Named
    below: int
    rated: int

    @property
    def percent(self) -> int:
        return round(100 * self.below / self.rated)


@dataclass(frozen=True)
class Theme:
    """A sub-criterion with how many findings under it others could follow."""

    number: str
    title: str
    findings: int


@dataclass(frozen=True)
class Assessor:
    """What somebody has to do, has done, and how their bands stand to everybody's."""

    pk: int
    name: str
    stages: Mapping[str, int]
    spread: Spread
    compared: Compared | None

    @property
    def under_way(self) -> int:
        return sum(number for stage, number in self.stages.items() if stage not in FIXED)

    @property
    def shares(self) -> tuple[str, ...]:
        """In percent, own before everybody’s: Compliance Plus, then below Compliant."""
        if self.compared is None:
            return ("–",) * 4
        said = (self.compared.plus, self.compared.like_plus, self.compared.below, self.compared.like_below)
        return tuple(f"{100 * share:.1f}%" for share in said)

    @property
    def words(self) -> str:
        return self.compared.words if self.compared else "Nothing decided yet"

    @property
    def decided(self) -> int:
        return self.stages.get(Stage.DECIDED, 0) + self.stages.get(Stage.APPEALED, 0)


class Told(NamedTuple):
    """An assessor as the database tells it, and the first year of which the body knows anything."""

    pk: int
    name: str
    stages: str | None
    bands: str | None
    since: int | None


@dataclass(frozen=True)
class Country:
    """The sums of a body, or of a year of it, by what they are about."""

    lines: Mapping[str, tuple[Line, ...]]
    names: Mapping[str, Named]

    def pipeline(self) -> dict[str, dict[str, int]]:
        """Region → stage → assessments, regions by name."""
        return {region: dict(stages) for region, stages in sorted(self.across(About.STAGE).items())}

    def outcomes(self) -> dict[str, dict[str, int]]:
        """Region → outcome → assessments."""
        return self.across(About.OUTCOME)

    def across(self, about: str) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = defaultdict(dict)
        for line in self.lines.get(about, ()):
            found[line.subject][line.within] = line.assessments
        return dict(found)

    def criteria(self) -> dict[str, dict[str, dict[str, int]]]:
        """“1 Customer insight” → outcome → band → elements."""
        titles = {named.criterion: named.criterion_title for named in self.names.values()}
        found: dict[str, dict[str, dict[str, int]]] = defaultdict(dict)
        for line in sorted(self.lines.get(About.CRITERION, ())):
            title = f"{line.subject} {titles.get(line.subject, '')}".strip()
            found[title][line.within] = {band: getattr(line, band) for band in BANDS}
        return dict(found)

    def weakest(self) -> list[Weak]:
        """The elements that most often fall short of Compliant, by share."""
        every = [
            Weak(self.names[line.subject], line.spread.below, line.spread.rated)
            for line in self.lines.get(About.ELEMENT, ())
            if line.spread.below
        ]
        return sorted(every, key=lambda weak: (-weak.below / weak.rated, weak.element.number))[:MOST_ELEMENTS]

    def themes(self) -> list[Theme]:
        """Sub-criteria by how often an assessor found something there that others could follow."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for line in self.lines.get(About.ELEMENT, ()):
            named = self.names[line.subject]
            found[named.theme, named.theme_title] += line.good_practice
        themes = [Theme(number, title, findings) for (number, title), findings in found.items() if findings]
        return sorted(themes, key=lambda theme: (-theme.findings, theme.number))[:MOST_ELEMENTS]

    def everybody(self) -> dict[str, Spread]:
        """Treatment function → everybody's spread."""
        return {line.subject: line.spread for line in self.lines.get(About.FUNCTION, ())}


def sums(user: User, year: int | None) -> tuple[Line, ...]:
    """The sums of the bodies that somebody certifies for. One query, written once: Django takes longer to put it
    together than the database to answer."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"bodies": sorted(user.bodies_as(Role.CERTIFIER)), "year": year})
        return tuple(map(Line._make, cursor.fetchall()))


SUMS = """
    SELECT about, subject, within, sum(assessments), sum(compliance_plus), sum(compliant), sum(partially_compliant),
        sum(non_compliant), sum(not_applicable), sum(good_practice)
    FROM assessments_rollup
    WHERE body_id = ANY(%(bodies)s) AND about IN ('stage', 'outcome', 'criterion', 'element', 'function')
        AND (%(year)s IS NULL OR year = %(year)s)
    GROUP BY about, subject, within HAVING sum(assessments) <> 0 ORDER BY about, subject, within
"""


def country(lines: Iterable[Line]) -> Country:
    """The sums by what they are about, and the names of elements: one query if they were not read before."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.about].append(line)
    elements = tuple(sorted(int(line.subject) for line in found[About.ELEMENT]))
    return Country({about: tuple(each) for about, each in found.items()}, named(elements))


@lru_cache(maxsize=64)
def named(elements: tuple[int, ...]) -> dict[str, Named]:
    """What elements are called, by id. A stored standard is never altered, so they are read once."""
    rows = Element.objects.filter(pk__in=elements).values_list(
        "pk", "number", "title", "subcriterion__number", "subcriterion__title", "subcriterion__criterion__number",
        "subcriterion__criterion__title",
    )  # fmt: skip
    return {str(pk): Named(*words) for pk, *words in rows}


def assessors(user: User, year: int | None, *, after: str) -> tuple[Told, ...]:
    """The next assessors by name, one more than a page has; `after` is the name and id of the one before. One query."""
    name, _, pk = after.rpartition(".")
    is_key = pk.isdecimal() and pk.isascii() and len(pk) < 10
    said = {
        "bodies": sorted(user.bodies_as(Role.CERTIFIER)), "year": year, "most": PAGE_ROWS + 1,
        "name": name if is_key else "", "pk": int(pk) if is_key else 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ASSESSORS, said)
        return tuple(map(Told._make, cursor.fetchall()))


# Who assesses for these bodies, or has; with what they have to do and what they found, as JSON that is read if needed.
ASSESSORS = """
    SELECT person.id, person.name,
        (SELECT jsonb_agg(jsonb_build_array(within, number))::text FROM (
            SELECT within, sum(assessments) AS number FROM assessments_rollup
            WHERE body_id = ANY(%(bodies)s) AND about = 'workload' AND subject = person.id::text
                AND (%(year)s IS NULL OR year = %(year)s)
            GROUP BY within HAVING sum(assessments) <> 0 ORDER BY within) stages),
        (SELECT jsonb_agg(jsonb_build_array(within, a, b, c, d, e))::text FROM (
            SELECT within, sum(assessments) AS a, sum(compliance_plus) AS b, sum(compliant) AS c,
                sum(partially_compliant) AS d, sum(non_compliant) AS e
            FROM assessments_rollup
            WHERE body_id = ANY(%(bodies)s) AND about = 'assessor' AND subject = person.id::text
                AND (%(year)s IS NULL OR year = %(year)s)
            GROUP BY within HAVING sum(assessments) <> 0 ORDER BY within) bands),
        (SELECT min(year) FROM assessments_rollup WHERE body_id = ANY(%(bodies)s) AND about = 'stage')
    FROM departments_user person
    WHERE (person.name, person.id) > (%(name)s, %(pk)s) AND person.id IN (
        SELECT user_id FROM departments_membership WHERE role = 'assessor' AND body_id = ANY(%(bodies)s))
    ORDER BY person.name, person.id LIMIT %(most)s
"""


def judged(rows: Iterable[Told], everybody: Mapping[str, Spread]) -> list[Assessor]:
    return [assessor(row, everybody) for row in rows]


def assessor(row: Told, everybody: Mapping[str, Spread]) -> Assessor:
    own = {code: Spread(*numbers) for code, *numbers in json.loads(row.bands or "[]")}
    return Assessor(
        pk=row.pk,
        name=row.name,
        stages=dict(json.loads(row.stages or "[]")),
        spread=sum(own.values(), Spread()),
        compared=compare(own, everybody),
    )


def awards(outcomes: Mapping[str, Mapping[str, int]]) -> tuple[int, int]:
    """How many were decided, and how many of them with an award."""
    decided = sum(sum(each.values()) for each in outcomes.values())
    return decided, sum(each.get(Outcome.AWARD, 0) for each in outcomes.values())
