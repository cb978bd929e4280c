"""Searching everything that somebody may see."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments.forms.search import SearchForm
from assessments.models import Assessment
from assessments.search import hits, near, results
from assessments.search.asked import Asked, Kind, has_a_word
from departments.access import Action, SignedInRequest, guard_anywhere
from departments.models import User

PAGE_ROWS = 20
# With fewer found, that is with nothing, somebody may have misspelt what they meant.
FEW = 1


@guard_anywhere(Action.READ_ASSESSMENT)
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    crumbs = [{"title": "Home", "url": reverse("portal:home")}]
    context: dict[str, Any] = {"form": form, "crumbs": crumbs, "sought": False}
    if form.is_valid():
        asked = form.asked()
        context |= {"asked": asked, "sought": has_a_word(asked.words), "within": within(request.user, asked)}
        if context["sought"]:
            named = near.named(request.user, asked)
            if len(named) == 1 and not asked.filters:
                return redirect(named[0]["url"])
            context |= {"named": named} | found(request, asked)
    return render(request, "assessments/search.html", context)


def within(user: User, asked: Asked) -> Assessment | None:
    """The one assessment in which is searched, if somebody came from it."""
    return Assessment.objects.visible_to(user).filter(pk=asked.assessment).first() if asked.assessment else None


def found(request: SignedInRequest, asked: Asked) -> dict[str, Any]:
    everything = hits.find(request.user, asked)
    chosen = [hit for hit in everything if asked.kind in ("", hit.kind)]
    page = Paginator(chosen, PAGE_ROWS).get_page(request.GET.get("page"))
    alike = near.alike(request.user, asked) if len(everything) < FEW else []
    return {
        "page": page,
        "results": results.show(request.user, asked, list(page)),
        "kinds": kinds(asked, hits.counts(everything)),
        "alike": alike,
        "meant": near.meant(asked, alike),
    }


def kinds(asked: Asked, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """How many of each kind were found, and of everything; past what is counted, that there are more."""
    some = [(str(kind), str(kind.label), numbers.get(kind, 0)) for kind in Kind]
    rows = [("", "Everything", sum(numbers.values())), *some]
    cut = {code for code, _title, number in some if number > hits.MOST_OF_A_KIND}
    return [
        {
            "code": code,
            "title": title,
            "number": min(number, hits.MOST_OF_A_KIND) if code else number - len(cut),
            "more": code in cut if code else bool(cut),
            "current": code == asked.kind,
        }
        for code, title, number in rows
    ]
