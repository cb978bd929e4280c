"""A trust's files as its administrator keeps them: space, quarantine, legal holds, rules, what was destroyed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from departments.views import breadcrumbs
from departments.views.typed import typed
from files.forms.keeping import HoldForm, LiftForm
from files.models import IntegrityCheck, LegalHold
from files.services import figures, holds
from files.services.limits import quota_of, used_by
from files.services.retention import retention_rules

DESTRUCTIONS_A_PAGE = 25
LIFTED_SHOWN = 20


@guard(Action.KEEP_FILES, on=Trust, by="ods_code")
def kept(request: SignedInRequest, trust: Trust) -> HttpResponse:
    rules = retention_rules()
    page = Paginator(figures.destructions_of(trust), DESTRUCTIONS_A_PAGE).get_page(request.GET.get("page"))
    every_hold = LegalHold.objects.visible_to(request.user).filter(trust=trust)
    context = {
        "trust": trust,
        "used": used_by(trust),
        "quota": quota_of(trust),
        "departments": figures.space_by_department(trust),
        "kept_shut": figures.kept_shut(trust),
        "holds": every_hold.standing(),
        "lifted": every_hold.exclude(lifted_at=None)[:LIFTED_SHOWN],
        "rules": rules.values(),
        "page": page,
        "lines": [{"row": row, "rule": rules[row.rule].what if row.rule in rules else row.rule} for row in page],
        "check": IntegrityCheck.objects.first(),
        "crumbs": breadcrumbs.to_trust(request.user, trust),
    }
    return render(request, "files/kept.html", context)


def crumbs_of(request: SignedInRequest, trust: Trust) -> breadcrumbs.Crumbs:
    here = {"title": "Files", "url": reverse("files:kept", args=[trust.ods_code])}
    return [*breadcrumbs.to_trust(request.user, trust), here]


@guard(Action.KEEP_FILES, on=Trust, by="ods_code")
def set_hold(request: SignedInRequest, trust: Trust) -> HttpResponse:
    form = HoldForm(typed(request), trust=trust)
    keep = "legal-hold"
    if request.method == "POST":
        hold = form.taken_by(holds.set_hold, trust=trust, by=request.user)
        if hold:
            messages.success(request, "Nothing that it covers is destroyed from now on.", extra_tags=keep)
            return redirect("files:kept", trust.ods_code)
    context = {"form": form, "trust": trust, "keep": keep, "crumbs": crumbs_of(request, trust)}
    return render(request, "files/hold_set.html", context)


@guard(Action.KEEP_FILES, on=LegalHold)
def lift_hold(request: SignedInRequest, hold: LegalHold) -> HttpResponse:
    form = LiftForm(typed(request))
    if request.method == "POST":
        lifted = form.taken_by(holds.lift_hold, hold=hold, by=request.user)
        if lifted:
            messages.success(request, "The hold is lifted.")
            return redirect("files:kept", hold.trust.ods_code)
    context = {"form": form, "hold": hold, "trust": hold.trust, "crumbs": crumbs_of(request, hold.trust)}
    return render(request, "files/hold_lift.html", context)
