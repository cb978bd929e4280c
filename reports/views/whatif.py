"""What if: a certifier tries bands and sees what the rule would say. Nothing is saved."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from assessments.models import Assessment, Finding
from assessments.rules import AwardRule, Band, WrongRating, decide_award
from assessments.services import cycle
from assessments.views import breadcrumbs
from assessments.whatif import what_if
from departments.access import Action, SignedInRequest, guard
from reports.forms import TryForm

MOST_TRIED = 57


@guard(Action.DECIDE, on=Assessment)
def try_bands(request: SignedInRequest, assessment: Assessment) -> HttpResponse:
    """The address holds what is tried, so that the page works by itself and can be gone back to."""
    rule, found = assessment.standard.rule(), cycle.ratings_of(assessment)
    names = titles_of(assessment)
    choices = [(number, f"{number} {title}") for number, title in names.items()]
    form = TryForm(request.GET if "element" in request.GET else None, elements=choices)
    tried = read_tried(request.GET.getlist("try"), rule)
    if form.is_valid():
        element, band = form.cleaned_data["element"], form.cleaned_data["band"]
        try_one(form, rule, tried, element, band)
    ratings = {**found, **tried}
    context = {
        "assessment": assessment,
        "form": form,
        "verdict": decide_award(rule, found),
        "tried": [line(number, names.get(number, ""), found, tried) for number in tried],
        "would_be": decide_award(rule, ratings),
        "sentences": what_if(rule, ratings).sentences,
        "crumbs": breadcrumbs.to_assessment(assessment),
    }
    return render(request, "reports/what_if.html", context)


def titles_of(assessment: Assessment) -> dict[str, str]:
    """The elements' titles by their numbers, in the standard's order."""
    rows = Finding.objects.filter(assessment=assessment).order_by("element__position")
    return dict(rows.values_list("element__number", "element__title"))


def try_one(form: TryForm, rule: AwardRule, tried: dict[str, str], element: str, band: str) -> None:
    """Add one to what is tried, unless the standard does not allow that band there."""
    try:
        decide_award(rule, {element: band})
    except WrongRating as wrong:
        form.add_error("band", wrong.message)
    else:
        tried[element] = band


def read_tried(pairs: list[str], rule: AwardRule) -> dict[str, str]:
    """What the address says is tried, such as 4.3.5:compliant; what the standard does not know is left out."""
    tried: dict[str, str] = {}
    for pair in pairs[:MOST_TRIED]:
        element, _, band = pair.partition(":")
        allowed = band != Band.NOT_APPLICABLE or element in rule.not_applicable_allowed
        if element in rule.elements and band in Band.values and allowed:
            tried[element] = band
    return tried


def line(number: str, title: str, found: dict[str, str | None], tried: dict[str, str]) -> dict[str, str]:
    """One element that is tried, and the address without it."""
    others = [("try", f"{element}:{band}") for element, band in tried.items() if element != number]
    return {
        "number": number,
        "title": title,
        "found": found.get(number) or "",
        "tried": tried[number],
        "pair": f"{number}:{tried[number]}",
        "without": f"?{urlencode(others)}",
    }
