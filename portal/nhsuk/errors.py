"""What stands at the top of a page whose form was refused: the error summary and the mark in the title."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.utils.safestring import SafeString

from portal.nhsuk.components import component, words
from portal.nhsuk.params import messages, target_id


def forms_in(candidates: tuple[Any, ...]) -> Iterator[BaseForm]:
    """Every bound form among `candidates`, those of formsets included; anything else is passed over."""
    for candidate in candidates:
        if isinstance(candidate, BaseFormSet):
            yield from (form for form in candidate.forms if form.is_bound)
        elif isinstance(candidate, BaseForm) and candidate.is_bound:
            yield candidate


def errors_of(form: BaseForm) -> list[dict[str, Any]]:
    """The errors of a form in the order of its fields; what concerns the whole form leads to its first field."""
    targets = {name: target_id(form[name]) for name in form.fields}
    first = next((target for target in targets.values() if target), "")
    found: list[dict[str, Any]] = []
    concerning_all: list[tuple[list[Any], str]] = [(list(form.non_field_errors()), first)]
    for listed, target in concerning_all + [(messages(form[name]), target) for name, target in targets.items()]:
        for message in listed:
            entry: dict[str, Any] = words(message)
            if target:
                entry["href"] = f"#{target}"
            if entry not in found:
                found.append(entry)
    return found


def error_list(*candidates: Any) -> list[dict[str, Any]]:
    """The errors of several forms and formsets, as the error summary takes them."""
    whole = [words(error) for one in candidates if isinstance(one, BaseFormSet) for error in one.non_form_errors()]
    return whole + [entry for form in forms_in(candidates) for entry in errors_of(form)]


def error_summary(*candidates: Any) -> SafeString:
    """The summary with a link to each field, once a page: what is shown already stays out of the form itself."""
    fresh = [one for one in candidates if not getattr(one, "error_summary_shown", False)]
    errors = error_list(*fresh)
    if not errors:
        return SafeString("")
    for one in fresh:
        if isinstance(one, BaseForm | BaseFormSet):
            one.error_summary_shown = True  # type: ignore[union-attr]
    return component("error-summary", {"titleText": "There is a problem", "errorList": errors})


def error_title(*candidates: Any) -> str:
    """What the page's title begins with when a form was refused, so that it is the first thing read out."""
    return "Error: " if error_list(*candidates) else ""
