"""A trust's departments, a department's page, and the services that it runs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard, guard_anywhere, may
from departments.forms.organisations import CorporateForm, DepartmentForm, ServiceForm
from departments.models import Department, Membership, Service, Trust
from departments.rules import DEPARTMENT_ROLES, Role, ServiceKind
from departments.services import organisations
from departments.views import breadcrumbs
from departments.views.typed import typed

DEPARTMENTS_A_PAGE = 25


@guard_anywhere(Action.LIST_DEPARTMENTS)
def my_trust(request: SignedInRequest) -> HttpResponse:
    """Leads to the departments of one's trust, and asks which when there are several."""
    visible = Trust.objects.visible_to(request.user)
    trusts = [trust for trust in visible if may(request.user, Action.LIST_DEPARTMENTS, trust)]
    if len(trusts) == 1:
        return redirect("departments:trust_departments", trusts[0].ods_code)
    crumbs = [{"title": "Home", "url": reverse("portal:home")}]
    return render(request, "departments/my_trust.html", {"trusts": trusts, "crumbs": crumbs})


@guard(Action.LIST_DEPARTMENTS, on=Trust, by="ods_code")
def trust_departments(request: SignedInRequest, trust: Trust) -> HttpResponse:
    page = Paginator(departments_of(trust), DEPARTMENTS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "departments/trust_departments.html",
        {
            "trust": trust,
            "page": page,
            "facts": facts_about(trust),
            "corporate": Department.objects.filter(trust=trust, is_corporate=True).first(),
            "may_manage": may(request.user, Action.MANAGE_DEPARTMENTS, trust),
            "may_manage_people": may(request.user, Action.MANAGE_PEOPLE, trust),
            "crumbs": breadcrumbs.to_trust(request.user, trust)[:1],
        },
    )


def departments_of(trust: Trust) -> QuerySet[Department]:
    """A trust's departments with how many services each runs and who leads it."""
    leads = Membership.objects.current().filter(role=Role.LEAD).select_related("user").order_by("user__name")
    return (
        Department.objects.filter(trust=trust)
        .select_related("treatment_function")
        .annotate(service_count=Count("services"))
        .order_by("name")
        .prefetch_related(Prefetch("memberships", queryset=leads, to_attr="leads"))
    )


def facts_about(trust: Trust) -> list[dict[str, str]]:
    """What the national register says of a trust, and who certifies it."""
    return [
        {"key": "ODS code", "value": trust.ods_code},
        {"key": "Type", "value": trust.type_in_words},
        {"key": "Region", "value": trust.region},
        {"key": "Integrated care board", "value": trust.icb_name},
        {"key": "Certification body", "value": trust.body.name if trust.body else "None serves this trust yet"},
    ]


@guard(Action.MANAGE_DEPARTMENTS, on=Trust, by="ods_code")
def add_department(request: SignedInRequest, trust: Trust) -> HttpResponse:
    form = DepartmentForm(typed(request))
    keep = "department-new"
    if request.method == "POST":
        added = form.taken_by(organisations.add_department, trust=trust, by=request.user)
        if added:
            messages.success(request, f"{added} is added. Say which services it runs.", extra_tags=keep)
            return redirect("departments:detail", added.pk)
    crumbs = breadcrumbs.to_trust(request.user, trust)
    words = {"form": form, "trust": trust, "crumbs": crumbs, "keep": keep}
    return render(request, "departments/department_form.html", words)


@guard(Action.MANAGE_DEPARTMENTS, on=Trust, by="ods_code")
def add_corporate(request: SignedInRequest, trust: Trust) -> HttpResponse:
    """Enter the trust’s corporate services; where they are entered already, on to their page."""
    there = Department.objects.filter(trust=trust, is_corporate=True).first()
    if there is not None:
        messages.info(request, f"Your trust’s corporate services are entered already: {there}.")
        return redirect("departments:detail", there.pk)
    form, keep = CorporateForm(typed(request)), "department-corporate"
    if request.method == "POST":
        added = form.taken_by(organisations.add_corporate_services, trust=trust, by=request.user)
        if added:
            messages.success(request, f"{added} is added. Invite its lead, who opens its assessment.", extra_tags=keep)
            return redirect("departments:detail", added.pk)
    crumbs = breadcrumbs.to_trust(request.user, trust)
    words = {"form": form, "trust": trust, "crumbs": crumbs, "keep": keep}
    return render(request, "departments/corporate_form.html", words)


@guard(Action.MANAGE_DEPARTMENTS, on=Department)
def edit_department(request: SignedInRequest, department: Department) -> HttpResponse:
    form_class = CorporateForm if department.is_corporate else DepartmentForm
    form = form_class(typed(request), initial=model_to_dict(department, ["name", "treatment_function", "about"]))
    keep = f"department-{department.pk}"
    if request.method == "POST":
        changed = form.taken_by(organisations.change_department, department=department, by=request.user)
        if changed:
            messages.success(request, f"{changed} is changed.", extra_tags=keep)
            return redirect("departments:detail", changed.pk)
    crumbs = breadcrumbs.to_department(request.user, department)
    words = {"form": form, "trust": department.trust, "department": department, "crumbs": crumbs, "keep": keep}
    return render(request, "departments/department_form.html", words)


@guard(Action.READ_DEPARTMENT, on=Department)
def detail(request: SignedInRequest, department: Department) -> HttpResponse:
    user = request.user
    return render(
        request,
        "departments/detail.html",
        {
            "department": department,
            "services": services_by_kind(department),
            "people": people_of(department),
            "may_manage": may(user, Action.MANAGE_DEPARTMENTS, department),
            "may_manage_people": may(user, Action.MANAGE_PEOPLE, department),
            "may_open_assessment": may(user, Action.OPEN_ASSESSMENT, department),
            "may_read_library": may(user, Action.READ_LIBRARY, department),
            "may_list_assessments": may(user, Action.LIST_ASSESSMENTS, department),
            "may_read_benchmark": may(user, Action.READ_BENCHMARK, department),
            "may_read_feedback": may(user, Action.READ_FEEDBACK, department),
            "crumbs": breadcrumbs.to_department(user, department)[:-1],
        },
    )


def services_by_kind(department: Department) -> list[tuple[str, list[Service]]]:
    """What a department runs and where, in the order of the kinds of service."""
    services = list(department.services.prefetch_related("sites__partner"))
    by_kind = [(kind.label, [service for service in services if service.kind == kind]) for kind in ServiceKind]
    return [(label, members) for label, members in by_kind if members]


def people_of(department: Department) -> list[tuple[str, list[str]]]:
    """The names of a department's people, by role."""
    held = Membership.objects.current().filter(department=department).select_related("user").order_by("user__name")
    people = list(held)
    return [(role.label, [one.user.name for one in people if one.role == role]) for role in DEPARTMENT_ROLES]


@guard(Action.MANAGE_DEPARTMENTS, on=Department)
def add_service(request: SignedInRequest, department: Department) -> HttpResponse:
    form = ServiceForm(typed(request), trust=department.trust)
    keep = f"service-new-{department.pk}"
    if request.method == "POST":
        added = form.taken_by(organisations.add_service, department=department, by=request.user)
        if added:
            messages.success(request, f"{added} is added to {department}.", extra_tags=keep)
            return redirect("departments:detail", department.pk)
    crumbs = breadcrumbs.to_department(request.user, department)
    words = {"form": form, "department": department, "crumbs": crumbs, "keep": keep}
    return render(request, "departments/service_form.html", words)


@guard(Action.MANAGE_DEPARTMENTS, on=Service)
def edit_service(request: SignedInRequest, service: Service) -> HttpResponse:
    form = ServiceForm(
        typed(request),
        trust=service.department.trust,
        initial=model_to_dict(service, ["name", "kind", "sites"]),
    )
    keep = f"service-{service.pk}"
    if request.method == "POST":
        changed = form.taken_by(organisations.change_service, service=service, by=request.user)
        if changed:
            messages.success(request, f"{changed} is changed.", extra_tags=keep)
            return redirect("departments:detail", service.department_id)
    crumbs = breadcrumbs.to_department(request.user, service.department)
    words = {"form": form, "service": service, "department": service.department, "crumbs": crumbs, "keep": keep}
    return render(request, "departments/service_form.html", words)


@guard(Action.MANAGE_DEPARTMENTS, on=Service)
def remove_service(request: SignedInRequest, service: Service) -> HttpResponse:
    if request.method == "POST":
        organisations.remove_service(service=service, by=request.user)
        messages.success(request, f"{service} is removed from {service.department}.")
        return redirect("departments:detail", service.department_id)
    crumbs = breadcrumbs.to_department(request.user, service.department)
    return render(request, "departments/service_remove.html", {"service": service, "crumbs": crumbs})
