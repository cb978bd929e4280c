"""Drafts: what is typed and not yet sent is kept for its writer alone, and given up when it has arrived."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from departments.models import Draft
from departments.services.drafts import keep_draft, take_draft
from departments.tasks import sweep_drafts
from tests.races import at_once

PATH = "/assessments/1/pause/"


@pytest.fixture
def lead(signed_in):
    return signed_in("lead")


def send(client: Client, values: object, **more: str):
    said = {"path": PATH, "name": "pause", "version": "3", "values": json.dumps(values)} | more
    return client.post(reverse("departments:drafts"), said, headers={"X-Draft": "1"})


def test_a_draft_is_kept_and_given_back_to_its_writer(lead):
    assert "kept_at" in send(lead, {"reason": "The ward moves in June."}).json()
    send(lead, {"reason": "The ward moves in July. 👩‍⚕️", "who": ["1", "2"]})
    found = lead.get(reverse("departments:drafts"), {"path": PATH}).json()
    assert list(found) == ["pause"]
    assert found["pause"]["values"] == {"reason": "The ward moves in July. 👩‍⚕️", "who": ["1", "2"]}
    assert found["pause"]["version"] == "3"
    assert lead.get(reverse("departments:drafts"), {"path": "/elsewhere/"}).json() == {}


def test_nobody_reaches_the_draft_of_a_colleague(lead, signed_in):
    send(lead, {"reason": "Ours"})
    colleague = signed_in("contributor")
    assert colleague.get(reverse("departments:drafts"), {"path": PATH}).json() == {}
    send(colleague, None)
    assert Draft.objects.count() == 1


@pytest.mark.django_db
def test_somebody_who_has_no_session_keeps_no_draft(client):
    assert send(client, {"reason": "Ours"}).status_code == 401
    assert not Draft.objects.exists()


def test_a_page_made_for_somebody_else_keeps_no_draft(lead, people):
    assert send(lead, {"reason": "Ours"}, who=str(people["executive"].pk)).status_code == 409
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [("text", "for each field"), ({"a": 1}, "for each field"), ({"a": "x" * 262_145}, "too long to keep")],
)
def test_what_is_no_draft_is_refused_in_words(lead, values, words):
    assert words in send(lead, values).json()["reasons"][0]
    assert not Draft.objects.exists()


def test_a_null_character_is_left_out(lead):
    send(lead, {"reason": "a\0b"})
    assert Draft.objects.get().values == {"reason": "ab"}


def test_a_discarded_draft_is_gone(lead):
    send(lead, {"reason": "Ours"})
    assert send(lead, None).json() == {}
    assert not Draft.objects.exists()


def test_a_form_that_is_taken_gives_its_draft_up_and_a_refused_one_does_not(lead, people):
    address = reverse("departments:your_emails")
    keep_draft(path=address, name="emails", values={"takes_mail": ["no"]}, version="", by=people["lead"])
    keep_draft(path=address, name="emails", values={"takes_mail": ["no"]}, version="", by=people["executive"])
    lead.post(address, {"draft": "emails", "takes_mail": "perhaps"})
    assert Draft.objects.filter(user=people["lead"]).exists()
    assert lead.post(address, {"draft": "emails", "takes_mail": "yes"}).status_code == 302
    assert list(Draft.objects.values_list("user", flat=True)) == [people["executive"].pk]


def take(client: Client, page: str):
    return client.post(reverse("departments:your_emails"), {"draft": "emails", "draft_page": page, "takes_mail": "yes"})


def test_what_a_page_had_on_its_way_when_its_form_was_taken_is_no_draft(lead):
    address = reverse("departments:your_emails")
    assert take(lead, "page-1").status_code == 302
    assert send(lead, {"a": "late"}, path=address, name="emails", page="page-1").json() == {}
    assert lead.get(reverse("departments:drafts"), {"path": address}).json() == {}
    assert "kept_at" in send(lead, {"a": "new"}, path=address, name="emails", page="page-2").json()
    assert send(lead, {"a": "later still"}, path=address, name="emails", page="page-1").json() == {}
    assert Draft.objects.with_words().get().values == {"a": "new"}


def test_a_form_that_is_taken_keeps_no_words(lead):
    address = reverse("departments:your_emails")
    send(lead, {"a": "words"}, path=address, name="emails", page="page-1")
    take(lead, "page-1")
    assert Draft.objects.get().values == {}
    Draft.objects.update(saved_at=timezone.now() - timedelta(minutes=61))
    sweep_drafts()
    assert not Draft.objects.exists()


def test_names_that_no_page_of_ours_sends_do_no_harm(lead):
    said = {"draft": "x" * 500, "draft_page": "\0" + "y" * 500, "takes_mail": "yes"}
    assert lead.post(reverse("departments:your_emails"), said).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_draft_and_the_form_that_arrive_at_once_leave_no_draft(people):
    said = {"path": PATH, "name": "pause", "page": "page-1", "by": people["lead"]}
    for _ in range(10):
        at_once(lambda: keep_draft(**said, values={"a": "late"}, version=""), lambda: take_draft(**said))
        assert not Draft.objects.with_words().exists()


def test_drafts_of_over_a_month_ago_are_cleared_away(people):
    keep_draft(path=PATH, name="old", values={}, version="", by=people["lead"])
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=31))
    keep_draft(path=PATH, name="new", values={}, version="", by=people["lead"])
    sweep_drafts()
    assert [draft.name for draft in Draft.objects.all()] == ["new"]
