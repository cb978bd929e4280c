"""Independence: who is assigned, what they sign before they write, and what a certifier lets pass with a reason."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Declaration, Finding, IndependenceOverride
from assessments.rules import Outcome
from assessments.services import cycle
from assessments.services.refusals import Refused
from assessments.services.writing import save_finding
from assessments.workflow import Kind, Move, Stage
from departments.models import Membership, Notice
from departments.rules import Role
from tests.conftest import declare, make_person
from tests.races import at_once

SIGNED = {"worked_there": "no", "has_interest": "no", "details": "", "signed_name": "Assessor"}


def write_one(assessment: Assessment, by) -> Finding:
    finding = assessment.findings.get(element__number="4.3.4")
    return save_finding(finding=finding, version=finding.version, by=by, narrative="Signs are up.")


def worked_here(person, here, *, until: timedelta | None = timedelta(days=400)) -> None:
    began = timezone.now() - timedelta(days=3000)
    Membership.objects.create(
        user=person, role=Role.LEAD, department=here.department, valid_from=began,
        valid_until=timezone.now() - until if until else None,
    )  # fmt: skip


# --- The declaration
@pytest.mark.parametrize(
    ("who", "status"),
    [("assessor", 200), ("certifier", 403), ("lead", 403), ("assessor.unassigned", 404), ("stranger", 404)],
)
def test_only_the_assessor_declares(signed_in, assigned, who, status):
    assert signed_in(who).get(reverse("assessments:declare", args=[assigned.pk])).status_code == status


def test_nothing_can_be_written_before_it_is_signed(signed_in, assigned, people):
    with pytest.raises(Refused):
        write_one(assigned, people["assessor"])
    page = signed_in("assessor").get(reverse("assessments:element", args=[assigned.pk, "4.3.4"])).text
    assert "Before you record findings, declare" in page
    assert reverse("assessments:declare", args=[assigned.pk]) in page
    assert 'name="narrative"' not in page


def test_signing_opens_the_findings(signed_in, assigned, people):
    answer = signed_in("assessor").post(reverse("assessments:declare", args=[assigned.pk]), SIGNED, follow=True)
    assert "Your declaration is signed." in answer.text
    assert write_one(assigned, people["assessor"]).narrative == "Signs are up."
    declaration = Declaration.objects.get()
    assert (declaration.signed_name, declaration.worked_there, declaration.has_interest) == ("Assessor", False, False)


def test_it_is_the_first_thing_on_home_and_on_the_assessment(signed_in, assigned):
    client = signed_in("assessor")
    home = client.get("/").text
    assert "Declare your interests: Cardiology" in home
    assert "Record your findings" not in home
    assert "Declare your interests" in client.get(reverse("assessments:detail", args=[assigned.pk])).text


def test_the_assessor_is_told_once(assigned, people):
    notice = Notice.objects.get(to=people["assessor"])
    assert notice.path == reverse("assessments:declare", args=[assigned.pk])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"signed_name": "Somebody Else"}, "Type your name as the portal knows you, to sign: Assessor."),
        ({"has_interest": "yes"}, "Say what the relationship or interest is."),
        ({"worked_there": ""}, "Say whether you have ever worked at this trust."),
        ({"worked_there": "yes", "worked_until": "2999-01-01"}, "This day is still to come."),
        ({"details": "x" * 160_000}, "at most 100,000 can be kept"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_signed(signed_in, assigned, changed, said):
    answer = signed_in("assessor").post(reverse("assessments:declare", args=[assigned.pk]), {**SIGNED, **changed})
    assert said in answer.text
    assert Declaration.objects.get().signed_at is None


def test_any_script_and_emoji_are_kept_as_typed(signed_in, assigned):
    words = "أختي ممرضة 👩‍⚕️\nעובדת שם"
    signed_in("assessor").post(
        reverse("assessments:declare", args=[assigned.pk]), {**SIGNED, "has_interest": "yes", "details": words}
    )
    assert Declaration.objects.get().details == words


def test_what_is_signed_stays(in_review):
    with pytest.raises(InternalError, match="what_is_signed_stays"), transaction.atomic():
        Declaration.objects.update(details="Nothing")
    with pytest.raises(InternalError, match="what_is_signed_stays"), transaction.atomic():
        Declaration.objects.all().delete()


def test_signing_twice_is_refused(in_review, people):
    with pytest.raises(Refused, match="signed already"):
        declare(in_review, people["assessor"])


@pytest.mark.django_db(transaction=True)
def test_ten_equal_posts_sign_once(assigned, people):
    results = at_once(*[lambda: declare(assigned, people["assessor"])] * 10)
    assert results.count("done") == 1
    assert Declaration.objects.exclude(signed_at=None).count() == 1


# --- A declared conflict
@pytest.mark.parametrize(
    ("who", "status"),
    [("certifier", 200), ("assessor", 403), ("lead", 403), ("certifier.elsewhere", 404), ("stranger", 404)],
)
def test_only_a_certifier_answers_a_conflict(signed_in, in_conflict, who, status):
    assert signed_in(who).get(reverse("assessments:conflict", args=[in_conflict.pk])).status_code == status


def test_a_declared_conflict_waits_for_the_certifier(signed_in, in_conflict, people):
    assert in_conflict.declared_at is None
    with pytest.raises(Refused):
        write_one(in_conflict, people["assessor"])
    assert "Answer a declared conflict: Cardiology" in signed_in("certifier").get("/").text
    assert "Declare your interests: Cardiology" not in signed_in("assessor").get("/").text
    assert Notice.objects.filter(
        to=people["certifier"], path=reverse("assessments:conflict", args=[in_conflict.pk])
    ).exists()
    page = signed_in("certifier").get(reverse("assessments:conflict", args=[in_conflict.pk])).text
    assert "declared an interest: My sister is a nurse on Montuschi Ward." in page


def test_the_certifier_lets_them_go_on_with_a_reason(signed_in, in_conflict, people):
    client, url = signed_in("certifier"), reverse("assessments:conflict", args=[in_conflict.pk])
    assert "Say why they can assess all the same" in client.post(url, {"reason": " "}).text
    assert client.post(url, {"reason": "She left the ward in May."}).status_code == 302
    override = IndependenceOverride.objects.get()
    assert override.problems == ["declared an interest: My sister is a nurse on Montuschi Ward."]
    assert (override.reason, override.by) == ("She left the ward in May.", people["certifier"])
    assert write_one(in_conflict, people["assessor"]).version == 1
    with pytest.raises(Refused, match="No declared conflict waits"):
        cycle.override_declared(assessment=in_conflict, reason="Again.", by=people["certifier"])


@pytest.mark.django_db(transaction=True)
def test_ten_equal_answers_override_once(in_conflict, people):
    answer = lambda: cycle.override_declared(assessment=in_conflict, reason="She left.", by=people["certifier"])  # noqa: E731
    assert at_once(*[answer] * 10).count("done") == 1
    assert IndependenceOverride.objects.count() == 1


def test_somebody_else_is_asked_anew(in_conflict, people):
    other = people["assessor.unassigned"]
    assigned = cycle.assign(assessment=in_conflict, assessor=other, by=people["certifier"])
    assert assigned.declared_at is None
    declare(assigned, other)
    assert write_one(assigned, other).version == 1
    assert Declaration.objects.count() == 2


def test_once_the_department_has_withdrawn_nobody_signs_or_lets_go_on(withdrawn, people):
    with pytest.raises(Refused, match="has ended"):
        declare(withdrawn, people["assessor"])
    with pytest.raises(Refused, match="has ended"):
        cycle.override_declared(assessment=withdrawn, reason="She left.", by=people["certifier"])


def test_a_declaration_that_was_not_signed_goes_with_the_assignment(assigned, people):
    cycle.assign(assessment=assigned, assessor=people["assessor.unassigned"], by=people["certifier"])
    assert Declaration.objects.get().assessor == people["assessor.unassigned"]
    with pytest.raises(Refused, match="Somebody else assesses"):
        declare(assigned, people["assessor"])


# --- Assigning
def test_each_assessor_is_listed_with_what_stands_against_them(signed_in, submitted, people, here):
    worked_here(people["assessor"], here)
    page = signed_in("certifier").get(reverse("assessments:assign", args=[submitted.pk])).text
    left = timezone.localdate() - timedelta(days=400)
    assert f"Was lead of Cardiology at this trust until {left:%B %Y}." in page
    assert "Nothing known stands against them." in page


def test_it_takes_a_reason_to_assign_who_is_not_independent(signed_in, submitted, people, here):
    worked_here(people["assessor"], here, until=None)
    client, url = signed_in("certifier"), reverse("assessments:assign", args=[submitted.pk])
    refused = client.post(url, {"assessor": people["assessor"].pk, "reason": ""}).text
    assert "Assessor is lead of Cardiology at this trust." in refused
    assert Assessment.objects.get().stage == Stage.SUBMITTED
    assert client.post(url, {"assessor": people["assessor"].pk, "reason": "Nobody else can."}).status_code == 302
    assert IndependenceOverride.objects.get().problems == ["is lead of Cardiology at this trust"]


def test_two_cycles_in_a_row_are_the_most(submitted, people, standard):
    for years in (7, 4):
        then = timezone.now() - timedelta(days=365 * years)
        Assessment.objects.create(
            department=submitted.department, standard=standard, body=submitted.body, kind=Kind.RECERTIFICATION,
            title="Before", stage=Stage.DECIDED, opened_by=people["lead"], opened_at=then, assessor=people["assessor"],
            assigned_at=then, decided_at=then, decided_by=people["certifier"], outcome=Outcome.AWARD,
        )  # fmt: skip
    Assessment.objects.filter(pk=submitted.pk).update(kind=Kind.RECERTIFICATION)
    submitted.refresh_from_db()
    with pytest.raises(Refused, match="a third in a row is not allowed"):
        cycle.assign(assessment=submitted, assessor=people["assessor"], by=people["certifier"])
    cycle.assign(assessment=submitted, assessor=people["assessor.unassigned"], by=people["certifier"])


def test_what_was_declared_for_another_assessment_of_the_trust_counts(in_review, people):
    today = timezone.localdate()
    assert cycle.standing_against(in_review, [people["assessor"]], today=today) == {people["assessor"].pk: []}


def test_the_list_costs_the_same_for_many(submitted, people, body, django_assert_num_queries):
    many = [make_person(f"assessor.{number}", (Role.ASSESSOR, body)) for number in range(12)]
    for people_asked in (many[:1], many):
        with django_assert_num_queries(4):
            cycle.standing_against(submitted, people_asked, today=date(2026, 11, 25))


def test_nobody_assigns_themselves(submitted, people, body):
    Membership.objects.create(user=people["certifier"], role=Role.ASSESSOR, body=body)
    with pytest.raises(Refused, match="choose somebody else"):
        cycle.assign(assessment=submitted, assessor=people["certifier"], by=people["certifier"])


def test_the_database_forbids_to_override_for_oneself(assigned, people):
    with pytest.raises(IntegrityError, match="nobody_overrides_for_themselves"):
        IndependenceOverride.objects.create(
            assessment=assigned, assessor=people["assessor"], problems=["x"], reason="y", by=people["assessor"],
            at=timezone.now(),
        )  # fmt: skip


def test_who_assessed_before_somebody_took_over_does_not_decide(proposed, people, body):
    """A certifier who is an assessor too signed a declaration here, and another assessor took over."""
    Membership.objects.create(user=people["assessor.unassigned"], role=Role.CERTIFIER, body=body)
    Declaration.objects.create(
        assessment=proposed, assessor=people["assessor.unassigned"], asked_at=timezone.now(), signed_at=timezone.now(),
        signed_name="A", worked_there=False, has_interest=False,
    )  # fmt: skip
    assert cycle.what_holds_back(proposed, Move.DECIDE, by=people["assessor.unassigned"]) == [
        "You assessed this department, so another certifier must decide."
    ]
