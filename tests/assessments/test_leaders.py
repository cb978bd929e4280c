"""The leaders' view: answered once a year by each executive, and shown in proportions of five or more."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assessments.leading import SMALLEST_GROUP, Agreement, ChangeNeeded, Compared, in_words, part_of, shares
from assessments.models import LeadersAnswer, LeadersView, Standard
from assessments.models.leaders import leadership_elements
from assessments.services.leaders import answer_leaders_view
from assessments.services.refusals import Refused
from departments.rules import Role
from tests.conftest import make_person

pytestmark = pytest.mark.django_db


def address(trust, name="leaders"):
    return reverse(f"assessments:{name}", args=[trust.ods_code])


def asked():
    return list(leadership_elements(Standard.objects.newest()))


def answer(trust, by, change="some", agreement="agree", at=None):
    agreements = dict.fromkeys(asked(), agreement)
    return answer_leaders_view(trust=trust, change_needed=change, agreements=agreements, by=by, at=at)


def several(trust, name, changes, agreement="agree"):
    for number, change in enumerate(changes):
        answer(trust, make_person(f"{name}.{number}", (Role.EXECUTIVE, trust)), change, agreement)


def typed(change="some", agreement="agree"):
    return {"change_needed": change} | {f"element_{element.pk}": agreement for element in asked()}


def page(client, trust, name="leaders_results", **query):
    return client.get(address(trust, name), query).content.decode()


# --- Answering
def test_an_executive_answers_every_question(signed_in, here, people, standard):
    client = signed_in("executive")
    shown = client.get(address(here.trust)).content.decode()
    assert all(f"{element.number} {element.title}" in shown for element in asked())
    given_back = client.post(address(here.trust), typed("significant", "disagree"))
    assert given_back.url == address(here.trust, "leaders_results")
    view = LeadersView.objects.get()
    assert (view.trust, view.change_needed, view.answered_by) == (here.trust, "significant", people["executive"])
    assert view.year == timezone.localdate().year
    assert {one.element for one in view.answers.all()} == set(asked())
    assert set(view.answers.values_list("agreement", flat=True)) == {"disagree"}


@pytest.mark.parametrize("name", ["leaders", "leaders_results"])
@pytest.mark.parametrize(("who", "status"), [("lead", 403), ("administrator", 403), ("executive.elsewhere", 404)])
def test_others_do_not(signed_in, here, standard, who, status, name):
    assert signed_in(who).get(address(here.trust, name)).status_code == status


def test_a_question_left_out_is_told_and_nothing_is_kept(signed_in, here, standard):
    words = typed()
    del words[f"element_{asked()[0].pk}"]
    shown = signed_in("executive").post(address(here.trust), words).content.decode()
    assert f"Choose how far you agree with {asked()[0].number}" in shown
    assert not LeadersView.objects.exists()


def test_who_has_answered_sees_their_answers_and_is_not_asked_again(signed_in, here, people, standard):
    answer(here.trust, people["executive"], "fundamental", "strongly_disagree")
    client = signed_in("executive")
    shown = client.get(address(here.trust)).content.decode()
    assert "Fundamental change" in shown
    assert shown.count("Strongly disagree") == len(asked())
    assert "<form method" not in shown.partition("<main")[2].partition("</main")[0]
    client.post(address(here.trust), typed("none"))
    assert LeadersView.objects.get().change_needed == "fundamental"


def test_the_same_leader_answers_once_a_year(here, people, standard):
    answer(here.trust, people["executive"])
    with pytest.raises(Refused, match="already"):
        answer(here.trust, people["executive"], "none")
    answer(here.trust, people["executive"], at=timezone.now() + datetime.timedelta(days=366))
    assert LeadersView.objects.count() == 2


def test_the_year_is_that_of_london(here, people, standard):
    new_year = datetime.datetime(2026, 12, 31, 23, 59, tzinfo=datetime.UTC)
    assert answer(here.trust, people["executive"], at=new_year).year == 2026
    in_summer = datetime.datetime(2027, 6, 30, 23, 30, tzinfo=datetime.UTC)
    assert answer(here.trust, people["executive"], at=in_summer).year == 2027


@pytest.mark.parametrize(
    ("change", "agreement", "some"), [("huge", "agree", True), ("some", "maybe", True), ("some", "agree", False)]
)
def test_the_service_takes_only_whole_answers_that_there_are(here, people, standard, change, agreement, some):
    elements = asked() if some else asked()[1:]
    with pytest.raises(Refused):
        answer_leaders_view(
            trust=here.trust,
            change_needed=change,
            agreements=dict.fromkeys(elements, agreement),
            by=people["executive"],
        )
    assert not LeadersView.objects.exists()


def test_the_database_forbids_a_second_answer_and_a_changed_one(here, people, standard):
    view = answer(here.trust, people["executive"])
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadersView.objects.create(
            trust=here.trust,
            year=view.year,
            change_needed="some",
            answered_by=view.answered_by,
            answered_at=timezone.now(),
        )
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        LeadersView.objects.update(change_needed="none")
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        LeadersAnswer.objects.update(agreement="neither")


def test_nobody_sees_what_another_answered(here, people, standard):
    answer(here.trust, people["executive"])
    other = make_person("second.executive", (Role.EXECUTIVE, here.trust))
    assert not LeadersView.objects.visible_to(other).exists()


# --- Results
def test_before_anybody_answered_the_page_says_so(signed_in, here, standard):
    assert "Nobody has answered yet" in page(signed_in("executive"), here.trust)


def test_a_trust_is_shown_beside_all_others(signed_in, here, elsewhere, standard):
    several(here.trust, "ours", ["fundamental", "significant", "significant", "some", "none"])
    several(elsewhere.trust, "theirs", ["none", "none", "none", "some", "fundamental"], "disagree")
    shown = page(signed_in("executive"), here.trust)
    assert (
        "60% of your leaders think that significant or fundamental change is needed, more than elsewhere (20%)."
        in shown
    )
    assert "100 points more than elsewhere" in shown
    assert elsewhere.trust.name not in shown


@pytest.mark.parametrize(("ours", "theirs"), [(4, 5), (5, 4), (4, 4), (0, 5), (1, 0)])
def test_a_group_smaller_than_five_is_not_shown(signed_in, here, elsewhere, standard, ours, theirs):
    several(here.trust, "ours", ["fundamental"] * ours)
    several(elsewhere.trust, "theirs", ["none"] * theirs)
    shown = page(signed_in("executive"), here.trust)
    assert ("Fewer than 5 executives of your trust" in shown) == (ours < 5)
    assert ("Fewer than 5 executives of other trusts" in shown) == (theirs < 5)
    assert ("100% of your leaders" in shown) == (ours >= 5)
    if ours < 5 and theirs < 5:
        assert "%" not in shown.partition("<main")[2].partition("</main")[0]


def test_each_year_is_shown_by_itself(signed_in, here, standard):
    several(here.trust, "ours", ["none"] * 5)
    last_year = timezone.now() - datetime.timedelta(days=366)
    for number in range(5):
        answer(here.trust, make_person(f"then.{number}", (Role.EXECUTIVE, here.trust)), "fundamental", at=last_year)
    client = signed_in("executive")
    assert "0% of your leaders" in page(client, here.trust)
    assert "100% of your leaders" in page(client, here.trust, year=last_year.year)
    assert "0% of your leaders" in page(client, here.trust, year="never")


@pytest.mark.parametrize("many", [1, 12])
def test_the_results_take_the_same_queries_however_many_answered(
    signed_in, here, elsewhere, standard, many, django_assert_num_queries
):
    several(here.trust, "ours", ["some"] * many)
    several(elsewhere.trust, "theirs", ["none"] * many)
    client = signed_in("executive")
    page(client, here.trust)
    with django_assert_num_queries(5):
        page(client, here.trust)


# --- Rules
counts = st.dictionaries(st.sampled_from(ChangeNeeded.values), st.integers(0, 10_000))


@given(counts)
def test_shares_add_up_to_a_hundred_and_are_nearly_exact(given_counts):
    total = sum(given_counts.values())
    found = shares(given_counts, ChangeNeeded)
    if total < SMALLEST_GROUP:
        assert found is None
    else:
        assert found is not None
        assert sum(found.values()) == 100
        assert all(abs(found[one] - given_counts.get(one, 0) * 100 / total) < 1 for one in ChangeNeeded.values)


@given(counts, st.sets(st.sampled_from(ChangeNeeded.values)))
def test_a_part_of_a_small_group_is_never_told(given_counts, wanted):
    part = part_of(given_counts, tuple(wanted))
    assert (part is None) == (sum(given_counts.values()) < SMALLEST_GROUP)
    assert part is None or 0 <= part <= 100


@pytest.mark.parametrize(
    ("own", "others", "words", "sentence"),
    [
        (None, 40, "Too few of yours answered", ""),
        (40, None, "Too few others answered", "40% of your leaders think"),
        (40, 44, "About as many as elsewhere", "about as many as elsewhere (44%)"),
        (40, 60, "20 points fewer than elsewhere", "fewer than elsewhere (60%)"),
        (60, 40, "20 points more than elsewhere", "more than elsewhere (40%)"),
    ],
)
def test_the_difference_is_said_in_words(own, others, words, sentence):
    compared = Compared(own=own, others=others)
    assert compared.words == words
    assert sentence in in_words(compared)
    assert bool(in_words(compared)) == (own is not None)


def test_there_are_as_many_answers_as_the_questions_have():
    assert len(ChangeNeeded.values) == 4
    assert len(Agreement.values) == 5
