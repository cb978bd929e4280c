"""Forms that save themselves while somebody types: the same service as a press on Save, answered in a few words."""

from collections.abc import Callable
from datetime import datetime

from django import forms
from django.http import JsonResponse

from assessments.services.refusals import Refused, SavedByAColleague
from departments.access import SignedInRequest
from departments.models import User
from departments.views import autosave


def autosaved(
    request: SignedInRequest, form: forms.Form, save: Callable[[], tuple[int, datetime | None]]
) -> JsonResponse:
    """`save` stores the words of the form and gives back the version that they have now, and when."""
    if autosave.sent_by_another(request):
        return autosave.refused(["Somebody else is signed in now in this browser."])
    if not form.is_valid():
        return autosave.refused(autosave.errors_of(form))
    try:
        return autosave.saved(*save())
    except SavedByAColleague as error:
        return autosave.overtaken(who_was_first(getattr(error.row, "edited_by", None), request.user))
    except Refused as refused:
        return autosave.refused(refused.reasons)


def who_was_first(colleague: User | None, reader: User) -> str:
    """Who saved meanwhile, as the reader is told."""
    if colleague == reader:
        return "You saved this in another window after you opened it here."
    return f"{colleague.name if colleague else 'A colleague'} saved this after you opened it."
