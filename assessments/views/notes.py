"""The assessor's private note on an element: on the element's page, and on a page of its own without JavaScript."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.queries import NoteForm
from assessments.forms.words import replace_typed
from assessments.models import Assessment, Element, PrivateNote
from assessments.services.notes import keep_note
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views import breadcrumbs
from assessments.views.autosaving import autosaved
from assessments.views.evidence import find_element
from departments.access import Action, SignedInRequest, guard, may
from departments.views.autosave import is_autosave
from departments.views.typed import typed


@guard(Action.KEEP_NOTES, on=Assessment)
def note(request: SignedInRequest, assessment: Assessment, number: str) -> HttpResponse:
    element = find_element(assessment, number)
    form = NoteForm(typed(request), note=find_note(request, assessment, element))
    other: PrivateNote | None = None
    if is_autosave(request):
        return autosaved(request, form, lambda: keep(request, assessment, element, form))
    if request.method == "POST" and form.is_valid():
        try:
            keep(request, assessment, element, form)
        except SavedByAColleague:
            other = show_both(request, assessment, element, form)
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, "Your note is saved.", extra_tags=f"note-{number}")
            return redirect("assessments:element", assessment.pk, number)
    context = {"assessment": assessment, "element": element, "form": form, "other": other}
    context["crumbs"] = breadcrumbs.to_element(assessment, element)
    return render(request, "assessments/private_note.html", context)


def keep(
    request: SignedInRequest, assessment: Assessment, element: Element, form: NoteForm
) -> tuple[int, datetime | None]:
    """The version that the note has now, and when it was saved."""
    said = {"version": form.cleaned_data["version"], "text": form.cleaned_data["note"]}
    note = keep_note(assessment=assessment, element=element, by=request.user, **said)
    return note.version, note.edited_at


def find_note(request: SignedInRequest, assessment: Assessment, element: Element) -> PrivateNote | None:
    return PrivateNote.objects.filter(assessment=assessment, element=element, author=request.user).first()


def show_both(request: SignedInRequest, assessment: Assessment, element: Element, form: NoteForm) -> PrivateNote | None:
    """Keep what was typed, and show what was saved from another window of the same person."""
    saved = find_note(request, assessment, element)
    replace_typed(form, version=str(saved.version if saved else 0))
    form.add_error(
        None,
        "You saved this note from another window after you opened this page. Both texts are below: put together what "
        "should stand, then save again.",
    )
    return saved


def on_element(request: SignedInRequest, assessment: Assessment, element: Element) -> dict[str, Any]:
    """The form of one's own note, for who may keep one; nothing at all for everybody else."""
    if not may(request.user, Action.KEEP_NOTES, assessment):
        return {}
    return {"note_form": NoteForm(note=find_note(request, assessment, element))}
