"""What stands before every view: sign-in, words kept for after it, who changes what, and a limit on size."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

import pghistory
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from departments.access import SignedInRequest
from departments.services.drafts import take_draft

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# allauth's own doors, which it guards itself; everything else says who may come in with `guard` or `public`.
ALLAUTH_OPEN = frozenset(
    {
        "account_login",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
    }
)
ALLAUTH_SIGNED_IN = frozenset(
    {"account_logout", "account_change_password", "account_set_password", "account_reauthenticate"}
)

# What a page's scripts send by themselves is no step to another page, and has no words to keep.
BY_ITSELF = ("X-Autosave", "X-Presence", "X-Draft")
KEPT = "kept_words"
KEPT_MAX_CHARACTERS = 256 * 1024
NOT_KEPT = ("csrfmiddlewaretoken", "password")


class RequireSignIn:
    """Default deny: a view opens only to a signed-in person through `guard`, unless it is public.

    What somebody typed when their session had ended waits in the new session until they have signed in again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if getattr(view, "public", False) or name in ALLAUTH_OPEN:
            return None
        if not request.user.is_authenticated:
            return send_to_sign_in(request)
        if name not in ALLAUTH_SIGNED_IN and not hasattr(view, "guarded_by"):
            raise PermissionDenied(f"The view {name} has no guard.")
        restore_kept_words(cast(SignedInRequest, request))
        return None


def send_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if "Tus-Resumable" in request.headers or request.method not in ("GET", "HEAD", "OPTIONS", "POST"):
        # A script that sends a file can follow nobody to a page: it says so where the file is, and goes on later.
        words = "Your session has ended. Sign in again in another tab, then press Resume."
        return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")
    if any(name in request.headers for name in BY_ITSELF):
        # The page keeps the words, says so, and asks again once somebody has signed in in another tab.
        return HttpResponse(status=401)
    if request.method == "POST":
        keep_words(request)
    address = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        # A part that a page asks for by itself must not take away what somebody types there.
        return HttpResponse(status=401, headers={"HX-Redirect": address} if request.method == "POST" else {})
    return HttpResponseRedirect(address)


def keep_words(request: HttpRequest) -> None:
    typed = request.POST.copy()
    for name in list(typed):
        if any(name.startswith(secret) for secret in NOT_KEPT):
            del typed[name]
    body = typed.urlencode()
    if len(body) <= KEPT_MAX_CHARACTERS:
        request.session[KEPT] = {"path": request.path, "who": typed.get("who", ""), "body": body}


def restore_kept_words(request: SignedInRequest) -> None:
    """Give the view what this person typed on this page, until they post it again."""
    request.kept_words = None
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path:
        return
    if request.method == "POST":
        del request.session[KEPT]
    elif kept["who"] == str(request.user.pk):
        request.kept_words = QueryDict(kept["body"])


def record_who_changes(get_response: GetResponse) -> GetResponse:
    """History says who changed a row, and from which page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        with pghistory.context(user=request.user.pk, url=request.path):
            return get_response(request)

    return middleware


def give_up_sent_drafts(get_response: GetResponse) -> GetResponse:
    """A form that was taken leads on to a page: what its script had kept as a draft has then arrived."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        was_taken = request.method == "POST" and response.status_code == 302
        if was_taken and request.user.is_authenticated and "draft" in request.POST:
            name, page = (request.POST.get(field, "").replace("\0", "") for field in ("draft", "draft_page"))
            take_draft(path=request.path, name=name[:100], page=page[:40], by=request.user)
        return response

    return middleware


def refuse_null_characters(get_response: GetResponse) -> GetResponse:
    """Refuse an address with a null character, which no person types and PostgreSQL cannot look for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a null character.")
        return get_response(request)

    return middleware


def refuse_oversized_requests(get_response: GetResponse) -> GetResponse:
    """Refuse a body larger than any file may be before it is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.EVIDENCE_MAX_BYTES + 1024 * 1024:
            return render(request, "413.html", {"limit": settings.EVIDENCE_MAX_BYTES}, status=413)
        return get_response(request)

    return middleware
