"""Tags of the template pack `nhsuk`: fields, error summary, title mark, bands, stages and any NHS component."""

from html import unescape
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from portal.nhsuk import errors, marks
from portal.nhsuk.components import component, plain
from portal.nhsuk.fields import render_field

register = template.Library()


@register.simple_tag(takes_context=True)
def nhsuk_field(context: Context, bound: BoundField) -> SafeString:
    """A bound field as an NHS component, within what crispy's helper asked for."""
    if not context.get("form_show_labels", True):
        bound.field.widget.attrs.setdefault("label-hidden", True)
    shown = bool(context.get("form_show_errors", True))
    return render_field(bound, wrapper_class=context.get("wrapper_class") or "", show_errors=shown)


@register.simple_tag
def nhsuk(name: str, **params: Any) -> SafeString:
    """Any NHS component by name: {% nhsuk "warning-callout" heading="Important" text=message %}.

    Strings are text, words written in a template included (Django calls those safe); HTML goes where it says html.
    """
    given = {
        key: plain(value) if isinstance(value, str) and not key.lower().endswith("html") else value
        for key, value in params.items()
    }
    return component(name, given)


@register.simple_tag
def nhsuk_button(button: Any) -> SafeString:
    """A button of a crispy layout; Bootstrap's classes, which crispy gives by itself, are left out."""
    classes = " ".join(one for one in button.field_classes.split() if not one.startswith("btn"))
    text = unescape(plain(button.value))
    params = {"text": text, "type": button.input_type, "name": plain(button.name), "value": text}
    params |= {"id": plain(button.id), "classes": classes, "attributes": button.flat_attrs}
    if button.input_type != "submit" and "nhsuk-button--" not in classes:
        params["variant"] = "secondary"
    return component("button", params)


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """The error summary of forms and formsets; nothing when they are fine or it has been shown."""
    return errors.error_summary(*forms)


@register.simple_tag
def error_title(*forms: Any) -> str:
    """ "Error: " for the title of a page whose form was refused."""
    return errors.error_title(*forms)


@register.simple_tag
def band_tag(code: Any, short: bool = False) -> SafeString:
    """A band code as word, colour and shape; `short=True` for cells."""
    return marks.band(plain(code), bool(short))


@register.simple_tag
def band_cells(codes: list[str], labels: list[str]) -> SafeString:
    """Many bands as the cells of one row, each with the heading of its column: put together at once."""
    return mark_safe("".join(marks.band_cell(code, label) for code, label in zip(codes, labels, strict=True)))


@register.simple_tag
def stage_tag(code: Any) -> SafeString:
    """A stage code as a tag."""
    return marks.tag("stage", plain(code))


@register.simple_tag
def outcome_tag(code: Any) -> SafeString:
    """An outcome code as a tag; nothing while there is no outcome."""
    return marks.tag("outcome", plain(code))


@register.simple_tag
def file_state_tag(code: Any) -> SafeString:
    """How far a file has come, as a tag."""
    return marks.tag("file", plain(code))


@register.simple_tag
def case_tag(code: Any) -> SafeString:
    """How far a case of good practice has come."""
    return marks.tag("case", str(code))


@register.simple_tag
def nomination_tag(code: Any) -> SafeString:
    """What came of a nomination."""
    return marks.tag("nomination", str(code))


@register.simple_tag
def action_tag(code: Any) -> SafeString:
    """How far a corrective action has come."""
    return marks.tag("action", str(code))


@register.simple_tag
def import_tag(code: Any) -> SafeString:
    """How far a file of figures has come."""
    return marks.tag("import", str(code))


@register.simple_tag
def standing_tag(version: Any) -> SafeString:
    """How a version of evidence stands today, as a tag with its date; nothing while it is in date."""
    today = timezone.localdate()
    return marks.standing(str(version.standing(today)), version.standing_words(today))


@register.filter
def band_words(code: Any) -> str:
    """The words of a band code, for sentences and titles."""
    return (marks.BANDS.get(plain(code)) or marks.unknown(plain(code))).words


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """The page numbers to offer: the ends, the neighbours, and an ellipsis for what is between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """The address of this page with parts of its query changed: {% with_query page=3 %}; None takes a part out."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
