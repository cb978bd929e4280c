"""Every address × every role, own and other trust: who gets in, who is refused, and who must not even know.

The table is checked against the URLconf: an address that is not listed here fails the suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

HERE = ["lead", "contributor", "executive", "administrator", "assessor", "assessor.unassigned", "certifier"]
ELSEWHERE = [
    f"{role}.elsewhere" for role in ("lead", "contributor", "executive", "administrator", "assessor", "certifier")
]
EVERYBODY = [*HERE, *ELSEWHERE, "stranger"]
IN_ROLE = [*HERE, *ELSEWHERE]
WRITERS = ["lead", "contributor"]
REPORT_READERS = ["lead", "executive", "assessor", "certifier"]
READERS = ["lead", "contributor", "executive", "assessor", "certifier"]

NAMES_OF_HERE = ("Whittington", "RKE", "Montuschi")


@dataclass(frozen=True)
class Door:
    """One address. Whoever is in neither `opens` nor `forbids` gets 404, as if there were nothing."""

    opens: list[str]
    forbids: list[str] = field(default_factory=list)
    kwargs: Callable[[Any], dict[str, Any]] = lambda world: {}
    world: str = "here"
    status: tuple[int, ...] = (200, 302)
    public: bool = False


def pk(row: Any) -> dict[str, Any]:
    return {"pk": row.pk}


def of_element(assessment: Any) -> dict[str, Any]:
    return {"pk": assessment.pk, "number": "4.3.4"}


def of_the_sent_file(file: Any) -> dict[str, Any]:
    return {**of_element(file.department.assessments.get()), "token": file.token}


def anywhere(opens: list[str]) -> Door:
    """An address of no one row: refused to the other roles, and never showing another trust's names."""
    return Door(opens=opens, forbids=[who for who in EVERYBODY if who not in opens])


def of_trust(place: Any) -> dict[str, Any]:
    return {"ods_code": place.trust.ods_code}


def of_the_trust() -> Door:
    """An administrator's page about the whole trust."""
    return Door(opens=["administrator"], forbids=["lead", "contributor", "executive", "certifier"], kwargs=of_trust)


def of_the_executive() -> Door:
    """What an executive sees of the whole trust."""
    return Door(opens=["executive"], forbids=["lead", "contributor", "administrator", "certifier"], kwargs=of_trust)


def of_the_department() -> Door:
    """An administrator's page about a department."""
    forbidden = ["lead", "contributor", "executive", "certifier"]
    return Door(opens=["administrator"], forbids=forbidden, kwargs=lambda place: pk(place.department))


def of_the_service() -> Door:
    """An administrator's page about a service, which whoever sees the department knows of."""
    forbidden = ["lead", "contributor", "executive", "certifier"]
    return Door(opens=["administrator"], forbids=forbidden, world="service", kwargs=pk)


def of_a_trusts_row(world: str) -> Door:
    """An administrator's page about a row that only the trust's own people know of."""
    return Door(opens=["administrator"], forbids=["executive"], world=world, kwargs=pk)


def of_the_assessor(world: str) -> Door:
    return Door(opens=["assessor"], forbids=["lead", "contributor", "executive", "certifier"], world=world, kwargs=pk)


def of_the_certifier(world: str) -> Door:
    return Door(opens=["certifier"], forbids=["lead", "contributor", "executive", "assessor"], world=world, kwargs=pk)


def of_the_lead(world: str) -> Door:
    return Door(opens=["lead"], forbids=["contributor", "executive", "assessor", "certifier"], world=world, kwargs=pk)


def of_every_certifier(world: str, kwargs: Callable[[Any], dict[str, Any]] = pk) -> Door:
    """A page about the standard, which is nobody's alone."""
    certifiers = ["certifier", "certifier.elsewhere"]
    return replace(anywhere(certifiers), world=world, kwargs=kwargs)


PUBLIC = Door(opens=EVERYBODY, public=True, status=(200, 302, 503))
POSTED = (405,)

DOORS: dict[str, Door] = {
    "portal:live": PUBLIC,
    "portal:ready": PUBLIC,
    "portal:accessibility": PUBLIC,
    "portal:privacy": PUBLIC,
    "portal:home": Door(opens=EVERYBODY),
    "portal:dashboard": of_the_executive(),
    "portal:dashboard_xlsx": of_the_executive(),
    "portal:dashboard_csv": of_the_executive(),
    "portal:trend": of_the_executive(),
    "portal:due": of_the_executive(),
    **dict.fromkeys(("assessments:leaders", "assessments:leaders_results"), of_the_executive()),
    "portal:alignment": of_the_executive(),
    "portal:benchmark": Door(
        opens=["lead", "contributor", "executive", "certifier"],
        forbids=["administrator"],
        world="decided",
        kwargs=lambda row: pk(row.department),
    ),
    "portal:own_alignment": Door(
        opens=WRITERS,
        forbids=["executive", "administrator", "certifier"],
        world="preparing_with_corporate",
        kwargs=lambda row: pk(row.department),
    ),
    "portal:my_dashboard": anywhere(["executive", "executive.elsewhere"]),
    "portal:national": replace(anywhere(["certifier", "certifier.elsewhere"]), world="decided"),
    # In a demo alone; there is no such page in any other portal.
    "portal:outbox": Door(opens=IN_ROLE, forbids=["stranger"], status=(404,)),
    "portal:outbox_mail": Door(
        opens=IN_ROLE,
        forbids=["stranger"],
        kwargs=lambda world: {"name": "20261125-070000-1.log"},
        status=(404,),
    ),
    "reports:what_if": of_the_certifier("proposed"),
    "reports:appeal": of_the_certifier("appealed"),
    "reports:decide": Door(
        opens=["certifier"], forbids=["lead", "contributor", "executive", "assessor"], world="proposed", kwargs=pk
    ),
    "reports:award": Door(opens=REPORT_READERS, forbids=["contributor"], world="decided", kwargs=pk),
    "reports:award_status": Door(opens=REPORT_READERS, forbids=["contributor"], world="decided", kwargs=pk),
    "reports:render_again": Door(
        opens=REPORT_READERS, forbids=["contributor"], world="decided", kwargs=pk, status=POSTED
    ),
    "reports:download": Door(opens=REPORT_READERS, forbids=["contributor"], world="ready_report", kwargs=pk),
    "departments:my_trust": anywhere(
        ["executive", "administrator", "executive.elsewhere", "administrator.elsewhere"],
    ),
    "departments:trust_departments": Door(
        opens=["executive", "administrator"], forbids=["lead", "contributor", "certifier"], kwargs=of_trust
    ),
    "departments:add_department": of_the_trust(),
    "departments:add_corporate": of_the_trust(),
    "departments:detail": Door(
        opens=["lead", "contributor", "executive", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
    "departments:edit_department": of_the_department(),
    "departments:add_service": of_the_department(),
    "departments:edit_service": of_the_service(),
    "departments:remove_service": of_the_service(),
    "departments:sites": of_the_trust(),
    "departments:add_site": of_the_trust(),
    "departments:add_partner": of_the_trust(),
    "departments:edit_site": of_a_trusts_row("site"),
    "departments:remove_site": of_a_trusts_row("site"),
    "departments:edit_partner": of_a_trusts_row("partner"),
    "departments:remove_partner": of_a_trusts_row("partner"),
    "departments:people": of_the_trust(),
    "departments:invite": of_the_trust(),
    "departments:end_role": of_a_trusts_row("membership"),
    "departments:resend_invitation": Door(opens=["administrator"], world="invitation", kwargs=pk, status=POSTED),
    "departments:withdraw_invitation": Door(opens=["administrator"], world="invitation", kwargs=pk),
    "departments:invitation": Door(
        opens=EVERYBODY, public=True, kwargs=lambda world: {"token": "not-a-token"}, status=(404,)
    ),
    "departments:your_emails": anywhere(IN_ROLE),
    "departments:drafts": anywhere(IN_ROLE),
    "departments:read_notices": Door(opens=IN_ROLE, forbids=["stranger"], status=POSTED),
    "departments:stop_emails": Door(
        opens=EVERYBODY, public=True, kwargs=lambda world: {"token": "not-a-token"}, status=(404,)
    ),
    "files:kept": of_the_trust(),
    "files:set_hold": of_the_trust(),
    "files:lift_hold": of_a_trusts_row("legal_hold"),
    "files:uploads": Door(
        opens=WRITERS,
        forbids=["executive", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
        status=POSTED,
    ),
    "files:upload": Door(
        opens=["lead"],
        forbids=["executive", "administrator"],
        world="arriving_file",
        kwargs=lambda file: {"token": file.token},
        status=POSTED,
    ),
    "account_login": PUBLIC,
    "account_signup": PUBLIC,
    "account_inactive": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": Door(
        opens=EVERYBODY, public=True, kwargs=lambda world: {"uidb36": "1", "key": "wrong-key"}
    ),
    "account_reset_password_from_key_done": PUBLIC,
    "account_logout": Door(opens=EVERYBODY),
    "account_change_password": Door(opens=EVERYBODY),
    "account_set_password": Door(opens=EVERYBODY),
    "account_reauthenticate": Door(opens=EVERYBODY),
    "assessments:list": anywhere(
        [who for who in IN_ROLE if "administrator" not in who],
    ),
    "assessments:search": anywhere([who for who in IN_ROLE if "administrator" not in who]),
    "assessments:open": Door(
        opens=WRITERS,
        forbids=["executive", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
    "assessments:history": Door(opens=READERS, world="decided", kwargs=pk),
    "assessments:detail": Door(opens=READERS, world="in_review", kwargs=pk),
    "assessments:submit": Door(opens=["lead"], forbids=["contributor", "executive"], world="preparing", kwargs=pk),
    "assessments:return": Door(
        opens=["certifier"], forbids=["lead", "contributor", "executive"], world="submitted", kwargs=pk
    ),
    "assessments:assign": Door(
        opens=["certifier"], forbids=["lead", "contributor", "executive"], world="submitted", kwargs=pk
    ),
    "assessments:declare": of_the_assessor("assigned"),
    "assessments:conflict": of_the_certifier("in_conflict"),
    "assessments:summary": of_the_assessor("in_review"),
    "assessments:propose": of_the_assessor("in_factual_check"),
    "assessments:plan_visit": of_the_assessor("in_review"),
    "assessments:call_off_visit": of_the_assessor("visit_planned"),
    "assessments:close_visit": of_the_assessor("visit_planned"),
    "assessments:reopen_visit": of_the_assessor("visited"),
    "assessments:visit": Door(opens=READERS, world="visit", kwargs=pk),
    "assessments:visit_arrangements": of_the_assessor("visit"),
    "assessments:visit_elements": of_the_assessor("visit"),
    "assessments:visit_stop_add": of_the_assessor("visit"),
    "assessments:visit_stop": of_the_assessor("visit_stop"),
    "assessments:visit_person_add": of_the_assessor("visit"),
    "assessments:visit_person": of_the_assessor("visit_person"),
    "assessments:visit_day": of_the_assessor("visit"),
    "assessments:visit_note": replace(of_the_assessor("visit"), status=POSTED),
    "assessments:visit_seen": replace(of_the_assessor("visit_stop"), status=POSTED),
    "assessments:visit_met": replace(of_the_assessor("visit_person"), status=POSTED),
    "assessments:draft": of_the_assessor("visited"),
    "assessments:take_back": of_the_assessor("in_factual_check"),
    "assessments:appeal": of_the_lead("decided"),
    "assessments:withdraw": of_the_lead("in_review"),
    "assessments:pause": of_the_certifier("in_review"),
    "assessments:resume": of_the_certifier("paused"),
    "assessments:presence": Door(opens=READERS, world="in_review", kwargs=of_element, status=POSTED),
    "assessments:element_around": Door(opens=READERS, world="in_review", kwargs=of_element),
    "assessments:coverage": Door(opens=READERS, world="in_review", kwargs=pk),
    "assessments:scope": Door(
        opens=WRITERS, forbids=["executive"], world="reviewing", kwargs=lambda row: {"pk": row.pk, "number": "1.1.2"}
    ),
    "assessments:carry_forward": Door(opens=WRITERS, forbids=["executive"], world="renewing_with_old", kwargs=pk),
    "assessments:library": Door(
        opens=["lead", "contributor", "executive"],
        forbids=["administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
    "assessments:handover": Door(
        opens=["lead", "executive"],
        forbids=["contributor", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
    "assessments:evidence_zip": Door(opens=READERS, world="in_review", kwargs=pk),
    "assessments:evidence": Door(opens=READERS, world="in_review", kwargs=pk),
    "assessments:statement_history": Door(opens=READERS, world="in_review", kwargs=of_element),
    "assessments:finding_history": Door(
        opens=["assessor", "certifier"],
        forbids=["lead", "contributor", "executive"],
        world="in_review",
        kwargs=of_element,
    ),
    "assessments:element": Door(opens=READERS, world="in_review", kwargs=of_element),
    "assessments:draft_report": Door(
        opens=["lead", "assessor", "certifier"],
        forbids=["contributor", "executive"],
        world="in_factual_check",
        kwargs=pk,
    ),
    "assessments:facts_checked": Door(
        opens=["lead"],
        forbids=["contributor", "executive", "assessor", "certifier"],
        world="in_factual_check",
        kwargs=pk,
        status=POSTED,
    ),
    "assessments:challenge_make": Door(
        opens=["lead"],
        forbids=["contributor", "executive", "assessor", "certifier"],
        world="in_factual_check",
        kwargs=of_element,
    ),
    "assessments:challenge": Door(opens=["lead", "assessor", "certifier"], world="challenged", kwargs=pk),
    "assessments:queries": Door(opens=READERS, world="in_review", kwargs=pk),
    "assessments:query_ask": Door(
        opens=["assessor"],
        forbids=["lead", "contributor", "executive", "certifier"],
        world="in_review",
        kwargs=of_element,
    ),
    "assessments:query": Door(opens=READERS, world="query", kwargs=pk),
    "assessments:query_close": Door(
        opens=["assessor"],
        forbids=["lead", "contributor", "executive", "certifier"],
        world="query",
        kwargs=pk,
        status=POSTED,
    ),
    "assessments:private_note": Door(
        opens=["assessor"],
        forbids=["lead", "contributor", "executive", "certifier"],
        world="in_review",
        kwargs=of_element,
    ),
    "assessments:evidence_add": Door(opens=WRITERS, forbids=["executive"], world="preparing", kwargs=of_element),
    "assessments:evidence_arrived": Door(
        opens=["lead"], forbids=["executive"], world="sent_file", kwargs=of_the_sent_file
    ),
    "assessments:evidence_choose": Door(opens=WRITERS, forbids=["executive"], world="preparing", kwargs=of_element),
    "assessments:corporate": Door(
        opens=WRITERS, forbids=["executive"], world="preparing_with_corporate", kwargs=of_element
    ),
    "assessments:corporate_drop": Door(
        opens=WRITERS, forbids=["executive"], world="preparing_with_corporate", kwargs=of_element, status=POSTED
    ),
    "assessments:corporate_evidence": Door(
        opens=WRITERS,
        forbids=["executive"],
        world="preparing_with_corporate",
        kwargs=lambda row: {**of_element(row), "use": 1},
        status=POSTED,
    ),
    "assessments:use_note": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="use_in_review", kwargs=pk
    ),
    "assessments:use_remove": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="use_in_review", kwargs=pk, status=POSTED
    ),
    "assessments:use_strongest": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="use_in_review", kwargs=pk, status=POSTED
    ),
    "assessments:evidence_detail": Door(opens=READERS, world="evidence_in_review", kwargs=pk),
    "assessments:version_add": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="evidence_in_review", kwargs=pk
    ),
    "assessments:evidence_edit": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="evidence_in_review", kwargs=pk
    ),
    "assessments:evidence_elements": Door(
        opens=WRITERS, forbids=["executive"], world="evidence_in_preparation", kwargs=pk
    ),
    "assessments:version_page": Door(
        opens=READERS, world="pictured_version_in_review", kwargs=lambda row: {**pk(row), "number": 1}
    ),
    "assessments:version_picture": Door(
        opens=READERS, world="pictured_version_in_review", kwargs=lambda row: {**pk(row), "number": 1}
    ),
    "assessments:version_thumbnail": Door(opens=READERS, world="pictured_version_in_review", kwargs=pk),
    "assessments:version_file": Door(opens=READERS, world="clean_version_in_review", kwargs=pk),
    "assessments:version_state": Door(opens=READERS, world="clean_version_in_review", kwargs=pk),
    "assessments:actions": Door(
        opens=["lead", "contributor", "executive", "certifier"],
        forbids=["administrator"],
        kwargs=lambda place: pk(place.department),
    ),
    "assessments:assessment_actions": Door(opens=READERS, world="decided", kwargs=pk),
    "assessments:action_make": Door(
        opens=["lead"],
        forbids=["contributor", "executive", "assessor", "certifier"],
        world="decided",
        kwargs=of_element,
        status=POSTED,
    ),
    "assessments:action": Door(opens=READERS, world="action", kwargs=pk),
    "assessments:action_plan": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="action", kwargs=pk
    ),
    "assessments:action_done": Door(
        opens=WRITERS, forbids=["executive", "assessor", "certifier"], world="action", kwargs=pk
    ),
    "assessments:action_check": Door(
        opens=["assessor", "certifier"],
        forbids=["lead", "contributor", "executive"],
        world="completed_action",
        kwargs=pk,
    ),
    "assessments:practice": anywhere(IN_ROLE),
    "assessments:practice_add": anywhere(["certifier", "certifier.elsewhere"]),
    "assessments:practice_case": Door(
        opens=["lead", "contributor", "executive"], forbids=["stranger"], world="practice_case", kwargs=pk
    ),
    "assessments:practice_edit": Door(
        opens=["lead"], forbids=["contributor", "executive"], world="practice_case", kwargs=pk
    ),
    "assessments:practice_agree": Door(
        opens=["lead"], forbids=["contributor", "executive"], world="practice_case", kwargs=pk, status=POSTED
    ),
    "assessments:practice_decide": Door(
        opens=["certifier"], forbids=["lead", "contributor", "executive"], world="consented_case", kwargs=pk
    ),
    "assessments:practice_nominate": Door(
        opens=["certifier"], forbids=["lead", "contributor", "executive"], world="consented_case", kwargs=pk
    ),
    "assessments:practice_make": Door(
        opens=["lead"],
        forbids=["contributor", "executive", "assessor", "certifier"],
        world="decided",
        kwargs=of_element,
        status=POSTED,
    ),
    "assessments:patient_data": Door(
        opens=[*WRITERS, "administrator"], forbids=["executive"], world="file_with_patient_data", kwargs=pk
    ),
    "assessments:gaps": Door(opens=READERS, world="with_figures", kwargs=pk),
    "assessments:department_gaps": Door(
        opens=["lead", "contributor", "executive", "certifier"],
        forbids=["administrator"],
        world="with_figures",
        kwargs=lambda assessment: pk(assessment.department),
    ),
    "assessments:gap_action": Door(
        opens=["lead"],
        forbids=["contributor", "executive", "assessor", "certifier"],
        world="with_figures",
        kwargs=of_element,
        status=POSTED,
    ),
    "assessments:newest_measures": of_every_certifier("standard", lambda standard: {}),
    "assessments:measures": of_every_certifier("standard"),
    "assessments:measure_add": of_every_certifier("standard"),
    "assessments:measure_change": of_every_certifier("measure_link"),
    "feedback:imports": of_the_trust(),
    "feedback:send": of_the_trust(),
    "feedback:places": replace(of_the_trust(), world="here_with_places"),
    "feedback:import": of_a_trusts_row("unconfirmed_import"),
    "feedback:import_status": of_a_trusts_row("unconfirmed_import"),
    "feedback:problems": of_a_trusts_row("unconfirmed_import"),
    "feedback:give_up": replace(of_a_trusts_row("unconfirmed_import"), status=POSTED),
    "feedback:columns": of_a_trusts_row("unknown_import"),
    "feedback:undo": of_a_trusts_row("imported_file"),
    "feedback:reading": Door(opens=[*READERS, "administrator"], world="reading", kwargs=pk),
    "feedback:remarks": Door(
        opens=["lead", "contributor", "executive", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
    "feedback:remove_remark": Door(opens=WRITERS, forbids=["executive", "administrator"], world="remark", kwargs=pk),
    "feedback:add_remark": Door(
        opens=WRITERS,
        forbids=["executive", "administrator", "certifier"],
        kwargs=lambda place: pk(place.department),
    ),
}


def addresses(resolver: URLResolver, prefix: str = "") -> dict[str, URLPattern]:
    """Every pattern of the URLconf by its full name."""
    found: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= addresses(pattern, namespace)
        else:
            found[f"{prefix}{pattern.name}"] = pattern
    return found


def test_every_address_is_listed():
    listed, real = set(DOORS), set(addresses(get_resolver()))
    assert real - listed == set(), "These addresses are in the URLconf and not in DOORS: say who may come in."
    assert listed - real == set(), "These doors have no address any more."


def test_every_view_is_guarded_or_public():
    bare = [
        name
        for name, pattern in addresses(get_resolver()).items()
        if not name.startswith("account_")
        and not hasattr(pattern.callback, "guarded_by")
        and not getattr(pattern.callback, "public", False)
    ]
    assert bare == []


def expected(door: Door, who: str) -> tuple[int, ...]:
    if who in door.opens:
        return door.status
    return (403,) if who in door.forbids else (404,)


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_door_opens_to_those_who_may_and_to_nobody_else(name, request, signed_in, people):
    door = DOORS[name]
    url = reverse(name, kwargs=door.kwargs(request.getfixturevalue(door.world)))
    wrong = {}
    for who in EVERYBODY:
        answer = signed_in(who).get(url)
        if answer.status_code not in expected(door, who):
            wrong[who] = answer.status_code
        if who not in HERE and answer.status_code == 200:
            shown = b"".join(answer) if answer.streaming else answer.content
            leaked = [word for word in NAMES_OF_HERE if word.encode() in shown]
            assert not leaked, f"{who} reads {leaked} at {url}"
    assert wrong == {}


@pytest.mark.parametrize("words", ["what we do", "signs", "Whittington", "said", "ES 1", "4.3.4", "Montushi", "matrn"])
def test_a_search_tells_nothing_to_those_outside(words, signed_in, clean_version_in_review, services_and_sites):
    """What is here is found by those who may read it, whatever they type; to the others it is as if there were none."""
    for who in EVERYBODY:
        answer = signed_in(who).get(reverse("assessments:search"), {"words": words})
        if who not in READERS and answer.status_code == 200:
            shown = answer.content.decode().replace(words, "")
            leaked = [word for word in (*NAMES_OF_HERE, "You said", "<mark>") if word in shown]
            assert not leaked, f"{who} reads {leaked} when searching for {words}"


@pytest.mark.parametrize("name", sorted(name for name, door in DOORS.items() if not door.public))
def test_a_post_gets_no_further_than_a_get(name, request, signed_in, people):
    door = DOORS[name]
    url = reverse(name, kwargs=door.kwargs(request.getfixturevalue(door.world)))
    outside = [who for who in EVERYBODY if who not in door.opens]
    answers = {who: signed_in(who).post(url).status_code for who in outside}
    assert answers == {who: expected(door, who)[0] for who in outside}


@pytest.mark.parametrize("name", sorted(DOORS))
def test_nobody_comes_in_without_signing_in(name, request, people):
    door = DOORS[name]
    url = reverse(name, kwargs=door.kwargs(request.getfixturevalue(door.world)))
    for answer in (Client().get(url), Client().post(url)):
        if door.public:
            assert answer.status_code in (200, 302, 404, 405, 410, 503)
        else:
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))
