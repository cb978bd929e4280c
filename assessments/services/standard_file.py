"""Reading a standard from its YAML file: every problem is found at once and told with its line and what to do."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from assessments.coverage import WEIGHTS
from assessments.cycle_scope import PHRASES, not_understood
from assessments.models.standard import LONGEST_CODE, LONGEST_NUMBER, LONGEST_TITLE
from assessments.rules import AwardRule, Band, RuleElement
from assessments.services.marked_yaml import FileReader, Problem

BUNDLED_STANDARD = Path(__file__).resolve().parents[1] / "data" / "cse_standard.yaml"
MOST_CRITERIA = 40  # an index holds the counts by criterion, and takes no row beyond a third of a page


def read_standard(path: Path) -> "WrittenStandard":
    """The standard that this file describes, or WrongStandard with all that is wrong with it."""
    reader = FileReader()
    root = reader.open(path)
    written = _standard(reader, root) if root is not None else None
    if written is None or reader.problems:
        raise WrongStandard(str(path), reader.problems)
    return written


def _standard(reader: FileReader, root: yaml.Node) -> "WrittenStandard | None":
    keys = ("code", "title", "criteria", "bands", "award_rule", "cycle")
    top = reader.mapping(root, "the file", required=keys, optional=("owner", "coverage"))
    if top is None:
        return None
    criteria = tuple(_criteria(reader, top.get("criteria")))
    return WrittenStandard(
        code=reader.slug(top.get("code"), "code", longest=LONGEST_CODE),
        title=reader.text(top.get("title"), "title", longest=LONGEST_TITLE),
        owner=reader.text(top.get("owner"), "owner", may_be_empty=True),
        criteria=criteria,
        bands=tuple(_bands(reader, top.get("bands"))),
        award_rule=_award_rule(reader, top.get("award_rule"), [criterion.number for criterion in criteria]),
        coverage_rule=_coverage(reader, top.get("coverage")),
        cycle=_cycle(reader, top.get("cycle")),
    )


def _criteria(reader: FileReader, node: yaml.Node | None) -> "Iterator[WrittenCriterion]":
    seen: dict[str, int] = {}
    items = reader.sequence(node, "criteria")
    if node is not None and len(items) > MOST_CRITERIA:
        reader.report(node, f"there are {len(items)} criteria: an assessment counts by at most {MOST_CRITERIA}.")
    for item in items:
        parts = reader.mapping(item, "a criterion", required=("number", "title", "subcriteria"), optional=("summary",))
        if parts is not None:
            number = reader.number(parts.get("number"), "criterion", under=None, seen=seen, longest=LONGEST_NUMBER)
            yield WrittenCriterion(
                number=number,
                title=reader.text(parts.get("title"), "title", longest=LONGEST_TITLE),
                summary=reader.text(parts.get("summary"), "summary", may_be_empty=True),
                subcriteria=tuple(_subcriteria(reader, parts.get("subcriteria"), number)),
            )


def _subcriteria(reader: FileReader, node: yaml.Node | None, criterion: str) -> "Iterator[WrittenSubCriterion]":
    seen: dict[str, int] = {}
    for item in reader.sequence(node, "subcriteria"):
        parts = reader.mapping(item, "a sub-criterion", required=("number", "title", "elements"))
        if parts is not None:
            number = reader.number(
                parts.get("number"), "sub-criterion", under=criterion, seen=seen, longest=LONGEST_NUMBER
            )
            yield WrittenSubCriterion(
                number=number,
                title=reader.text(parts.get("title"), "title", longest=LONGEST_TITLE),
                elements=tuple(_elements(reader, parts.get("elements"), number)),
            )


def _elements(reader: FileReader, node: yaml.Node | None, subcriterion: str) -> "Iterator[WrittenElement]":
    seen: dict[str, int] = {}
    for item in reader.sequence(node, "elements"):
        required, optional = ("number", "title", "looks_for"), ("may_be_not_applicable", "show_me", "was")
        parts = reader.mapping(item, "an element", required=required, optional=optional)
        if parts is not None:
            was = reader.text(parts["was"], "was", may_be_empty=True) if "was" in parts else None
            yield WrittenElement(
                number=reader.number(
                    parts.get("number"), "element", under=subcriterion, seen=seen, longest=LONGEST_NUMBER
                ),
                title=reader.text(parts.get("title"), "title", longest=LONGEST_TITLE),
                looks_for=reader.text(parts.get("looks_for"), "looks_for"),
                may_be_not_applicable=reader.yes_or_no(parts.get("may_be_not_applicable"), "may_be_not_applicable"),
                show_me=reader.yes_or_no(parts.get("show_me"), "show_me"),
                was=was,
                line=reader.line(parts.get("was", item)),
            )


def _bands(reader: FileReader, node: yaml.Node | None) -> "Iterator[WrittenBand]":
    seen: dict[str, int] = {}
    for item in reader.sequence(node, "bands"):
        parts = reader.mapping(item, "a band", required=("code", "title", "meaning"))
        if parts is not None:
            yield WrittenBand(
                code=reader.one_of(parts.get("code"), "band code", Band.values, seen=seen),
                title=reader.text(parts.get("title"), "title", longest=LONGEST_TITLE),
                meaning=reader.text(parts.get("meaning"), "meaning"),
            )
    missing = [code for code in Band.values if code not in seen]
    if node is not None and missing:
        reader.report(node, f"bands lack {', '.join(missing)}: add a code, title and meaning for each.")


def _award_rule(reader: FileReader, node: yaml.Node | None, criteria: list[str]) -> dict[str, Any]:
    required = ("max_non_compliant", "max_partial_per_criterion")
    parts = reader.mapping(node, "award_rule", required=required, optional=("note",)) or {}
    limits_node = parts.get("max_partial_per_criterion")
    limits = reader.mapping(limits_node, "max_partial_per_criterion") or {}
    for number, limit in limits.items():
        if number not in criteria:
            known = ", ".join(criteria)
            reader.report(
                limit, f"there is a limit for criterion {number}, which is not in this file: use one of {known}."
            )
    for number in criteria:
        if limits_node is not None and number and number not in limits:
            reader.report(limits_node, f"criterion {number} has no limit of partials: add one ('{number}': 2).")
    return {
        "max_non_compliant": reader.whole(parts.get("max_non_compliant"), "max_non_compliant"),
        "max_partial_per_criterion": {
            number: reader.whole(limit, f"the limit of criterion {number}") for number, limit in limits.items()
        },
        "note": reader.text(parts.get("note"), "note", may_be_empty=True),
    }


def _coverage(reader: FileReader, node: yaml.Node | None) -> dict[str, Any]:
    """What the file says of coverage; what it leaves out is as usual (see CoverageRule)."""
    if node is None:
        return {}
    numbers, weights = ("old_after_months", "carries"), ("old", "uncovered_service")
    parts = reader.mapping(node, "coverage", optional=(*numbers, *weights)) or {}
    said: dict[str, Any] = {name: reader.whole(parts[name], name, least=1) for name in numbers if name in parts}
    return said | {name: reader.one_of(parts[name], name, WEIGHTS, seen={}) for name in weights if name in parts}


def _cycle(reader: FileReader, node: yaml.Node | None) -> dict[str, Any]:
    parts = reader.mapping(node, "cycle", required=("certificate_years", "reviews")) or {}
    reviews = []
    for item in reader.sequence(parts.get("reviews"), "reviews"):
        review = reader.mapping(item, "a review", required=("kind", "scope"))
        if review is not None:
            reviews.append({key: reader.text(review.get(key), key) for key in ("kind", "scope")})
            if unknown := not_understood(reviews[-1]["scope"]):
                reader.report(item, f"a scope is made of {', '.join(PHRASES)}; it says {', '.join(unknown)}.")
    years = reader.whole(parts.get("certificate_years"), "certificate_years", least=1)
    return {"certificate_years": years, "reviews": reviews}


class WrongStandard(Exception):
    """The file cannot be loaded; as text, everything that is wrong with it, a problem a line."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        lines = [f"{name}, line {line}: {message}" if line else f"{name}: {message}" for line, message in self.problems]
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class WrittenElement:
    number: str
    title: str
    looks_for: str
    may_be_not_applicable: bool
    show_me: bool
    was: str | None  # its number in the version before; "" when it is new; None when the file does not say
    line: int


@dataclass(frozen=True)
class WrittenSubCriterion:
    number: str
    title: str
    elements: tuple[WrittenElement, ...]


@dataclass(frozen=True)
class WrittenCriterion:
    number: str
    title: str
    summary: str
    subcriteria: tuple[WrittenSubCriterion, ...]


@dataclass(frozen=True)
class WrittenBand:
    code: str
    title: str
    meaning: str


@dataclass(frozen=True)
class WrittenStandard:
    """A whole, valid file, before anything of it is stored."""

    code: str
    title: str
    owner: str
    criteria: tuple[WrittenCriterion, ...]
    bands: tuple[WrittenBand, ...]
    award_rule: dict[str, Any]
    coverage_rule: dict[str, Any]
    cycle: dict[str, Any]

    def elements(self) -> list[WrittenElement]:
        return [element for criterion in self.criteria for sub in criterion.subcriteria for element in sub.elements]

    def rule(self) -> AwardRule:
        elements = (
            RuleElement(element.number, criterion.number, criterion.title, element.may_be_not_applicable)
            for criterion in self.criteria
            for sub in criterion.subcriteria
            for element in sub.elements
        )
        return AwardRule.of(self.award_rule, elements)

    def sha256(self) -> str:
        """Of what the file says: comments, layout and line numbers do not count."""
        content = json.dumps(
            asdict(self, dict_factory=lambda pairs: {key: value for key, value in pairs if key != "line"}),
            sort_keys=True,
        )
        return hashlib.sha256(content.encode()).hexdigest()
