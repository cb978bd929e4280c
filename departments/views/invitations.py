"""Taking up an invitation from the link in an e-mail: the one door of this floor that is open to anyone."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from departments.access import public
from departments.forms.people import JoinForm
from departments.models import Invitation, User
from departments.services import people
from departments.services.refusals import Refused


@public
@never_cache
@sensitive_post_parameters("password", "password_again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link shows that they read the address's e-mail; an account there is still signed in to."""
    offer = people.find_invitation(token=token)
    if offer is None:
        return render(request, "departments/invitation_closed.html", {"reason": "unknown"}, status=404)
    user = request.user if request.user.is_authenticated else None
    account = people.account_for(offer)
    if user is not None and offer.accepted_at and user == account:
        return redirect("portal:home")
    if reason := why_closed(offer):
        return render(request, "departments/invitation_closed.html", {"reason": reason, "offer": offer}, status=410)
    if user is not None and user != account:
        return render(request, "departments/invitation_other.html", {"offer": offer})
    if account is None:
        return join(request, offer)
    if user is None:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.path})}")
    return accept(request, offer, user)


def why_closed(offer: Invitation) -> str:
    """What has become of an invitation that is no longer open; empty for an open one."""
    if offer.accepted_at:
        return "used"
    if offer.withdrawn_at:
        return "withdrawn"
    return "expired" if offer.expires_at <= timezone.now() else ""


def accept(request: HttpRequest, offer: Invitation, user: User) -> HttpResponse:
    """Asks somebody who has an account to take up the role."""
    if request.method == "POST":
        try:
            people.accept_invitation(invitation=offer, by=user)
        except Refused as refused:
            messages.error(request, refused.reason)
        else:
            messages.success(request, f"Welcome. You are now {offer.get_role_display().lower()}, {offer.place}.")
        return redirect("portal:home")
    return render(request, "departments/invitation_accept.html", {"offer": offer})


def join(request: HttpRequest, offer: Invitation) -> HttpResponse:
    """Asks somebody new for a name and a password, and signs them in."""
    form = JoinForm(request.POST or None, email=offer.email)
    if request.method == "POST":
        joined = form.taken_by(people.join_by_invitation, invitation=offer)
        if joined:
            login(request, joined)
            role = offer.get_role_display().lower()
            messages.success(request, f"Welcome, {joined.name}. You are now {role}, {offer.place}.")
            return redirect("portal:home")
    return render(request, "departments/invitation_join.html", {"form": form, "offer": offer})
