"""The only policy: which role may do what, and the guard that every view stands behind."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from departments.models import Membership, Scope, Scoped, User
from departments.rules import DEPARTMENT_ROLES, TRUST_ROLES, Role


class Action(StrEnum):
    """What somebody may want to do. Its value is how `docs/access.md` says it."""

    SEE_HOME = "see what waits for them"
    READ_DASHBOARD = "see how every department of a trust stands"
    READ_NATIONAL = "see what a certification body’s assessments come to: pipeline, outcomes, assessors"
    READ_BENCHMARK = "see where a department stands among like departments"
    LIST_DEPARTMENTS = "list a trust's departments"
    READ_DEPARTMENT = "see a department, its services and sites"
    MANAGE_DEPARTMENTS = "keep departments, services, sites and partners"
    MANAGE_PEOPLE = "invite people, give and end roles"
    KEEP_FILES = "keep the trust's files: space, holds and destruction"
    OPEN_ASSESSMENT = "open an assessment"
    LIST_ASSESSMENTS = "list assessments"
    READ_ASSESSMENT = "read an assessment and its evidence"
    READ_CORPORATE = "read what the trust’s corporate assessment says and rests on, to rest on it or say otherwise"
    COMPARE_WITH_CORPORATE = "see how their own department’s bands stand to the corporate ones, element by element"
    WRITE_STATEMENT = "write statements"
    ADD_EVIDENCE = "add evidence and say what it supports"
    READ_LIBRARY = "see all evidence of a department, used or not, with every version"
    READ_HANDOVER = "read the handover of a department: what is due, what was said of it, who knows what"
    READ_PATIENT_SIGNS = "see where a file may name a patient"
    BRING_INTO_SCOPE = "bring an element into the scope of a review"
    SUBMIT = "submit the self-assessment"
    ASSIGN = "assign an assessor"
    DECLARE = "declare their interests before assessing"
    READ_OPEN_FINDINGS = "read findings before the decision"
    WRITE_FINDING = "record findings"
    VISIT = "plan the visit, make it and close it"
    ASK = "ask the department about an element, and close what is answered"
    ANSWER = "answer the assessor’s queries"
    KEEP_NOTES = "keep private notes, which nobody else reads"
    PROPOSE = "write the draft report, send it to be checked and propose an outcome"
    READ_CHALLENGES = "read the draft report, and what was challenged in it and answered"
    READ_DRAFT = "read the draft report once it is sent, and check its facts"
    DECIDE = "decide, or send back for more work"
    APPEAL = "appeal against a decision"
    HEAR_APPEAL = "hear an appeal"
    WITHDRAW = "withdraw an assessment"
    PAUSE = "pause an assessment and resume it"
    READ_ACTIONS = "read what a department must improve"
    PLAN_ACTION = "plan corrective actions and say what has been done"
    OWN_ACTION = "make an action of an area for improvement, choose owner and date, complete it"
    CHECK_ACTION = "check that a corrective action is done"
    READ_PRACTICE = "search published good practice"
    WRITE_PRACTICE = "write a department's good practice, consent to its publication and withdraw that"
    PUBLISH_PRACTICE = "publish good practice or return it, add examples from outside, nominate"
    READ_REPORT = "see, download and make again the award report"
    ANSWER_LEADERS = "answer the leaders’ view once a year, and see the trust’s beside all others"
    IMPORT_FEEDBACK = "import what patients and staff say, undo an import, say whose a ward is"
    READ_FEEDBACK = "read what patients and staff say, down to the row of the file"
    ADD_REMARK = "enter compliments, comments and themes of complaints"
    MAP_MEASURES = "say which measures speak of what in the standard"


POLICY: dict[Action, frozenset[Role]] = {
    Action.SEE_HOME: frozenset(Role),
    Action.READ_DASHBOARD: frozenset({Role.EXECUTIVE}),
    Action.READ_NATIONAL: frozenset({Role.CERTIFIER}),
    Action.READ_BENCHMARK: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE, Role.CERTIFIER}),
    Action.LIST_DEPARTMENTS: frozenset({Role.EXECUTIVE, Role.ADMINISTRATOR}),
    Action.READ_DEPARTMENT: frozenset(
        {Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE, Role.ADMINISTRATOR, Role.CERTIFIER}
    ),
    Action.MANAGE_DEPARTMENTS: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.KEEP_FILES: frozenset({Role.ADMINISTRATOR}),
    Action.OPEN_ASSESSMENT: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.LIST_ASSESSMENTS: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE, Role.ASSESSOR, Role.CERTIFIER}),
    Action.READ_ASSESSMENT: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE, Role.ASSESSOR, Role.CERTIFIER}),
    Action.READ_CORPORATE: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.COMPARE_WITH_CORPORATE: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.WRITE_STATEMENT: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.ADD_EVIDENCE: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.READ_LIBRARY: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE}),
    Action.READ_HANDOVER: frozenset({Role.LEAD, Role.EXECUTIVE}),
    Action.READ_PATIENT_SIGNS: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR}),
    Action.BRING_INTO_SCOPE: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.ASSESSOR}),
    Action.SUBMIT: frozenset({Role.LEAD}),
    Action.ASSIGN: frozenset({Role.CERTIFIER}),
    Action.DECLARE: frozenset({Role.ASSESSOR}),
    Action.READ_OPEN_FINDINGS: frozenset({Role.ASSESSOR, Role.CERTIFIER}),
    Action.WRITE_FINDING: frozenset({Role.ASSESSOR}),
    Action.VISIT: frozenset({Role.ASSESSOR}),
    Action.ASK: frozenset({Role.ASSESSOR}),
    Action.ANSWER: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.KEEP_NOTES: frozenset({Role.ASSESSOR}),
    Action.PROPOSE: frozenset({Role.ASSESSOR}),
    Action.READ_CHALLENGES: frozenset({Role.LEAD, Role.ASSESSOR, Role.CERTIFIER}),
    Action.READ_DRAFT: frozenset({Role.LEAD}),
    Action.DECIDE: frozenset({Role.CERTIFIER}),
    Action.APPEAL: frozenset({Role.LEAD}),
    Action.HEAR_APPEAL: frozenset({Role.CERTIFIER}),
    Action.WITHDRAW: frozenset({Role.LEAD}),
    Action.PAUSE: frozenset({Role.CERTIFIER}),
    Action.READ_ACTIONS: frozenset({Role.CONTRIBUTOR, Role.LEAD, Role.EXECUTIVE, Role.ASSESSOR, Role.CERTIFIER}),
    Action.PLAN_ACTION: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.OWN_ACTION: frozenset({Role.LEAD}),
    Action.CHECK_ACTION: frozenset({Role.ASSESSOR, Role.CERTIFIER}),
    Action.READ_PRACTICE: frozenset(Role),
    Action.WRITE_PRACTICE: frozenset({Role.LEAD}),
    Action.PUBLISH_PRACTICE: frozenset({Role.CERTIFIER}),
    Action.READ_REPORT: frozenset({Role.LEAD, Role.EXECUTIVE, Role.ASSESSOR, Role.CERTIFIER}),
    Action.ANSWER_LEADERS: frozenset({Role.EXECUTIVE}),
    Action.IMPORT_FEEDBACK: frozenset({Role.ADMINISTRATOR}),
    Action.READ_FEEDBACK: frozenset(Role),
    Action.ADD_REMARK: frozenset({Role.CONTRIBUTOR, Role.LEAD}),
    Action.MAP_MEASURES: frozenset({Role.CERTIFIER}),
}


class SignedInRequest(HttpRequest):
    """A request past the sign-in door: somebody is there, and what they typed before a session ended is at hand."""

    user: User
    kept_words: QueryDict | None


def roles_over(user: User, scope: Scope) -> frozenset[Role]:
    """The roles that somebody holds over whatever has this scope."""
    roles = set()
    for held in user.held:
        role = Role(held.role)
        if (
            (role in DEPARTMENT_ROLES and held.department_id is not None and held.department_id == scope.department_id)
            or (role in TRUST_ROLES and held.trust_id is not None and held.trust_id == scope.trust_id)
            or (role == Role.CERTIFIER and held.body_id is not None and held.body_id == scope.body_id)
            or (role == Role.ASSESSOR and held.body_id == scope.body_id and user.pk in scope.assessor_ids)
        ):
            roles.add(role)
    return frozenset(roles)


def may(user: User, action: Action, on: Scoped | None = None) -> bool:
    """Whether somebody may do this to a row (anything with `scope()`), or, with no row, anywhere at all."""
    if on is None:
        return any(Role(held.role) in POLICY[action] for held in user.held)
    scope = on.scope()
    if roles_over(user, scope) & POLICY[action]:
        return True
    return action in (Action.READ_ASSESSMENT, Action.READ_FEEDBACK) and reads_what_is_lent(user, scope)


def reads_what_is_lent(user: User, scope: Scope) -> bool:
    """Whether somebody reads a piece of corporate evidence, or a figure of the whole trust, as one of a department of
    the same trust.

    Only these are ever lent, and `visible_to` has left out what the corporate assessment does not rest on. It gives
    nothing but reading: no role over the corporate department, its assessment, or any other row of it.
    """
    return scope.lent_in_trust_id is not None and any(
        held.department_id is not None
        and held.trust_id == scope.lent_in_trust_id
        and Role(held.role) in POLICY[Action.READ_CORPORATE]
        for held in user.held
    )


P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
M = TypeVar("M", bound=Model)


def who_may(action: Action, row: Scoped) -> QuerySet[User]:
    """Everybody who may do this to a row now, as `may` would say of each."""
    scope, roles = row.scope(), POLICY[action]
    held = Membership.objects.current().filter(
        Q(role__in=roles & set(DEPARTMENT_ROLES), department=scope.department_id)
        | Q(role__in=roles & set(TRUST_ROLES), trust=scope.trust_id)
        | Q(role__in=roles & {Role.CERTIFIER}, body=scope.body_id)
        | Q(role__in=roles & {Role.ASSESSOR}, body=scope.body_id, user__in=scope.assessor_ids)
    )
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


@dataclass(frozen=True)
class Guarded:
    """The rows behind a view's guard: their model, and the field and keyword that find one."""

    model: type[Model]
    by: str


def rows_to_open(user: User, paths: Iterable[str]) -> dict[str, Scoped | None]:
    """Those of these addresses that somebody may open now, each with its row (None for a page of no one row).

    Asks what the guards ask, in one query for each model.
    """
    opened: dict[str, Scoped | None] = {}
    behind: dict[Guarded, list[tuple[str, Action, str]]] = {}
    for path in dict.fromkeys(paths):
        try:
            match = resolve(path.partition("?")[0].partition("#")[0])
        except Resolver404:
            continue
        action: Action | None = getattr(match.func, "guarded_by", None)
        guarded: Guarded | None = getattr(match.func, "guards", None)
        if guarded and action:
            behind.setdefault(guarded, []).append((path, action, str(match.kwargs[guarded.by])))
        elif action and may(user, action):
            opened[path] = None
    for guarded, asked in behind.items():
        manager: Any = guarded.model._default_manager
        rows = manager.visible_to(user).filter(**{f"{guarded.by}__in": {value for _, _, value in asked}})
        found = {str(getattr(row, guarded.by)): row for row in rows}
        opened |= {
            path: found[value] for path, action, value in asked if value in found and may(user, action, found[value])
        }
    return opened


def guard(
    action: Action, *, on: type[M], by: str = "pk"
) -> Callable[[Callable[Concatenate[SignedInRequest, M, P], R]], Callable[..., R]]:
    """Open a view with the row that its address names: 404 to who may not know of it, 403 to a lesser role.

    The model's manager has `visible_to(user)` and its rows have `scope()`. `by` names the field and the keyword of
    the URL that find the row.
    """

    def decorate(view: Callable[Concatenate[SignedInRequest, M, P], R]) -> Callable[..., R]:
        @functools.wraps(view)
        def guarded(request: SignedInRequest, **kwargs: Any) -> R:
            manager: Any = on._default_manager
            row = manager.visible_to(request.user).filter(**{by: kwargs.pop(by)}).first()
            if row is None:
                raise Http404
            if not may(request.user, action, row):
                raise PermissionDenied
            return view(request, row, **kwargs)  # type: ignore[call-arg]

        guarded.guarded_by = action  # type: ignore[attr-defined]
        guarded.guards = Guarded(on, by)  # type: ignore[attr-defined]
        return guarded

    return decorate


def guard_anywhere(
    action: Action,
) -> Callable[[Callable[Concatenate[SignedInRequest, P], R]], Callable[..., R]]:
    """Open a view about no one row to who may do this somewhere. The view lists only rows from `visible_to`."""

    def decorate(view: Callable[Concatenate[SignedInRequest, P], R]) -> Callable[..., R]:
        @functools.wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not may(request.user, action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.guarded_by = action  # type: ignore[attr-defined]
        return guarded

    return decorate


V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def public(view: V) -> V:
    """Open a view to anyone, signed in or not. The doors test lists every one of these."""
    view.public = True  # type: ignore[attr-defined]
    return view
