"""What people do with an action: plan it, say what has been done, complete it, check it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from assessments.forms.actions import ActionForm, CheckForm, DoneForm, PlanForm
from assessments.forms.words import replace_typed
from assessments.models import CorrectiveAction
from assessments.services.actions import check_action, complete_action, plan_action, return_action, say_what_is_done
from assessments.services.refusals import Refused, SavedByAColleague
from assessments.views.actions import crumbs_within
from departments.access import Action, SignedInRequest, guard, may
from departments.forms.base import refuse
from departments.views.typed import typed


@guard(Action.PLAN_ACTION, on=CorrectiveAction)
def plan(request: SignedInRequest, action: CorrectiveAction) -> HttpResponse:
    """The plan; for whoever answers for the department, the owner and the day too."""
    form = PlanForm(typed(request), action=action, owns=may(request.user, Action.OWN_ACTION, action))
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            plan_action(action=action, version=form.cleaned_data["version"], by=request.user, **form.words())
        except SavedByAColleague:
            colleague = show_both(form, action)
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, "The plan is saved.", extra_tags=f"action-plan-{action.pk}")
            return redirect("assessments:action", action.pk)
    return render(request, "assessments/action_plan.html", page(request, action, form, colleague))


@guard(Action.PLAN_ACTION, on=CorrectiveAction)
def done(request: SignedInRequest, action: CorrectiveAction) -> HttpResponse:
    """What has been done and what shows it; who answers for the department completes the action with it."""
    form = DoneForm(typed(request), action=action)
    colleague = None
    if request.method == "POST" and form.is_valid():
        try:
            return save_or_complete(request, action, form)
        except SavedByAColleague:
            colleague = show_both(form, action)
        except Refused as refused:
            now = CorrectiveAction.objects.get(pk=action.pk)
            replace_typed(form, version=str(now.version))
            refuse(form, refused)
    context = page(request, action, form, colleague) | {"owns": may(request.user, Action.OWN_ACTION, action)}
    return render(request, "assessments/action_done.html", context)


def save_or_complete(request: SignedInRequest, action: CorrectiveAction, form: DoneForm) -> HttpResponse:
    completes, kept = "complete" in request.POST, f"action-done-{action.pk}"
    if completes and not may(request.user, Action.OWN_ACTION, action):
        raise PermissionDenied
    if not (completes and already_completed(request, action)):
        say_what_is_done(action=action, version=form.cleaned_data["version"], by=request.user, **form.words())
        words = "Saved. Complete the action once everything is done."
        if completes:
            complete_action(action=action, by=request.user)
            words = "The action is completed. An assessor or the certification body checks it."
        messages.success(request, words, extra_tags=kept)
    return redirect("assessments:action", action.pk)


def already_completed(request: SignedInRequest, action: CorrectiveAction) -> bool:
    """A second press of the button, or a colleague's a moment ago, is told and changes nothing."""
    if action.completed_by is None:
        return False
    who = "You have" if action.completed_by == request.user else f"{action.completed_by.name} has"
    messages.info(request, f"{who} completed this action already, with the words and evidence below.")
    return True


@guard(Action.CHECK_ACTION, on=CorrectiveAction)
def check(request: SignedInRequest, action: CorrectiveAction) -> HttpResponse:
    """Accept what was done, or give it back with what is still missing."""
    form = CheckForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            if "accept" in request.POST:
                check_action(action=action, by=request.user)
                words = "Accepted. The action is done."
            else:
                return_action(action=action, reason=form.cleaned_data["reason"], by=request.user)
                words = "Returned to the department, with your reason."
        except Refused as refused:
            refuse(form, refused)
        else:
            messages.success(request, words, extra_tags=f"action-check-{action.pk}")
            return redirect("assessments:action", action.pk)
    return render(request, "assessments/action_check.html", page(request, action, form, None))


def page(
    request: SignedInRequest, action: CorrectiveAction, form: forms.Form, colleague: CorrectiveAction | None
) -> dict[str, Any]:
    shown_by = action.shown_by.select_related("version__evidence", "version__file")
    return {
        "action": action,
        "form": form,
        "colleague": colleague,
        "shown_by": shown_by,
        "crumbs": crumbs_within(request, action),
    }


def show_both(form: ActionForm, action: CorrectiveAction) -> CorrectiveAction:
    """Keep this person's words in the form and show the colleague's beside them; the next save is a choice."""
    now = CorrectiveAction.objects.with_names().select_related("edited_by").get(pk=action.pk)
    replace_typed(form, version=str(now.version))
    name = now.edited_by.name if now.edited_by else "Somebody"
    form.add_error(
        None,
        f"{name} saved this action after you opened it, so yours is not saved yet. Both are below: "
        "put together what should stand, then save again.",
    )
    return now
