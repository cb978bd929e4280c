"""The leaders' view of a trust: an executive answers once a year, and sees the trust beside all others."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.forms.leaders import LeadersForm
from assessments.leading import AGREEING, MUCH_CHANGE, SMALLEST_GROUP, ChangeNeeded, Compared, in_words, part_of, shares
from assessments.models import LeadersAnswer, LeadersView, Standard
from assessments.models.leaders import Counts, leadership_elements, nobodys
from assessments.services.leaders import answer_leaders_view
from departments.access import Action, SignedInRequest, guard
from departments.charts.paint import Part
from departments.charts.parts import Chart
from departments.charts.stacked import Bar, stacked
from departments.models import Trust
from departments.views.typed import typed

PARTS = {
    ChangeNeeded.NONE.value: Part("No change", "N", "good"),
    ChangeNeeded.SOME.value: Part("Some change", "S", "fair"),
    ChangeNeeded.SIGNIFICANT.value: Part("Significant change", "Si", "partly"),
    ChangeNeeded.FUNDAMENTAL.value: Part("Fundamental change", "F", "weak"),
}


@guard(Action.ANSWER_LEADERS, on=Trust, by="ods_code")
def leaders(request: SignedInRequest, trust: Trust) -> HttpResponse:
    """The questions, once a year; whoever has answered is shown what they said."""
    year = timezone.localdate().year
    given = LeadersView.objects.visible_to(request.user).filter(trust=trust, year=year).first()
    form = None if given else LeadersForm(typed(request), elements=list(leadership_elements(Standard.objects.newest())))
    keep = f"leaders-{trust.pk}-{year}"
    if request.method == "POST" and form and form.taken_by(answer_leaders_view, trust=trust, by=request.user):
        messages.success(request, f"Thank you. Your view for {year} is kept.", extra_tags=keep)
        return redirect("assessments:leaders_results", trust.ods_code)
    answers = given.answers.select_related("element").order_by("element__position") if given else []
    context = {"trust": trust, "year": year, "form": form, "given": given, "answers": answers, "keep": keep}
    return render(request, "assessments/leaders.html", context | {"crumbs": crumbs(trust)})


@guard(Action.ANSWER_LEADERS, on=Trust, by="ods_code")
def results(request: SignedInRequest, trust: Trust) -> HttpResponse:
    by_year = LeadersView.objects.change_needed(trust)
    years = list(by_year) or [timezone.localdate().year]
    year = next((one for one in years if str(one) == request.GET.get("year")), years[0])
    change = by_year.get(year, nobodys())
    compared = compare(change, MUCH_CHANGE)
    context = {
        "trust": trust,
        "year": year,
        "years": list(by_year),
        "smallest": SMALLEST_GROUP,
        "compared": compared,
        "sentence": in_words(compared),
        "chart": chart_of(change, year) if compared.own is not None or compared.others is not None else None,
        "lines": lines(trust, year),
        "crumbs": crumbs(trust),
    }
    return render(request, "assessments/leaders_results.html", context)


def crumbs(trust: Trust) -> list[dict[str, str]]:
    home = {"title": "Home", "url": reverse("portal:home")}
    return [home, {"title": "Dashboard", "url": reverse("portal:dashboard", args=[trust.ods_code])}]


def compare(counts: Counts, wanted: tuple[str, ...]) -> Compared:
    return Compared(own=part_of(counts[True], wanted), others=part_of(counts[False], wanted))


def chart_of(change: Counts, year: int) -> Chart:
    """Two bars of a hundred; a group that is too small has none."""
    names = {True: "Your trust’s leaders", False: "Leaders of all other trusts"}
    bars = [Bar(f"{name} (%)", shares(change[own], ChangeNeeded)) for own, name in names.items()]
    return stacked(bars, parts=PARTS, name="leaders", title=f"How much has to change, {year} (%)", head="Whose answers")


def lines(trust: Trust, year: int) -> list[dict[str, Any]]:
    """An element a line, with who agrees."""
    return [
        {"number": number, "title": title, "compared": compare(counts, AGREEING)}
        for number, (title, counts) in LeadersAnswer.objects.agreements(trust, year).items()
    ]
