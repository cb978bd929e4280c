"""The history of statements and findings: who wrote when, what differs, and who may see what was thought on the way."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import Finding, Statement
from assessments.services import cycle
from assessments.services.writing import save_finding, save_statement
from assessments.sittings import PAUSE, Version, sittings

NUMBER = "4.3.4"


def address(assessment, what="statement"):
    return reverse(f"assessments:{what}_history", args=[assessment.pk, NUMBER])


def write(assessment, by, text):
    row = Statement.objects.get(assessment=assessment, element__number=NUMBER)
    said = {"text": text, "band": row.band, "tell_me": row.tell_me}
    return save_statement(statement=row, version=row.version, by=by, **said)


def find(assessment, by, narrative):
    row = Finding.objects.get(assessment=assessment, element__number=NUMBER)
    said = {"band": "compliant", "strengths": "", "improvement": "", "good_practice": False, "narrative": narrative}
    return save_finding(finding=row, version=row.version, by=by, **said)


def test_what_changed_is_marked(signed_in, preparing, people):
    write(preparing, people["lead"], "We learn every day.")
    write(preparing, people["contributor"], "We learn every month.")
    html = signed_in("lead").get(address(preparing)).content.decode()
    assert "We learn every <del>day</del><ins>month</ins>." in html
    assert "Contributor" in html


def test_a_stranger_finds_no_history(signed_in, in_review):
    assert signed_in("stranger").get(address(in_review)).status_code == 404


@pytest.mark.parametrize("who", ["lead", "contributor", "executive"])
def test_drafts_of_a_finding_are_never_the_departments_to_read(signed_in, decided, who):
    assert signed_in(who).get(address(decided, "finding")).status_code == 403


@pytest.mark.parametrize("who", ["assessor", "certifier"])
def test_reviewers_read_how_a_finding_came_about(signed_in, in_review, people, who):
    find(in_review, people["assessor"], "A first thought.")
    find(in_review, people["assessor"], "A second thought.")
    html = signed_in(who).get(address(in_review, "finding")).content.decode()
    assert "A <ins>second</ins> thought." in html or "second thought" in html
    assert "2 times" in html


def test_reviewers_see_what_was_submitted_and_no_draft_before_it(signed_in, written, people):
    write(written, people["lead"], "A careless draft.")
    write(written, people["lead"], "What we hand over.")
    submitted = cycle.submit(assessment=written, by=people["lead"])
    cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])
    for who in ("assessor", "certifier"):
        page = signed_in(who).get(address(written))
        assert "What we hand over." in page.content.decode()
        assert "careless" not in page.content.decode()
    older = signed_in("lead").get(address(written)).context["newer"].id - 1
    page = signed_in("assessor").get(address(written), {"older": older, "newer": older + 1})
    assert "careless" not in page.content.decode()
    page = signed_in("lead").get(address(written), {"older": older, "newer": older + 1})
    assert "careless" in page.content.decode()


def test_a_history_of_nothing_says_so(signed_in, preparing):
    assert "Nothing is written yet" in signed_in("lead").get(address(preparing)).content.decode()


@pytest.mark.parametrize("saves", [2, 30])
def test_a_history_costs_the_same_queries_however_long(
    signed_in, preparing, people, saves, django_assert_max_num_queries
):
    for turn in range(saves):
        write(preparing, people["lead" if turn % 2 else "contributor"], f"Version {turn}.")
    lead = signed_in("lead")
    with django_assert_max_num_queries(7):
        assert lead.get(address(preparing)).status_code == 200


START = datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
SAVES = st.lists(st.tuples(st.sampled_from(["Mary", "Tom"]), st.integers(0, 90)), max_size=40)


@given(SAVES)
def test_sittings_hold_every_save_once_and_in_order(saves):
    at, versions = START, []
    for number, (who, minutes) in enumerate(saves):
        at += timedelta(minutes=minutes)
        versions.append(Version(id=number, who=who, at=at, prints={"text": number}))
    told = sittings(versions)
    assert [version for sitting in told for version in sitting.versions] == versions
    for sitting in told:
        assert len({version.who for version in sitting.versions}) == 1
        saved = sitting.versions
        assert all(later.at - one.at < PAUSE for one, later in pairwise(saved))
