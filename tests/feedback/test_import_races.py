"""Two people, or two workers, at the same moment: one of them wins, and no figure is there twice."""

from functools import partial

import pytest
from django.db import connection

from feedback.models import FeedbackImport, Place, Reading
from feedback.rules import ImportState
from feedback.services import importing
from feedback.services.importing import confirm_import
from feedback.services.replacing import undo_import
from tests.feedback.deeds import MONTH, confirm, extract, now, send
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trust(here, measures, services_and_sites):
    return here.trust


def test_two_confirmations_are_one_import(trust, people, tmp_path):
    keeper = people["administrator"]
    brought = send(trust, keeper, extract(tmp_path))
    results = at_once(*[partial(confirm_import, brought=brought, by=keeper, **MONTH)] * 3)
    assert results.count("done") == 1
    at_once(*[partial(importing.import_figures, pk=brought.pk)] * 3)
    assert now(brought).state == ImportState.IMPORTED
    assert Reading.objects.count() == 2
    assert Place.objects.count() == 2


def test_two_files_with_the_same_figures_come_in_once(trust, people, tmp_path):
    keeper = people["administrator"]
    both = [
        send(trust, keeper, extract(tmp_path, name=f"{name}.csv"), name=f"fft inpatients {name}.csv") for name in "ab"
    ]
    for brought in both:
        confirm_import(brought=brought, by=keeper, **MONTH)
    at_once(*[partial(importing.import_figures, pk=brought.pk) for brought in both])
    assert sorted(now(brought).state for brought in both) == [ImportState.GIVEN_UP, ImportState.IMPORTED]
    assert Reading.objects.count() == 2
    assert Place.objects.count() == 2


def test_an_import_is_undone_once_however_often_it_is_pressed(trust, people, tmp_path):
    keeper = people["administrator"]
    brought = confirm(send(trust, keeper, extract(tmp_path)), keeper, **MONTH)
    results = at_once(*[partial(undo_import, brought=brought, by=keeper)] * 3)
    assert results.count("done") == 1
    assert not Reading.objects.current().exists()


def test_an_import_whose_connection_is_cut_leaves_nothing_and_is_done_again(trust, people, tmp_path):
    """The worker dies in the middle of the one transaction: neither a figure nor a place of it is there."""
    keeper = people["administrator"]
    brought = send(trust, keeper, extract(tmp_path))
    confirm_import(brought=brought, by=keeper, **MONTH)
    with connection.cursor() as cursor:  # the last step of an import fails, whatever the figures are
        cursor.execute("ALTER TABLE feedback_feedbackimport ADD CONSTRAINT cut CHECK (state <> 'imported') NOT VALID")
    try:
        importing.import_figures(pk=brought.pk)
        assert not Reading.objects.exists()
        assert not Place.objects.exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE feedback_feedbackimport DROP CONSTRAINT cut")
    FeedbackImport.objects.update(beaten_at=None)
    importing.import_figures(pk=brought.pk)
    assert now(brought).state == ImportState.IMPORTED
    assert Reading.objects.count() == 2
