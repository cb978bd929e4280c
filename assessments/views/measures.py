"""Which measures and themes speak of what in a version of the standard: the list, and links added and changed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from assessments.forms.measures import AddLinkForm, ChangeLinkForm
from assessments.forms.words import replace_typed
from assessments.models import MeasureLink, Standard
from assessments.services import measure_links
from assessments.services.refusals import Refused, SavedByAColleague
from departments.access import Action, SignedInRequest, guard_anywhere
from departments.forms.base import refuse
from departments.models import User
from departments.rules import Role
from departments.views.typed import typed
from feedback.models import Measure
from feedback.themes import themes

Crumbs = list[dict[str, str]]


@guard_anywhere(Action.MAP_MEASURES)
def newest(request: SignedInRequest) -> HttpResponse:
    standard = Standard.objects.newest()
    if standard is None:
        raise Http404
    return redirect("assessments:measures", standard.pk)


@guard_anywhere(Action.MAP_MEASURES)
def index(request: SignedInRequest, pk: int) -> HttpResponse:
    """The links of a version, criterion by criterion: as many as people make, so one page holds them."""
    standard = get_object_or_404(Standard, pk=pk)
    titles = {one.code: one for one in measures_of(request.user)}
    links = [link for link in MeasureLink.objects.filter(standard=standard).in_order() if is_known(link, titles)]
    by_criterion = groupby(links, key=lambda link: link.subcriterion.criterion)
    context = {
        "standard": standard,
        "versions": Standard.objects.filter(code=standard.code).exclude(pk=pk),
        "sections": [(criterion, [line(row, titles) for row in rows]) for criterion, rows in by_criterion],
        "crumbs": [home()],
    }
    return render(request, "assessments/measures.html", context)


@guard_anywhere(Action.MAP_MEASURES)
def add(request: SignedInRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(Standard, pk=pk)
    form = AddLinkForm(typed(request), standard=standard, measures=measures_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            measure_links.add_link(standard=standard, by=request.user, **form.words())
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The link is added. Gaps that rest on it are worked out again now.")
            return redirect("assessments:measures", pk)
    context = {"form": form, "standard": standard, "crumbs": [home(), to_list(standard)]}
    return render(request, "assessments/measure_add.html", context)


@guard_anywhere(Action.MAP_MEASURES)
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """What scores of a measure speak for; the other button takes the link away."""
    link = link_or_404(request.user, pk)
    form = ChangeLinkForm(typed(request), link=link)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            words = save(request, link, form)
        except SavedByAColleague as error:
            colleague = show_both(form, error.row)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, words, extra_tags=f"measure-link-{pk}")
            return redirect("assessments:measures", link.standard_id)
    context = {**line(link, by_code(link)), "form": form, "colleague": colleague}
    return render(request, "assessments/measure_change.html", context | {"crumbs": [home(), to_list(link.standard)]})


def save(request: SignedInRequest, link: MeasureLink, form: ChangeLinkForm) -> str:
    """What was done, in words."""
    version = form.cleaned_data["version"]
    if "remove" in request.POST:
        measure_links.remove_link(link=link, version=version, by=request.user)
        return "The link is taken away. Gaps that rested on it are worked out again now."
    if not link.measure:
        raise Refused("A theme has no score to compare. Take the link away, or leave it as it is.")
    measure_links.change_levels(link=link, version=version, by=request.user, **form.levels())
    return "The scores are saved. Gaps that rest on them are worked out again now."


def show_both(form: ChangeLinkForm, row: MeasureLink) -> MeasureLink:
    replace_typed(form, version=str(row.version))
    name = row.edited_by.name if row.edited_by else "Somebody"
    said = f"{name} changed this link after you opened it, so yours is not saved yet. What they saved is below."
    form.add_error(None, f"{said} Save again to put yours in its place.")
    return row


def link_or_404(user: User, pk: int) -> MeasureLink:
    link = MeasureLink.objects.in_order().select_related("standard").filter(pk=pk).first()
    if link is None or not is_known(link, {one.code: one for one in measures_of(user)}):
        raise Http404
    return link


def measures_of(user: User) -> list[Measure]:
    """The national ones, and those of the trusts that somebody's certification body serves; no stranger's."""
    rows = Measure.objects.filter(Q(trust=None) | Q(trust__body_id__in=user.bodies_as(Role.CERTIFIER)))
    return list(rows.order_by("source", "position", "pk"))


def is_known(link: MeasureLink, titles: dict[str, Measure]) -> bool:
    return not link.measure or link.measure in titles


def by_code(link: MeasureLink) -> dict[str, Measure]:
    return {one.code: one for one in Measure.objects.filter(code=link.measure)}


def line(link: MeasureLink, titles: dict[str, Measure]) -> dict[str, Any]:
    measure = titles.get(link.measure)
    return {
        "link": link,
        "title": measure.title if measure else themes()[link.theme].title,
        "kind": f"{measure.get_voice_display()}: {measure.get_source_display()}" if measure else "Theme of remarks",
    }


def home() -> dict[str, str]:
    return {"title": "Home", "url": reverse("portal:home")}


def to_list(standard: Standard) -> dict[str, str]:
    return {"title": "Measures", "url": reverse("assessments:measures", args=[standard.pk])}
