"""Certification as it really goes, over three years: turned down, challenged, appealed, awarded, reviewed, renewed.

Each deed is done in the browser by the role that does it. Time is shifted; sessions end in between, so that everybody
signs in anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessments.models import Assessment, Challenge, Finding, StageMove, Standard
from assessments.services.standard_file import read_standard
from assessments.services.standards import store_standard
from assessments.workflow import Stage
from departments.models import User
from tests.assessments.small_standard import SMALL

pytestmark = pytest.mark.django_db(transaction=True)

CYCLE = """\
  - {kind: annual_review_1, scope: "previous partials, previous Compliance Plus, and a third of the rest"}
  - {kind: annual_review_2, scope: "previous partials, previous Compliance Plus, and another third of the rest"}
  - {kind: recertification, scope: all}
"""
NUMBERS = ("1.1.1", "1.1.2")


@pytest.fixture
def small(transactional_db: None, tmp_path: Path) -> Standard:
    """Two elements in one criterion, in which one partial is allowed and no non-compliance; the whole cycle."""
    file = tmp_path / "small.yaml"
    file.write_text(SMALL + CYCLE, encoding="utf-8")
    return store_standard(written=read_standard(file), name="small.yaml")[0]


@pytest.fixture
def turn() -> Iterator[Callable[[int], None]]:
    """`turn(30)` is the thirtieth day from today, for the server and everybody at it."""
    began = timezone.now()
    travels: list[time_machine.travel] = []

    def to(days: int) -> None:
        if travels:
            travels.pop().stop()
        travels.append(time_machine.travel(began + timedelta(days=days), tick=True))
        travels[-1].start()

    yield to
    if travels:
        travels.pop().stop()


class Story:
    """One department's way, told by the deeds of the people on it."""

    def __init__(self, arrive: Callable[..., Page], department: int) -> None:
        self.come = arrive
        self.department = department
        self.page: Page | None = None

    def arrive(self, who: str) -> Page:
        """Somebody signs in, and whoever was here before has closed their window."""
        if self.page is not None:
            self.page.context.close()
        self.page = self.come(who)
        return self.page

    @property
    def assessment(self) -> Assessment:
        return Assessment.objects.filter(department=self.department).order_by("-opened_at", "-pk")[0]

    def visit(self, who: str, *parts: str) -> Page:
        """Somebody signs in and opens a page of the assessment."""
        page = self.arrive(who)
        page.goto("/".join(["/assessments", str(self.assessment.pk), *parts, ""]))
        return page

    def opens(self, kind: str, title: str) -> None:
        page = self.arrive("lead")
        page.goto(f"/departments/{self.department}/assessments/open/")
        page.get_by_label(kind, exact=True).check()
        page.get_by_label("What you call it").fill(title)
        press(page, "Open the assessment")
        expect(page.get_by_role("heading", name=title)).to_be_visible()

    def writes_and_submits(self, words: str) -> None:
        page = self.visit("lead")
        for number in NUMBERS:
            page.goto(f"/assessments/{self.assessment.pk}/elements/{number}/")
            page.get_by_label("How you meet this element").fill(f"{words} {number}.")
            page.get_by_label("Compliant", exact=True).check()
            page.get_by_label("To see on the visit").fill("Ask the ward sister.")
            press(page, "Save")
            said(page, "Saved at")
        self.submits()

    def submits(self) -> None:
        page = self.visit("lead", "submit")
        page.get_by_role("main").get_by_role("button", name=re.compile("^Submit to")).click()
        said(page, "The self-assessment is submitted.")

    def is_assigned(self) -> None:
        page = self.visit("certifier", "assign")
        page.get_by_label("Assessor", exact=True).check()
        if (why := page.get_by_label("Why they can assess all the same")).count():
            why.fill("Nobody else of the body knows this service.")
        press(page, "Assign")
        said(page, "assesses Cardiology")
        page = self.visit("assessor", "declaration")
        for question in page.get_by_role("main").get_by_label("No", exact=True).all():
            question.check()
        page.get_by_label("Your full name").fill("Assessor")
        press(page, "Sign")
        said(page, "Your declaration is signed.")

    def is_visited(self) -> None:
        page = self.visit("assessor", "plan-visit")
        page.get_by_label("First day of the visit").fill(f"{timezone.localdate():%Y-%m-%d}")
        press(page, "Begin the plan")
        page = self.visit("assessor", "plan-visit")
        press(page, "Tell the department")
        said(page, "The visit is planned.")
        page = self.visit("assessor", "close-visit")
        page.get_by_label("Why these gaps stand").fill("Everybody was at a training day; they were met by telephone.")
        press(page, "Close the visit")
        said(page, "The visit is closed.")
        page = self.visit("assessor", "draft")
        press(page, "Begin the draft report")
        said(page, "The draft report is begun.")

    def is_found(self, bands: dict[str, str]) -> None:
        page = self.visit("assessor")
        for number, band in bands.items():
            page.goto(f"/assessments/{self.assessment.pk}/elements/{number}/")
            page.get_by_label(band, exact=True).check()
            page.get_by_label("Finding", exact=True).fill(f"We saw {number} on the ward.")
            if band in ("Partially Compliant", "Non-Compliant"):
                page.get_by_label("Area for improvement").fill(f"Do {number} in the clinics, too.")
            press(page, "Save")
            said(page, "Saved at")

    def draft_is_sent(self, outcome: str) -> None:
        page = self.visit("assessor", "summary")
        page.get_by_label("Summary of strengths").fill("Commitment from senior management to front-line staff.")
        page.get_by_label("Recommendation").fill(f"{outcome}.")
        page.get_by_label(outcome, exact=True).check()
        press(page, "Save and send the draft")
        said(page, "The draft is sent.")

    def challenges(self, number: str, words: str) -> None:
        page = self.visit("lead", "draft-report")
        said(page, f"We saw {number} on the ward.")
        page.get_by_role("link", name=re.compile("^Challenge this finding")).nth(NUMBERS.index(number)).click()
        page.get_by_label("What is wrong, and what is right").fill(words)
        press(page, "Send the challenge")
        said(page, f"The assessor is told that you challenge {number}.")

    def answers_challenge(self, number: str, answer: str, reason: str) -> Page:
        page = self.visit("assessor", "draft-report")
        challenged = Challenge.objects.get(finding__assessment=self.assessment, finding__element__number=number)
        page.locator(f"a[href='{reverse('assessments:challenge', args=[challenged.pk])}']").click()
        page.get_by_label(answer).check()
        page.get_by_label("Your reason").fill(reason)
        press(page, "Answer")
        return page

    def facts_are_checked(self) -> None:
        page = self.visit("lead", "draft-report")
        press(page, "We have checked the facts and challenge nothing more")
        said(page, "The assessor is told that you have checked the facts.")

    def is_proposed(self, outcome: str) -> None:
        page = self.visit("assessor", "propose")
        page.get_by_label(outcome, exact=True).check()
        press(page, "Propose")
        said(page, "Proposed. The certifier decides.")

    def is_decided(self, who: str, outcome: str) -> None:
        page = self.visit(who, "decide")
        page.get_by_label(outcome, exact=True).check()
        page.get_by_label("I have read the findings", exact=False).check()
        page.get_by_role("main").get_by_role("button", name=re.compile("^Decide")).click()
        said(page, f"Decided: {outcome.lower()}.")

    def appeal_is_allowed(self, who: str, reason: str) -> None:
        page = self.visit(who, "hear-appeal")
        page.get_by_label("Allow the appeal").check()
        page.get_by_label("Your reasons").fill(reason)
        press(page, "Answer the appeal")
        said(page, "The appeal is allowed.")

    def with_reason(self, who: str, address: str, button: str, reason: str, done: str) -> None:
        page = self.visit(who, address)
        page.get_by_role("main").locator("textarea").first.fill(reason)
        press(page, button)
        said(page, done)


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def said(page: Page, words: str) -> None:
    expect(page.get_by_text(words, exact=False).first).to_be_visible()


@pytest.fixture
def story(arrive, here, small, services_and_sites, people: dict[str, User], certifier_too: User) -> Story:
    people["certifier.too"] = certifier_too
    return Story(arrive, here.department.pk)


def test_from_application_to_recertification(story: Story, turn: Callable[[int], None]):
    story.opens("Initial assessment", "First assessment")
    story.writes_and_submits("What we do for")
    turn(10)
    story.is_assigned()
    story.is_visited()
    story.is_found({"1.1.1": "Non-Compliant", "1.1.2": "Partially Compliant"})
    story.draft_is_sent("No award")

    turn(14)
    story.challenges("1.1.1", "The survey of March was on the table in the matron’s office.")
    story.challenges("1.1.2", "We ask in the clinics.")
    page = story.answers_challenge("1.1.2", "Accept: the fact is wrong", "The clinics’ cards were shown since.")
    said(page, "Put the finding on 1.1.2 right now.")
    page.get_by_label("Compliant", exact=True).check()
    press(page, "Save")
    said(page, "Saved at")
    story.answers_challenge("1.1.1", "Do not accept", "The survey is of another department.")
    assert Finding.objects.get(assessment=story.assessment, element__number="1.1.2").band == "compliant"
    story.facts_are_checked()
    story.is_proposed("No award")
    story.is_decided("certifier", "No award")

    turn(20)
    story.with_reason("lead", "appeal", "Appeal", "The survey is ours: see its title page.", "Your appeal is made.")
    story.appeal_is_allowed("certifier.too", "The survey must be read again.")
    story.with_reason(
        "assessor", "draft", "Begin the draft report", "The survey was read at the desk.", "The draft report is begun."
    )
    story.is_found({"1.1.1": "Partially Compliant"})
    story.draft_is_sent("Award")
    story.facts_are_checked()
    story.is_proposed("Award")
    story.is_decided("certifier.too", "Award")
    first = story.assessment
    assert (first.stage, first.outcome) == (Stage.DECIDED, "award")
    assert StageMove.objects.filter(assessment=first, move="decide").count() == 2
    closes_the_action(story, turn)
    renews(story, turn)


def closes_the_action(story: Story, turn: Callable[[int], None]) -> None:
    """The lead plans and completes what the partial asks for; the assessor accepts it."""
    action = story.assessment.actions.get()
    turn(60)
    lead = story.visit("lead", "actions")
    lead.goto(f"/actions/{action.pk}/plan/")
    lead.get_by_label("Plan", exact=True).fill("Cards in every clinic.")
    lead.get_by_label("Or a post").fill("Outpatients manager")
    lead.get_by_label("Due", exact=True).fill(f"{timezone.localdate() + timedelta(days=30):%Y-%m-%d}")
    press(lead, "Save")
    lead.goto(f"/actions/{action.pk}/done/")
    lead.get_by_label("What has been done").fill("Cards are in every clinic, and 212 came back.")
    press(lead, "Save and complete the action")
    assessor = story.visit("assessor", "actions")
    assessor.goto(f"/actions/{action.pk}/check/")
    press(assessor, "Accept: it is done")
    action.refresh_from_db()
    assert action.state == "checked"


def renews(story: Story, turn: Callable[[int], None]) -> None:
    """Two annual reviews and the recertification, each begun from the one before."""
    years = (("Annual review 1", 340), ("Annual review 2", 700), ("Recertification", 1060))
    for kind, days in years:
        turn(days)
        before = story.assessment
        story.opens(kind, f"{kind} of the journey")
        assert story.assessment.follows == before
        carried = story.assessment.statements.get(element__number="1.1.1")
        assert carried.text == "What we do for 1.1.1."
        story.submits()
        story.is_assigned()
        story.is_visited()
        story.is_found({"1.1.1": "Compliance Plus", "1.1.2": "Compliant"})
        story.draft_is_sent("Award")
        story.facts_are_checked()
        story.is_proposed("Award")
        story.is_decided("certifier", "Award")
    assert list(Assessment.objects.order_by("opened_at").values_list("kind", "outcome")) == [
        ("initial", "award"),
        ("annual_review_1", "award"),
        ("annual_review_2", "award"),
        ("recertification", "award"),
    ]
    page = story.visit("executive", "history")
    for kind, _ in years:
        said(page, kind)
