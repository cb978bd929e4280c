"""Whose the wards and sites of files are: those to be decided first."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from departments.views.typed import typed
from feedback.forms.places import PlacesForm
from feedback.models import Place
from feedback.rules import PlaceState
from feedback.services.places import decide_places
from feedback.views.imports import crumbs_to_imports

PLACES_A_PAGE = 20


@guard(Action.IMPORT_FEEDBACK, on=Trust, by="ods_code")
def places(request: SignedInRequest, trust: Trust) -> HttpResponse:
    page, decided = page_of(request, trust), request.GET.get("show") == "decided"
    sent = typed(request)
    form = PlacesForm(sent, places=list(page) if sent is None else places_of(sent, trust), trust=trust)
    if request.method == "POST" and form.is_valid():
        count = decide(request, form, trust, anew=decided)
        messages.success(request, f"{count} decided." if count else "Nothing was decided yet.")
        return redirect(f"{reverse('feedback:places', args=[trust.ods_code])}{'?show=decided' if decided else ''}")
    context = {
        "trust": trust,
        "page": page,
        "form": form,
        "decided": decided,
        "crumbs": crumbs_to_imports(request, trust),
    }
    return render(request, "feedback/places.html", context)


def page_of(request: SignedInRequest, trust: Trust) -> "Page[Place]":
    rows = Place.objects.filter(trust=trust).with_names()
    rows = rows.decided() if request.GET.get("show") == "decided" else rows.undecided()
    return Paginator(rows, PLACES_A_PAGE).get_page(request.GET.get("page"))


def places_of(sent: QueryDict, trust: Trust) -> list[Place]:
    """Those that the form asked of: what colleagues decided since has moved others to this page."""
    names = [name.removeprefix("place-") for name in sent if name.startswith("place-")]
    pks = [int(pk) for pk in names[:PLACES_A_PAGE] if pk.isascii() and pk.isdigit() and len(pk) < 18]
    return list(Place.objects.filter(trust=trust, pk__in=pks).with_names())


def decide(request: SignedInRequest, form: PlacesForm, trust: Trust, *, anew: bool) -> int:
    """How many were decided; whatever cannot be is told. `anew`: the page is that of decided ones, to be changed."""
    decisions = form.decisions()
    late = [place for place, _ in decisions if place.state != PlaceState.UNDECIDED and not anew]
    wanted = [(place, meant) for place, meant in decisions if place not in late]
    refused = decide_places(trust=trust, decisions=wanted, by=request.user) if wanted else []
    told = [f"{place}: a colleague decided it after you opened this page. Theirs stays." for place in late]
    for words in [*told, *refused]:
        messages.warning(request, words)
    return len(wanted) - len(refused)
