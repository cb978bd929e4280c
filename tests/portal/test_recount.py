"""`manage.py recount`: every count that is stored is what a recount gives, whoever changed what at the same moment."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Assessment, Rollup, Statement
from portal.national.seeding import seed_national
from tests.portal.changes import change_at_random


def said(*words: str) -> str:
    out = StringIO()
    call_command("recount", *words, stdout=out, stderr=out)
    return out.getvalue()


def complaint(*words: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("recount", *words, stdout=out)
    assert refused.value.returncode == 1
    return out.getvalue()


def test_wrong_counts_are_named_and_left_until_it_is_to_repair_them(written):
    Statement.objects.filter(pk=written.statements.first().pk).update(evidence_count=5)
    Assessment.objects.filter(pk=written.pk).update(tallies={})
    for _twice in range(2):
        told = complaint("--check")
        assert written.reference in told
        assert "the evidence count of 1.1.1" in told
        assert "1 assessment checked, 1 with counts that differ; 0 sums that differ; 0 gaps that differ." in told
    assert "1 assessment checked, 0 with counts that differ" in said()
    assert "0 with counts that differ; 0 sums that differ; 0 gaps that differ." in said("--check")
    assert Assessment.objects.get(pk=written.pk).tallies["1"]["ready"] == 11


def test_wrong_sums_are_named_and_repaired(submitted):
    Rollup.objects.update(assessments=4)
    assert "London, submitted: assessments" in complaint("--check")
    said()
    assert "0 sums that differ; 0 gaps that differ." in said("--check")


def test_what_is_decided_is_checked_and_never_changed(decided):
    assert "1 assessment checked, 0 with counts that differ; 0 sums that differ; 0 gaps that differ." in said("--check")


@pytest.mark.django_db(transaction=True)
def test_after_many_random_changes_by_several_people_at_once_nothing_differs():
    """`make bench FIGURE=recount_after_changes CHANGES=10000` does the same for longer."""
    seed_national(seed=5, trusts=1)
    results = change_at_random(number=150, threads=4, seed=5)
    assert results["done"] >= 150
    assert results["deadlock"] == 0
    assert "0 with counts that differ; 0 sums that differ; 0 gaps that differ." in said("--check")
