"""Who is independent of a department, from plain values alone: roles in time, what was declared, cycles led."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from assessments.workflow import Kind

CYCLES_IN_A_ROW = 2  # how many certification cycles of a department somebody may assess one after the other
BEGINS_A_CYCLE = frozenset({Kind.INITIAL, Kind.RECERTIFICATION})


@dataclass(frozen=True)
class WorkedAs:
    """A role that somebody held at the trust or one of its departments; `until` is None while they hold it."""

    what: str  # such as "lead of Cardiology"
    until: date | None


@dataclass(frozen=True)
class Said:
    """What somebody declared: whether they worked at the trust, until when (None: still), and other interests."""

    worked_there: bool
    worked_until: date | None
    has_interest: bool
    details: str


@dataclass(frozen=True)
class Assessed:
    """One earlier assessment of the department: which kind, and who assessed it."""

    kind: str
    assessor: int


def what_stands_against(
    person: int,
    *,
    roles: Iterable[WorkedAs],
    earlier: Iterable[Said],
    now: Said | None,
    assessed: Iterable[Assessed],
    kind: str,
    today: date,
    years: int,
) -> list[str]:
    """Why somebody is not independent of a department, each as what follows their name; nothing when they are.

    `earlier` is what they declared when they assessed this trust before, `now` what they declared for this assessment.
    `assessed` are the department's past assessments, oldest first; `kind` is the kind of the one to be assessed.
    """
    since = years_before(today, years)
    said = [employment for one in earlier if (employment := declared_employment(one, since))]
    problems = [
        *(role_in_words(role) for role in roles if role.until is None or role.until >= since),
        *said,
        *(declared_conflicts(now, today=today, years=years) if now else []),
    ]
    if led_every_one_of_the_last(person, cycles_before(assessed, kind)):
        problems.append(f"assessed this department in the last {in_figures()} cycles: a third in a row is not allowed")
    return list(dict.fromkeys(problems))


def declared_conflicts(said: Said, *, today: date, years: int) -> list[str]:
    """What of a declaration stands in the way of assessing."""
    employment = declared_employment(said, years_before(today, years))
    problems = [employment] if employment else []
    if said.has_interest:
        problems.append(f"declared an interest: {' '.join(said.details.split())}")
    return problems


def declared_employment(said: Said, since: date) -> str:
    if not said.worked_there:
        return ""
    if said.worked_until is None:
        return "declared that they work at this trust"
    return (
        f"declared that they worked at this trust until {month(said.worked_until)}"
        if said.worked_until >= since
        else ""
    )


def role_in_words(role: WorkedAs) -> str:
    return f"was {role.what} at this trust until {month(role.until)}" if role.until else f"is {role.what} at this trust"


def cycles_before(assessed: Iterable[Assessed], kind: str) -> list[frozenset[int]]:
    """Who assessed in each cycle before the one to which an assessment of this kind belongs, oldest first.

    A cycle is an initial assessment or a recertification with the annual reviews that follow it.
    """
    cycles: list[set[int]] = []
    for one in assessed:
        if one.kind in BEGINS_A_CYCLE or not cycles:
            cycles.append(set())
        cycles[-1].add(one.assessor)
    before = cycles if kind in BEGINS_A_CYCLE else cycles[:-1]
    return [frozenset(cycle) for cycle in before]


def led_every_one_of_the_last(person: int, cycles: list[frozenset[int]]) -> bool:
    last = cycles[-CYCLES_IN_A_ROW:]
    return len(last) == CYCLES_IN_A_ROW and all(person in cycle for cycle in last)


def in_figures() -> str:
    return {2: "two", 3: "three"}.get(CYCLES_IN_A_ROW, str(CYCLES_IN_A_ROW))


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def month(day: date) -> str:
    return f"{day:%B %Y}"
