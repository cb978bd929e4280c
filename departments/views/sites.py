"""A trust's sites, and the partners that host some of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render

from departments.access import Action, SignedInRequest, guard
from departments.forms.organisations import PartnerForm, SiteForm
from departments.models import Partner, Site, Trust
from departments.services import organisations
from departments.services.refusals import Refused
from departments.views import breadcrumbs
from departments.views.typed import typed

SITES_A_PAGE = 50


@guard(Action.MANAGE_DEPARTMENTS, on=Trust, by="ods_code")
def sites(request: SignedInRequest, trust: Trust) -> HttpResponse:
    rows = Site.objects.filter(trust=trust).select_related("partner").order_by("name")
    partners = Partner.objects.filter(trust=trust).order_by("name")
    return render(
        request,
        "departments/sites.html",
        {
            "trust": trust,
            "page": Paginator(rows.annotate(service_count=Count("services")), SITES_A_PAGE).get_page(
                request.GET.get("page")
            ),
            "partners": partners.annotate(site_count=Count("sites")),
            "crumbs": breadcrumbs.to_trust(request.user, trust),
        },
    )


@guard(Action.MANAGE_DEPARTMENTS, on=Trust, by="ods_code")
def add_site(request: SignedInRequest, trust: Trust) -> HttpResponse:
    form = SiteForm(typed(request), trust=trust)
    keep = "site-new"
    if request.method == "POST":
        added = form.taken_by(organisations.add_site, trust=trust, by=request.user)
        if added:
            messages.success(request, f"{added} is added.", extra_tags=keep)
            return redirect("departments:sites", trust.ods_code)
    return render_form(request, "departments/site_form.html", trust, form=form, keep=keep)


@guard(Action.MANAGE_DEPARTMENTS, on=Site)
def edit_site(request: SignedInRequest, site: Site) -> HttpResponse:
    initial = model_to_dict(site, ["name", "kind", "town", "postcode", "partner"])
    form = SiteForm(typed(request), trust=site.trust, initial=initial)
    keep = f"site-{site.pk}"
    if request.method == "POST":
        changed = form.taken_by(organisations.change_site, site=site, by=request.user)
        if changed:
            messages.success(request, f"{changed} is changed.", extra_tags=f"site-{site.pk}")
            return redirect("departments:sites", site.trust.ods_code)
    return render_form(request, "departments/site_form.html", site.trust, form=form, site=site, keep=keep)


@guard(Action.MANAGE_DEPARTMENTS, on=Site)
def remove_site(request: SignedInRequest, site: Site) -> HttpResponse:
    if request.method == "POST":
        return removed(request, site, lambda: organisations.remove_site(site=site, by=request.user))
    used_by = organisations.services_at(site)
    return render_form(request, "departments/site_remove.html", site.trust, site=site, used_by=used_by)


@guard(Action.MANAGE_DEPARTMENTS, on=Trust, by="ods_code")
def add_partner(request: SignedInRequest, trust: Trust) -> HttpResponse:
    form = PartnerForm(typed(request))
    keep = "partner-new"
    if request.method == "POST":
        added = form.taken_by(organisations.add_partner, trust=trust, by=request.user)
        if added:
            messages.success(request, f"{added} is added.", extra_tags=keep)
            return redirect("departments:sites", trust.ods_code)
    return render_form(request, "departments/partner_form.html", trust, form=form, keep=keep)


@guard(Action.MANAGE_DEPARTMENTS, on=Partner)
def edit_partner(request: SignedInRequest, partner: Partner) -> HttpResponse:
    initial = model_to_dict(partner, ["name", "kind"])
    form = PartnerForm(typed(request), initial=initial)
    keep = f"partner-{partner.pk}"
    if request.method == "POST":
        changed = form.taken_by(organisations.change_partner, partner=partner, by=request.user)
        if changed:
            messages.success(request, f"{changed} is changed.", extra_tags=f"partner-{partner.pk}")
            return redirect("departments:sites", partner.trust.ods_code)
    return render_form(request, "departments/partner_form.html", partner.trust, form=form, partner=partner, keep=keep)


@guard(Action.MANAGE_DEPARTMENTS, on=Partner)
def remove_partner(request: SignedInRequest, partner: Partner) -> HttpResponse:
    if request.method == "POST":
        return removed(request, partner, lambda: organisations.remove_partner(partner=partner, by=request.user))
    used_by = organisations.sites_of(partner)
    return render_form(request, "departments/partner_remove.html", partner.trust, partner=partner, used_by=used_by)


def removed(request: SignedInRequest, row: Site | Partner, remove: Callable[[], None]) -> HttpResponse:
    """Back to the list, with what came of removing a row."""
    try:
        remove()
    except Refused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, f"{row.name} is removed.")
    return redirect("departments:sites", row.trust.ods_code)


def render_form(request: SignedInRequest, template: str, trust: Trust, **words: Any) -> HttpResponse:
    """A page about one site or partner, one step below the list of them."""
    return render(request, template, {"trust": trust, "crumbs": breadcrumbs.to_sites(request.user, trust), **words})
