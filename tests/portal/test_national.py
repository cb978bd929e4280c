"""`manage.py seed_national`: a small country has everything a big one has, is the same again, refuses people."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from assessments.models import (
    Assessment,
    CorrectiveAction,
    EvidenceUse,
    Finding,
    Gap,
    PracticeCase,
    StageMove,
    Statement,
)
from assessments.rules import Outcome, decide_award
from assessments.services.cycle import ratings_of
from assessments.workflow import FIXED, Stage
from departments.models import Department, Membership, Trust, User
from departments.rules import Role
from feedback.models import Reading


def seed(*words: str) -> str:
    out = StringIO()
    call_command("seed_national", *words, stdout=out)
    return out.getvalue()


def told() -> dict[str, object]:
    """What the country says, without the keys that the database gives."""
    return {
        "stages": list(Assessment.objects.values_list("stage").annotate(n=Count("pk")).order_by("stage")),
        "bands": list(Finding.objects.values_list("band").annotate(n=Count("pk")).order_by("band")),
        "tallies": [row.tallies for row in Assessment.objects.order_by("department__name", "opened_at")],
        "people": sorted(User.objects.values_list("email", "name")),
    }


def test_a_small_country_is_whole_and_its_counts_are_right(db):
    assert seed("--trusts", "1").startswith("national: 1 trusts, 20 departments, 240 assessments")
    assert Trust.objects.get(body__isnull=False).departments.count() == 20
    years = Assessment.objects.values("department").annotate(n=Count("pk")).values_list("n", flat=True)
    assert set(years) == {12}
    assert Statement.objects.count() == 240 * 57
    assert set(Finding.objects.values("assessment").annotate(n=Count("pk")).values_list("n", flat=True)) == {57}
    decided = Assessment.objects.filter(stage=Stage.DECIDED)
    assert {*decided.values_list("outcome", flat=True)} == {Outcome.AWARD, Outcome.NO_AWARD}
    for assessment in decided.order_by("pk")[:20]:
        assert decide_award(assessment.standard.rule(), ratings_of(assessment)).outcome == assessment.outcome
    assert Reading.objects.current().count() == 20 * 24
    assert Gap.objects.exclude(score=None).exists()
    for model in (StageMove, EvidenceUse, CorrectiveAction, PracticeCase):
        assert model._default_manager.exists()
    roles = dict(Membership.objects.values_list("role").annotate(n=Count("pk")))
    assert roles == {Role.LEAD: 20, Role.EXECUTIVE: 1, Role.ADMINISTRATOR: 1, Role.ASSESSOR: 4, Role.CERTIFIER: 3}
    assert not any(user.has_usable_password() for user in User.objects.all())
    out = StringIO()
    call_command("recount", "--check", stdout=out)
    assert (
        "240 assessments checked, 0 with counts that differ; 0 sums that differ; 0 gaps that differ." in out.getvalue()
    )
    with pytest.raises(CommandError, match="already"):
        seed()


def test_the_database_keeps_what_it_was_relieved_of_for_the_filling(db):
    seed("--trusts", "1")
    row = Finding.objects.exclude(assessment__stage__in=FIXED).first()
    assert row is not None
    Finding.objects.filter(pk=row.pk).update(narrative="Changed.")
    assert row.events.filter(pgh_label="update").count() == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_production_is_refused_whatever_is_forced(db, settings, force):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        seed("--trusts", "1", *force)
    assert not User.objects.exists()


def test_a_database_with_people_is_refused_unless_it_is_meant(people):
    before = Department.objects.count()
    with pytest.raises(CommandError, match="14 people and 2 departments of its own"):
        seed("--trusts", "1")
    assert Department.objects.count() == before
    seed("--trusts", "1", "--force")
    assert Department.objects.count() == before + 20
