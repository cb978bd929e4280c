"""The drafts of a page's forms, which static/js/kept.js asks for and sends."""

from django.http import JsonResponse
from django.utils import timezone

from departments.access import Action, SignedInRequest, guard_anywhere
from departments.forms.drafts import DraftForm
from departments.models import Draft
from departments.services.drafts import give_up_drafts, keep_draft
from departments.views.autosave import errors_of, overtaken, refused, sent_by_another


@guard_anywhere(Action.SEE_HOME)
def drafts(request: SignedInRequest) -> JsonResponse:
    """One's own drafts for `path`, by the form's name; a POST keeps one, or gives it up."""
    return keep(request) if request.method == "POST" else found(request)


def found(request: SignedInRequest) -> JsonResponse:
    path = request.GET.get("path", "")
    rows = Draft.objects.visible_to(request.user).with_words().filter(path=path)
    return JsonResponse({row.name: as_kept(row) for row in rows})


def as_kept(row: Draft) -> dict[str, object]:
    """As the browser keeps them: the time in milliseconds since 1970."""
    return {"at": int(row.saved_at.timestamp() * 1000), "values": row.values, "version": row.version}


def keep(request: SignedInRequest) -> JsonResponse:
    if sent_by_another(request):
        return overtaken("")
    form = DraftForm(request.POST)
    if not form.is_valid():
        return refused(errors_of(form))
    said = form.cleaned_data
    if not said["values"]:
        give_up_drafts(path=said["path"], name=said["name"], by=request.user)
        return JsonResponse({})
    row = keep_draft(**said, by=request.user)
    return JsonResponse({"kept_at": f"{timezone.localtime(row.saved_at):%H:%M}"} if row else {})
