"""What was said of a department: the list, and entering one more."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard, may
from departments.models import Department
from departments.views import breadcrumbs
from departments.views.typed import typed
from feedback.forms.remarks import RemarkForm
from feedback.models import Remark
from feedback.services.remarks import add_remark, remove_remark

REMARKS_A_PAGE = 25


@guard(Action.READ_FEEDBACK, on=Department)
def remarks(request: SignedInRequest, department: Department) -> HttpResponse:
    rows = Remark.objects.visible_to(request.user).filter(department=department)
    context = {
        "department": department,
        "page": Paginator(rows, REMARKS_A_PAGE).get_page(request.GET.get("page")),
        "may_add": may(request.user, Action.ADD_REMARK, department),
        "crumbs": breadcrumbs.to_department(request.user, department),
    }
    return render(request, "feedback/remarks.html", context)


@guard(Action.ADD_REMARK, on=Remark)
def remove(request: SignedInRequest, remark: Remark) -> HttpResponse:
    """Asks whether one is sure, and takes a remark away."""
    department = remark.department
    if request.method == "POST":
        remove_remark(remark=remark, by=request.user)
        messages.success(request, "The remark is removed.")
        return redirect("feedback:remarks", department.pk)
    context = {"remark": remark, "department": department, "crumbs": crumbs_to_remarks(request, department)}
    return render(request, "feedback/remark_remove.html", context)


def crumbs_to_remarks(request: SignedInRequest, department: Department) -> breadcrumbs.Crumbs:
    here = {"title": "What people said", "url": reverse("feedback:remarks", args=[department.pk])}
    return [*breadcrumbs.to_department(request.user, department), here]


@guard(Action.ADD_REMARK, on=Department)
def add(request: SignedInRequest, department: Department) -> HttpResponse:
    form, keep = RemarkForm(typed(request)), f"remark-{department.pk}"
    if request.method == "POST":
        added = form.taken_by(add_remark, department=department, by=request.user)
        if added:
            messages.success(request, f"The {added.get_kind_display().lower()} is added.", extra_tags=keep)
            return redirect("feedback:remarks", department.pk)
    crumbs = crumbs_to_remarks(request, department)
    context = {"form": form, "department": department, "keep": keep, "crumbs": crumbs}
    return render(request, "feedback/remark_add.html", context)
