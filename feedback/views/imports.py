"""A trust's files of figures: the list, sending one, undoing one, giving one up."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from departments.access import Action, SignedInRequest, guard
from departments.models import Trust
from departments.services.refusals import Refused
from departments.views import breadcrumbs
from feedback.forms.imports import SendForm
from feedback.models import FeedbackImport, Place
from feedback.periods import period_in_words
from feedback.services import replacing, sending

IMPORTS_A_PAGE = 25


@guard(Action.IMPORT_FEEDBACK, on=Trust, by="ods_code")
def imports(request: SignedInRequest, trust: Trust) -> HttpResponse:
    # Counted in the query of the rows: before the first file there is nothing to decide.
    waiting = Place.objects.undecided().filter(trust=OuterRef("trust")).order_by().values("trust")
    undecided = Subquery(waiting.annotate(n=Count("pk")).values("n"))
    rows = FeedbackImport.objects.visible_to(request.user).filter(trust=trust).annotate(undecided=undecided)
    page = Paginator(rows, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "trust": trust,
        "page": page,
        "lines": [{"row": row, "period": period_of(row)} for row in page],
        "undecided": getattr(page[0], "undecided", 0) if page else 0,
        "crumbs": breadcrumbs.to_trust(request.user, trust),
    }
    return render(request, "feedback/imports.html", context)


def period_of(brought: FeedbackImport) -> str:
    """The period of a file in words; nothing while it is not known."""
    if brought.starts_on is None or brought.ends_on is None:
        return ""
    return period_in_words(brought.starts_on, brought.ends_on)


def crumbs_to_imports(request: SignedInRequest, trust: Trust) -> breadcrumbs.Crumbs:
    here = {"title": "Patients’ and staff’s views", "url": reverse("feedback:imports", args=[trust.ods_code])}
    return [*breadcrumbs.to_trust(request.user, trust), here]


@guard(Action.IMPORT_FEEDBACK, on=Trust, by="ods_code")
def send(request: SignedInRequest, trust: Trust) -> HttpResponse:
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = SendForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            brought = form.taken_by(sending.send_file, trust=trust, name=file.name or "", by=request.user)
            if brought:
                return redirect("feedback:import", brought.pk)
    context = {"form": form, "trust": trust, "crumbs": crumbs_to_imports(request, trust)}
    return render(request, "feedback/send.html", context)


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
@require_POST
def give_up(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    try:
        sending.give_up(brought=brought, by=request.user)
    except Refused as refused:
        messages.warning(request, refused.reason)
        return redirect("feedback:import", brought.pk)
    messages.success(request, f"Nothing of “{brought.name}” was imported.")
    return redirect("feedback:imports", brought.trust.ods_code)


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
def undo(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    """Asks whether one is sure, and undoes an import."""
    if request.method == "POST":
        try:
            replacing.undo_import(brought=brought, by=request.user)
        except Refused as refused:
            messages.warning(request, refused.reason)
        else:
            messages.success(request, f"The import of “{brought.name}” is undone: its figures count no more.")
        return redirect("feedback:import", brought.pk)
    here = {"title": brought.name, "url": reverse("feedback:import", args=[brought.pk])}
    context = {
        "brought": brought,
        "period": period_of(brought),
        "replaced": FeedbackImport.objects.filter(replaced_by=brought).with_names().defer("found").first(),
        "crumbs": [*crumbs_to_imports(request, brought.trust), here],
    }
    return render(request, "feedback/undo.html", context)
