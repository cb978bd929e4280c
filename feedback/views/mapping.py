"""The mapping screen: which columns of a survey of the trust's own are which measures."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from departments.access import Action, SignedInRequest, guard
from departments.views.typed import typed
from feedback.forms.mapping import MOST_FIGURES, MappingForm
from feedback.models import FeedbackImport
from feedback.rules import ImportState
from feedback.services.found import head_of
from feedback.services.mapping import map_columns
from feedback.views.imports import crumbs_to_imports


@guard(Action.IMPORT_FEEDBACK, on=FeedbackImport)
def columns(request: SignedInRequest, brought: FeedbackImport) -> HttpResponse:
    tables = head_of(brought).get("tables") or []
    if not tables or brought.state not in (ImportState.TO_CONFIRM, ImportState.REFUSED):
        messages.info(request, "The columns of this file are not asked for.")
        return redirect("feedback:import", brought.pk)
    table = tables[number_in(request.GET.get("sheet"), most=len(tables) - 1)]
    sent = typed(request)
    asked, more = number_in(sent.get("asked") if sent else "1", most=MOST_FIGURES) or 1, bool(sent and "more" in sent)
    form = MappingForm(None if more else sent, columns=table["columns"], trust=brought.trust, asked=asked)
    if more and sent:
        form = again_with_more(form, sent, table, brought)
    elif request.method == "POST" and read_again(form, table, brought, request):
        return redirect("feedback:import", brought.pk)
    return render(request, "feedback/columns.html", page(request, brought, form, tables, table))


def number_in(words: str | None, *, most: int) -> int:
    """A number of an address or a hidden field, within its bounds; what is none is the first."""
    return min(int(words), most) if words and words.isdecimal() and len(words) < 5 else 0


def again_with_more(form: MappingForm, sent: Any, table: dict[str, Any], brought: FeedbackImport) -> MappingForm:
    """The same page with one column more to ask of, and everything typed so far."""
    fuller = MappingForm(None, columns=table["columns"], trust=brought.trust, asked=form.asked + 1)
    fuller.initial = {name: sent.get(name) for name in form.fields if name in sent}
    return fuller


def read_again(form: MappingForm, table: dict[str, Any], brought: FeedbackImport, request: SignedInRequest) -> bool:
    if not form.is_valid():
        return False
    told = {"sheet": table["sheet"], "header_row": table["header_row"]}
    return form.taken_again(map_columns, brought=brought, by=request.user, **told)


def page(
    request: SignedInRequest,
    brought: FeedbackImport,
    form: MappingForm,
    tables: list[dict[str, Any]],
    table: dict[str, Any],
) -> dict[str, Any]:
    here = {"title": brought.name, "url": reverse("feedback:import", args=[brought.pk])}
    return {
        "brought": brought,
        "form": form,
        "table": table,
        "sheets": [
            {"number": number, "name": one["sheet"], "current": one is table} for number, one in enumerate(tables)
        ],
        "may_more": form.asked < MOST_FIGURES,
        "crumbs": [*crumbs_to_imports(request, brought.trust), here],
    }
