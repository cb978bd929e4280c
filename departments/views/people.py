"""Who holds which role over a trust and its departments, who is invited, and how a role ends."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from departments.access import Action, SignedInRequest, guard
from departments.forms.people import EndRoleForm, InvitationForm
from departments.models import Invitation, Membership, Trust
from departments.services import people as service
from departments.services.refusals import Refused
from departments.views import breadcrumbs
from departments.views.typed import typed

ROLES_A_PAGE = 50
ENDED_SHOWN = 50


@guard(Action.MANAGE_PEOPLE, on=Trust, by="ods_code")
def people(request: SignedInRequest, trust: Trust) -> HttpResponse:
    now = timezone.now()
    held = Membership.objects.over_trust(trust).select_related("user", "department", "trust", "body")
    current = held.current().order_by("department__name", "role", "user__name", "pk")
    waiting = Invitation.objects.over_trust(trust).filter(accepted_at=None, withdrawn_at=None)
    return render(
        request,
        "departments/people.html",
        {
            "trust": trust,
            "page": Paginator(current, ROLES_A_PAGE).get_page(request.GET.get("page")),
            "ended": held.filter(valid_until__lte=now).order_by("-valid_until", "pk")[:ENDED_SHOWN],
            "waiting": waiting.select_related("department", "trust", "body", "invited_by").order_by("-invited_at"),
            "now": now,
            "crumbs": breadcrumbs.to_trust(request.user, trust),
        },
    )


@guard(Action.MANAGE_PEOPLE, on=Trust, by="ods_code")
def invite(request: SignedInRequest, trust: Trust) -> HttpResponse:
    chosen = {"role": request.GET.get("role"), "department": request.GET.get("department")}
    form = InvitationForm(typed(request), trust=trust, initial=chosen)
    keep = "invitation"
    if request.method == "POST":
        invitation = form.taken_by(service.invite, trust=trust, by=request.user)
        if invitation:
            messages.success(request, f"An invitation is on its way to {invitation.email}.", extra_tags=keep)
            return redirect("departments:people", trust.ods_code)
    crumbs = breadcrumbs.to_people(request.user, trust)
    words = {"form": form, "trust": trust, "crumbs": crumbs, "keep": keep, "days": settings.INVITATION_DAYS}
    return render(request, "departments/invite.html", words)


@guard(Action.MANAGE_PEOPLE, on=Invitation)
@require_POST
def resend_invitation(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    try:
        service.resend_invitation(invitation=invitation, by=request.user)
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"A new link is on its way to {invitation.email}. The old one no longer works.")
    return redirect("departments:people", trust_of(invitation).ods_code)


@guard(Action.MANAGE_PEOPLE, on=Invitation)
def withdraw_invitation(request: SignedInRequest, invitation: Invitation) -> HttpResponse:
    trust = trust_of(invitation)
    if request.method == "POST":
        try:
            service.withdraw_invitation(invitation=invitation, by=request.user)
        except Refused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
        return redirect("departments:people", trust.ods_code)
    crumbs = breadcrumbs.to_people(request.user, trust)
    words = {"invitation": invitation, "trust": trust, "crumbs": crumbs}
    return render(request, "departments/invitation_withdraw.html", words)


@guard(Action.MANAGE_PEOPLE, on=Membership)
def end_role(request: SignedInRequest, membership: Membership) -> HttpResponse:
    trust = trust_of(membership)
    is_own = service.is_own_administration(membership, request.user)
    form = EndRoleForm(request.POST if request.method == "POST" else None, is_own=is_own)
    if form.taken_by(service.end_role, membership=membership, by=request.user):
        messages.success(request, f"{membership.user} is no longer {membership.get_role_display().lower()}.")
        return redirect("portal:home") if is_own else redirect("departments:people", trust.ods_code)
    words = {
        "form": form,
        "membership": membership,
        "trust": trust,
        "blocked": service.why_a_role_cannot_end(membership),
        "crumbs": breadcrumbs.to_people(request.user, trust),
    }
    return render(request, "departments/role_end.html", words)


def trust_of(row: Membership | Invitation) -> Trust:
    """The trust whose page a role or an invitation stands on: its own, or its department's."""
    trust = row.department.trust if row.department else row.trust
    if trust is None:
        raise ValueError("A role over a certification body is on no trust's page.")
    return trust
