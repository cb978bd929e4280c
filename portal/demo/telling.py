"""Tells one assessment of the story: the moves through the services, at their dates; many rows of words at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pghistory
from django.utils import timezone

from assessments.models import Assessment, Element, Evidence, EvidenceUse, Finding, Statement
from assessments.services import cycle
from assessments.services.evidence import add_evidence, mark_strongest, use_evidence
from assessments.services.reuse import describe_use
from assessments.services.tallies import recount
from assessments.workflow import Move, Stage
from departments.models import Department, Service, User
from departments.rules import Role
from files.services.intake import receive
from portal.demo.asking import ask_queries
from portal.demo.reading import FILES, Written, moment
from portal.demo.standing import take_stances
from portal.demo.visiting import plan_visit
from reports.services.decisions import decide

TIME_TO_WRITE = timedelta(days=75)  # how long a department writes when the story does not say
TIME_TO_PREPARE = timedelta(days=100)  # from opening to the day by which it means to submit

TIME_TO_SIGN = timedelta(hours=3)


def tell(told: Written, people: dict[str, User]) -> Assessment:
    """One assessment from its opening to the stage where the story leaves it."""
    cast = Cast.of(told, people)
    dates = told["dates"]
    assessment = cycle.open_assessment(
        department=cast.department,
        title=told["title"],
        kind=told["kind"],
        due_on=dates.get("due") or dates["opened"] + TIME_TO_PREPARE,
        by=cast.lead,
        at=moment(dates["opened"], 9, 30),
        with_evidence=False,  # the story says itself what stands behind each element
    )
    elements = {element.number: element for element in Element.objects.filter(standard=assessment.standard)}
    give_evidence(assessment, told, elements, cast)
    write_statements(assessment, told, cast)
    take_stances(assessment, told, by=cast.lead)
    if "submitted" in dates:
        cycle.submit(assessment=assessment, by=cast.lead, at=moment(dates["submitted"], 16, 10))
    if "assigned" in dates:
        at = moment(dates["assigned"], 11, 20)
        cycle.assign(assessment=assessment, assessor=cast.assessor, by=cast.certifier, at=at)
        declare(assessment, cast, at=at + TIME_TO_SIGN)
        write_findings(assessment, told, cast)
        ask_queries(assessment, told, asker=cast.assessor, answerer=cast.lead)
    if "visit_planned" in dates:
        plan_visit(assessment, told, by=cast.assessor)
    if "proposed" in dates:
        visit_and_propose(assessment, told, cast)
    if "decided" in dates:
        decide(assessment=assessment, outcome=told["outcome"], by=cast.certifier, at=moment(dates["decided"], 14, 5))
    assessment.refresh_from_db()
    if assessment.stage != Stage(told["stage"]):
        raise ValueError(f"{told['title']} should be at {told['stage']} by its dates, but is at {assessment.stage}.")
    return assessment


def declare(assessment: Assessment, cast: Cast, *, at: datetime) -> None:
    """The assessor signs that nothing stands in the way."""
    who = cast.assessor
    cycle.sign(
        assessment=assessment, worked_there=False, worked_until=None, has_interest=False, details="",
        signed_name=who.name, by=who, at=at,
    )  # fmt: skip


def visit_and_propose(assessment: Assessment, told: Written, cast: Cast) -> None:
    """From the plan of the visit to the proposal, at the story's dates."""
    dates, by, outcome = told["dates"], cast.assessor, told["outcome"]
    visited = dates["visit_to"]
    for move, at in (
        (Move.PLAN_VISIT, moment(dates["desk_review"], 10)),
        (Move.CLOSE_VISIT, moment(visited, 17, 30)),
        (Move.DRAFT, moment(visited + timedelta(days=1), 9)),
    ):
        cycle.go(assessment=assessment, move=move, by=by, at=at)
    sent = moment(visited + timedelta(days=3), 9, 5)
    cycle.send_draft(assessment=assessment, outcome=outcome, by=by, facts_due_on=dates["proposed"], at=sent)
    cycle.finish_fact_check(assessment=assessment, by=cast.lead, at=moment(dates["proposed"], 9))
    cycle.propose(assessment=assessment, outcome=outcome, by=by, at=moment(dates["proposed"], 15, 45))


def give_evidence(assessment: Assessment, told: Written, elements: dict[str, Element], cast: Cast) -> None:
    """The register, each piece put to the elements that call on it, and the strongest of each marked."""
    for written in told["register"]:
        called = [elements[number] for number, words in told["elements"].items() if calls_on(words, written["code"])]
        evidence = add_piece(assessment, written, called, cast, told["dates"])
        if evidence.code != written["code"]:
            raise ValueError(f"{written['code']} of {told['title']} came out as {evidence.code}: list it in order.")
    own = {written["code"] for written in told["register"]}
    for evidence in Evidence.objects.filter(department=assessment.department):
        called = [elements[number] for number, words in told["elements"].items() if calls_on(words, evidence.code)]
        if called and evidence.code not in own:
            use_evidence(assessment=assessment, evidence=evidence, elements=called, by=cast.contributor)
    say_where(assessment, told, cast)
    strongest = {number: words["strongest"] for number, words in told["elements"].items() if words.get("strongest")}
    for use in EvidenceUse.objects.filter(assessment=assessment).select_related("evidence", "element"):
        if strongest.get(use.element.number) == use.evidence.code:
            mark_strongest(use=use, by=cast.lead)


def say_where(assessment: Assessment, told: Written, cast: Cast) -> None:
    """What evidence shows for an element and where in it, where the story says `shows: {ES 2: [page 3, words]}`."""
    uses = EvidenceUse.objects.filter(assessment=assessment)
    for use in uses.select_related("evidence", "element", "assessment"):
        said = told["elements"][use.element.number].get("shows", {}).get(use.evidence.code)
        if said:
            describe_use(use=use, place=said[0], shows=said[1], seen=use.seen, by=cast.contributor)


def calls_on(words: Written, code: str) -> bool:
    return code in words.get("evidence", [])


def add_piece(
    assessment: Assessment, written: Written, elements: list[Element], cast: Cast, dates: Written
) -> Evidence:
    """One piece of evidence, added soon after its date or, when it is older than the assessment, in the first week."""
    day = max(written["dated"] + timedelta(days=2), dates["opened"] + timedelta(days=3))
    day = min(day, dates.get("submitted", day), timezone.localdate())
    added_at = moment(day, 10, 15)
    said: dict[str, Any] = {"link": written.get("link", ""), "services": services_of(assessment, written)}
    said |= {name: written[name] for name in ("valid_until", "review_on") if name in written}
    if "file" in written:
        with (FILES / written["file"]).open("rb") as file:
            said["file"] = receive(
                file=file, name=written["file"], department=assessment.department, by=cast.contributor, at=added_at
            )
    return add_evidence(
        assessment=assessment,
        elements=elements,
        title=written["title"],
        owner=written["owner"],
        dated=written["dated"],
        notes=written.get("notes", ""),
        by=cast.contributor,
        at=added_at,
        **said,
    )


def services_of(assessment: Assessment, written: Written) -> list[Service]:
    """The services that a piece is about, by name; none: the department as a whole."""
    named = {service.name: service for service in Service.objects.filter(department=assessment.department)}
    return [named[name] for name in written.get("services", [])]


def write_statements(assessment: Assessment, told: Written, cast: Cast) -> None:
    """All the department's words at once, written one after another by its people between opening and submitting."""
    start = assessment.opened_at + timedelta(days=1)
    end = moment(told["dates"]["submitted"], 12) if "submitted" in told["dates"] else start + TIME_TO_WRITE
    rows = [
        row
        for row in Statement.objects.filter(assessment=assessment).in_order()
        if row.element.number in told["elements"]
    ]
    for place, (row, at) in enumerate(zip(rows, moments(start, min(end, timezone.now()), len(rows)), strict=True)):
        words = told["elements"][row.element.number]
        row.text, row.band = words.get("statement", ""), words.get("own_band", "")
        row.tell_me = words.get("tell_me", "")
        row.version, row.edited_at = 1, at
        row.edited_by = cast.contributor if place % 3 == 1 else cast.lead
    with pghistory.context(user=cast.lead.pk):
        Statement.objects.bulk_update(rows, ["text", "band", "tell_me", "version", "edited_at", "edited_by"])
        recount(Assessment.objects.get(pk=assessment.pk))


def write_findings(assessment: Assessment, told: Written, cast: Cast) -> None:
    """The assessor's words at once, for the elements that the story has a finding for, and those of the whole."""
    dates = told["dates"]
    start = moment(dates.get("desk_review", dates["assigned"]), 13)
    end = moment(dates["proposed"], 12) if "proposed" in dates else start + TIME_TO_WRITE / 5
    findings = Finding.objects.filter(assessment=assessment).in_order()
    rows = [row for row in findings if told["elements"].get(row.element.number, {}).get("band")]
    for row, at in zip(rows, moments(start, min(end, timezone.now()), len(rows)), strict=True):
        words = told["elements"][row.element.number]
        row.band, row.narrative = words["band"], words.get("narrative", "")
        row.strengths, row.improvement = words.get("strengths", ""), words.get("improvement", "")
        row.good_practice = words.get("good_practice", False)
        row.version, row.edited_by, row.edited_at = 1, cast.assessor, at
    with pghistory.context(user=cast.assessor.pk):
        said = ["band", "narrative", "strengths", "improvement", "good_practice", "version", "edited_by", "edited_at"]
        Finding.objects.bulk_update(rows, said)
        recount(Assessment.objects.get(pk=assessment.pk))
    whole = {name: told[name] for name in ("method", "strengths", "recommendation") if told.get(name)}
    if whole:
        cycle.save_summary(assessment=assessment, version=0, by=cast.assessor, **whole)


def moments(start: datetime, end: datetime, number: int) -> Iterator[datetime]:
    """As many moments as asked for, evenly from one to the other; in UTC, since London's clocks change in between."""
    start = start.astimezone(UTC)
    for place in range(number):
        yield start + (end - start) * place / max(number - 1, 1)


@dataclass(frozen=True)
class Cast:
    """Who acts in one assessment. A department without a contributor has its lead do everything."""

    department: Department
    lead: User
    contributor: User
    assessor: User
    certifier: User

    @classmethod
    def of(cls, told: Written, people: dict[str, User]) -> Cast:
        department = Department.objects.select_related("trust__body").get(
            trust__ods_code=told["trust"], name=told["department"]
        )
        held = {member.role: member.user for member in department.memberships.current().select_related("user")}
        lead = people[told["lead"]] if "lead" in told else held[Role.LEAD]
        return cls(
            department=department,
            lead=lead,
            contributor=held.get(Role.CONTRIBUTOR, lead),
            assessor=people[told.get("assessor", "assessor@demo.example")],
            certifier=people[told.get("certifier", "certifier@demo.example")],
        )
