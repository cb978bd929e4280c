"""Many people at work at once on a made-up country: random changes of everything that is counted, by the services."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Thread

from django.db import OperationalError, connection

from assessments.models import Assessment, Evidence, EvidenceUse, Finding, Statement
from assessments.rules import Band
from assessments.services import cycle, rollups
from assessments.services.evidence import stop_using, use_evidence
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.services.writing import save_finding, save_statement
from assessments.workflow import Move, Stage
from departments.models import Department, Membership, Trust, User
from departments.rules import Role
from reports.services import decisions

BANDS = [Band.COMPLIANCE_PLUS, *[Band.COMPLIANT] * 6, Band.PARTIALLY_COMPLIANT]
REGIONS = ["London", "Midlands", "North West"]
Work = Callable[["Hand"], object]


@dataclass
class Done:
    """How many changes came to what: done, refused, stale, deadlock."""

    results: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def add(self, result: str) -> int:
        with self.lock:
            self.results[result] += 1
            return self.results["done"]


@dataclass
class Hand:
    """Somebody at work: their own dice, the departments, and who is who."""

    dice: random.Random
    departments: list[int]
    certifiers: list[User]
    assessors: list[User]

    def assessment(self, *stages: str) -> Assessment:
        """The newest one of some department; any of these stages is looked for a few times."""
        for _attempt in range(5):
            row = Assessment.objects.filter(department=self.dice.choice(self.departments)).with_names()[0]
            if not stages or row.stage in stages:
                break
        return row

    def lead(self, row: Assessment) -> User:
        return User.objects.get(memberships__department=row.department_id, memberships__role=Role.LEAD)


def write_statement(hand: Hand) -> None:
    assessment = hand.assessment(Stage.PREPARING)
    row = hand.dice.choice(list(Statement.objects.filter(assessment=assessment)))
    words = {"text": f"We listen {hand.dice.random()}.", "tell_me": "Ask the sister."}
    save_statement(
        statement=row, version=row.version, band=hand.dice.choice(BANDS), by=hand.lead(assessment), **words
    )  # fmt: skip


def write_finding(hand: Hand, row: Finding | None = None) -> None:
    if row is None:
        assessment = hand.assessment(Stage.DESK_REVIEW, Stage.DRAFT_REPORT)
        row = hand.dice.choice(list(Finding.objects.filter(assessment=assessment)) or [None])
    if row is None or row.assessment.assessor is None:
        raise Refused("There is nothing to find yet.")
    words = {"narrative": f"It was seen {hand.dice.random()}.", "improvement": "More.", "strengths": ""}
    save_finding(
        finding=row, version=row.version, band=hand.dice.choice(BANDS), by=row.assessment.assessor,
        good_practice=hand.dice.random() < 0.1, **words,
    )  # fmt: skip


def change_evidence(hand: Hand) -> None:
    assessment = hand.assessment(Stage.PREPARING)
    lead = hand.lead(assessment)
    used = list(EvidenceUse.objects.filter(assessment=assessment)[:20])
    if used and hand.dice.random() < 0.5:
        stop_using(use=hand.dice.choice(used), by=lead)
        return
    evidence = hand.dice.choice(list(Evidence.objects.filter(department=assessment.department_id)))
    elements = hand.dice.sample(list(assessment.standard.elements.all()), 3)
    use_evidence(assessment=assessment, evidence=evidence, elements=elements, by=lead)


def move_on(hand: Hand) -> None:
    """The next step of an assessment, or at times one back."""
    row = hand.assessment()
    MOVES[Stage(row.stage)](hand, row)


def submit(hand: Hand, row: Assessment) -> None:
    cycle.submit(assessment=row, by=hand.lead(row))


def hand_out(hand: Hand, row: Assessment) -> None:
    certifier = hand.dice.choice(hand.certifiers)
    if hand.dice.random() < 0.2:
        cycle.go(assessment=row, move=Move.RETURN, by=certifier, reason="Say more.")
    else:
        cycle.assign(
            assessment=row, assessor=hand.dice.choice(hand.assessors), by=certifier, reason="Nobody else is there."
        )


def review(hand: Hand, row: Assessment) -> None:
    assert row.assessor is not None
    if hand.dice.random() < 0.15:
        halt = hand.dice.choice([Move.PAUSE, Move.WITHDRAW])
        by = hand.dice.choice(hand.certifiers) if halt == Move.PAUSE else hand.lead(row)
        cycle.go(assessment=row, move=halt, by=by, reason="As agreed.")
        return
    if row.declared_at is None:
        cycle.sign(
            assessment=row, worked_there=False, worked_until=None, has_interest=False, details="",
            signed_name=row.assessor.name, by=row.assessor,
        )  # fmt: skip
    for finding in Finding.objects.filter(assessment=row, band="").select_related("assessment__assessor"):
        write_finding(hand, finding)
    words = {"strengths": "Patients are listened to.", "recommendation": "Go on.", "method": "We read it."}
    cycle.save_summary(assessment=row, version=row.proposal_version, by=row.assessor, **words)
    if row.stage in (Stage.DESK_REVIEW, Stage.VISITED):
        cycle.go(assessment=row, move=Move.DRAFT, by=row.assessor, reason="No visit is needed.")
    elif row.stage == Stage.VISIT_PLANNED:
        cycle.go(assessment=row, move=Move.CALL_OFF_VISIT, by=row.assessor, reason="Snow.")
    else:
        cycle.send_draft(assessment=row, outcome=cycle.verdict_of(row).outcome, by=row.assessor)


def check_facts(hand: Hand, row: Assessment) -> None:
    assert row.assessor is not None
    if hand.dice.random() < 0.2:
        cycle.go(assessment=row, move=Move.TAKE_BACK, by=row.assessor, reason="A slip.")
        return
    checked = cycle.finish_fact_check(assessment=row, by=hand.lead(row))
    cycle.propose(assessment=checked, outcome=cycle.verdict_of(row).outcome, by=row.assessor)


def settle(hand: Hand, row: Assessment) -> None:
    certifier = hand.dice.choice(hand.certifiers)
    if hand.dice.random() < 0.2:
        cycle.go(assessment=row, move=Move.SEND_BACK, by=certifier, reason="Look again.")
    else:
        decisions.decide(assessment=row, outcome=cycle.verdict_of(row).outcome, by=certifier)


def after(hand: Hand, row: Assessment) -> None:
    if row.stage == Stage.DECIDED and hand.dice.random() < 0.4:
        cycle.go(assessment=row, move=Move.APPEAL, by=hand.lead(row), reason="That was not looked at.")
    else:
        cycle.open_assessment(department=row.department, title="Again", by=hand.lead(row))


def hear(hand: Hand, row: Assessment) -> None:
    move = hand.dice.choice([Move.ALLOW_APPEAL, Move.DISMISS_APPEAL])
    cycle.go(assessment=row, move=move, by=hand.dice.choice(hand.certifiers), reason="It is so.")


def resume(hand: Hand, row: Assessment) -> None:
    cycle.go(assessment=row, move=Move.RESUME, by=hand.dice.choice(hand.certifiers))


MOVES: dict[Stage, Callable[[Hand, Assessment], None]] = {
    Stage.PREPARING: submit, Stage.SUBMITTED: hand_out, Stage.DESK_REVIEW: review, Stage.VISIT_PLANNED: review,
    Stage.VISITED: review, Stage.DRAFT_REPORT: review, Stage.FACTUAL_CHECK: check_facts, Stage.DECISION: settle,
    Stage.DECIDED: after, Stage.APPEALED: hear, Stage.PAUSED: resume, Stage.WITHDRAWN: after,
}  # fmt: skip


def move_a_trust(hand: Hand) -> None:
    trust = Department.objects.get(pk=hand.departments[0]).trust_id
    Trust.objects.filter(pk=trust).update(
        region=hand.dice.choice(REGIONS), type=hand.dice.choice(["acute", "community"])
    )


def move_a_department(hand: Hand) -> None:
    rows = Department.objects.filter(pk=hand.dice.choice(hand.departments))
    rows.update(treatment_function_id=hand.dice.choice(["100", "320", "340"]))


def fold(hand: Hand) -> None:
    rollups.fold()


WORK: list[tuple[Work, int]] = [
    (write_statement, 30), (write_finding, 30), (change_evidence, 10), (move_on, 30), (move_a_trust, 2),
    (move_a_department, 2), (fold, 2),
]  # fmt: skip


def change_at_random(*, number: int, threads: int, seed: int) -> Counter[str]:
    """So many changes done by threads at once, each in a transaction of its own on a connection of its own."""
    departments = list(Department.objects.order_by("pk").values_list("pk", flat=True))
    holders = {
        role: list(User.objects.filter(pk__in=Membership.objects.filter(role=role).values("user")).order_by("pk"))
        for role in (Role.CERTIFIER, Role.ASSESSOR)
    }
    done = Done()

    def work(name: int) -> None:
        hand = Hand(random.Random(f"{seed}.{name}"), departments, holders[Role.CERTIFIER], holders[Role.ASSESSOR])
        kinds, weights = zip(*WORK, strict=True)
        try:
            while done.results["done"] < number:
                change = hand.dice.choices(kinds, weights)[0]
                done.add(outcome_of(change, hand))
        finally:
            connection.close()

    each = [Thread(target=work, args=[name]) for name in range(threads)]
    for thread in each:
        thread.start()
    for thread in each:
        thread.join()
    return done.results


def outcome_of(change: Work, hand: Hand) -> str:
    try:
        change(hand)
    except Refused:
        return "refused"
    except SavedByAColleague:
        return "stale"
    except OperationalError as error:
        if "deadlock" not in str(error):
            raise
        return "deadlock"
    return "done"
