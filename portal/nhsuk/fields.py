"""What a bound field of Django is called and given as an NHS component, one function a kind of widget."""

from collections.abc import Callable

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.nhsuk.components import component, plain, words
from portal.nhsuk.params import AS_PARAMS, NUMBERS, Params, common, current, fieldset, own, passed_on


def text(bound: BoundField, params: Params) -> SafeString:
    """Inputs of one line. Numbers are typed as text with a number keypad, as the NHS asks."""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "text")
    attrs = passed_on(bound, *AS_PARAMS, *(NUMBERS if kind == "number" else ()))
    params |= {name: plain(widget.attrs[name]) for name in AS_PARAMS if widget.attrs.get(name)}
    params |= {name: words(own(bound, name)) for name in ("prefix", "suffix") if own(bound, name)}
    if kind == "number":
        kind = "text"
        # Decimals and floats are subclasses of IntegerField.
        params.setdefault("inputmode", "numeric" if type(bound.field) is forms.IntegerField else "decimal")
    if kind in {"email", "url"}:
        params["spellcheck"] = False
    if kind == "password":
        return component("password-input", params | {"attributes": attrs, "autocomplete": params.get("autocomplete")})
    return component("input", params | {"type": kind, "value": current(bound) or None, "attributes": attrs})


def moment(kind: str, template: str) -> Callable[[BoundField, Params], SafeString]:
    """Inputs of a date or a time with the browser's own picker, which wants the ISO form whatever the locale."""

    def render(bound: BoundField, params: Params) -> SafeString:
        value = bound.value()
        value = value.strftime(template) if hasattr(value, "strftime") else plain(value)
        params["classes"] = f"app-moment {params['classes']}".strip()
        return component("input", params | {"type": kind, "value": value or None, "attributes": passed_on(bound)})

    return render


def textarea(bound: BoundField, params: Params) -> SafeString:
    """Text of several lines; a limit is counted down below it instead of cutting what is pasted."""
    attrs = bound.field.widget.attrs
    untouched = (str(attrs.get("cols")), str(attrs.get("rows"))) == ("40", "10")
    value = current(bound)
    params |= {
        # HTML drops a newline that stands first.
        "value": "\n" + value if value.startswith(("\n", "\r")) else value,
        "rows": 5 if untouched else plain(attrs.get("rows") or 5),
        "autocomplete": plain(attrs.get("autocomplete")),
        "attributes": passed_on(bound, "maxlength", "autocomplete"),
    }
    if limit := attrs.get("maxlength"):
        return component("character-count", params | {"maxlength": plain(limit), "threshold": "75"})
    return component("textarea", params)


def options(bound: BoundField) -> list[tuple[str, list[Params]]]:
    """The choices as (group, items); group is empty for choices outside groups."""
    widget = bound.field.widget
    groups = widget.optgroups(bound.html_name, widget.format_value(bound.value()), {})
    hints = own(bound, "option-hints", {})
    result = []
    for group, members, _ in groups:
        items = []
        for option in members:
            value = plain(option["value"])
            item: Params = {"value": value, **words(option["label"])}
            item |= {"selected": option["selected"], "checked": option["selected"]}
            item["disabled"] = bool(option["attrs"].get("disabled"))
            if hint := hints.get(value):
                item["hint"] = words(hint)
            items.append(item)
        result.append((plain(group), items))
    return result


def select(bound: BoundField, params: Params) -> SafeString:
    """A drop-down list. NHS markup knows no option groups, so a group's name begins each of its options."""
    items: list[Params] = []
    for group, members in options(bound):
        for item in members:
            label = item.pop("html", None) or item.pop("text", "")
            items.append({**item, "text": format_html("{}: {}", group, label) if group else label})
    attrs = passed_on(bound)
    if getattr(bound.field.widget, "allow_multiple_selected", False):
        attrs["multiple"] = {"value": True, "optional": True}
    return component("select", params | {"items": items, "attributes": attrs})


def choices(name: str) -> Callable[[BoundField, Params], SafeString]:
    """Radios or checkboxes in a fieldset; groups are divided by their names."""

    def render(bound: BoundField, params: Params) -> SafeString:
        items: list[Params] = []
        attrs = passed_on(bound)
        for group, members in options(bound):
            items += [{"divider": group}] if group else []
            items += [{**item, "attributes": attrs} for item in members]
        label, ident = params.pop("label"), params.pop("id")
        for item in items:
            # The first input that can be ticked has the bare id, even below a divider.
            if "value" in item:
                item["id"] = ident
                break
        return component(name, params | {"idPrefix": ident, "items": items, "fieldset": fieldset(bound, label)})

    return render


def checkbox(bound: BoundField, params: Params) -> SafeString:
    """One box to tick: its label stands beside it."""
    widget = bound.field.widget
    label, ident = params.pop("label"), params.pop("id")
    item: Params = {
        "value": plain(widget.attrs.get("value", "on")),
        "label": {name: label.get(name) for name in ("text", "html") if label.get(name)},
        "checked": widget.check_test(bound.value()),
        "attributes": passed_on(bound),
    }
    if hint := params.pop("hint", None):
        item["hint"] = hint
    return component("checkboxes", params | {"idPrefix": ident, "items": [item]})


def date_parts(bound: BoundField, params: Params) -> SafeString:
    """Day, month and year in three inputs, as the NHS asks for a date; reads what Django's SelectDateWidget reads."""
    stored = bound.field.widget.format_value(bound.value())
    items = []
    for part, width in (("day", 2), ("month", 2), ("year", 4)):
        name = f"{bound.html_name}_{part}"
        typed = bound.form.data.get(name) if bound.form.is_bound else stored.get(part)
        items.append(
            {
                "name": name,
                "id": f"{params['id']}_{part}",
                "label": part.capitalize(),
                "value": plain(typed) or None,
                "width": width,
                "attributes": passed_on(bound),
            }
        )
    label = params.pop("label")
    return component("date-input", params | {"items": items, "fieldset": fieldset(bound, label), "classes": ""})


def upload(bound: BoundField, params: Params) -> SafeString:
    """A file to choose or to drop."""
    multiple = getattr(bound.field.widget, "allow_multiple_selected", False)
    return component("file-upload", params | {"multiple": multiple, "attributes": passed_on(bound)})


def hidden(bound: BoundField, params: Params) -> SafeString:
    """Values that travel with the form unseen."""
    value = bound.value()
    values = value if isinstance(value, list | tuple) else [value]
    template = '<input type="hidden" name="{}" value="{}"{}>'
    inputs = []
    for index, one in enumerate(values):
        ident = format_html(' id="{}"', params["id"]) if index == 0 and bound.auto_id else ""
        inputs.append(format_html(template, params["name"], plain(bound.field.widget.format_value(one)), ident))
    return mark_safe("".join(inputs))


def anything_else(bound: BoundField, params: Params) -> SafeString:
    """A widget without an NHS component: its own HTML between NHS label, hint and error."""
    described = []
    parts = [component("label", params["label"] | {"for": params["id"]})]
    if "hint" in params:
        described.append(f"{params['id']}-hint")
        parts.append(component("hint", params["hint"] | {"id": described[-1]}))
    if "errorMessage" in params:
        described.append(f"{params['id']}-error")
        parts.append(component("error-message", params["errorMessage"] | {"id": described[-1]}))
    parts.append(bound.as_widget(attrs={"aria-describedby": " ".join(described)} if described else None))
    classes = "nhsuk-form-group nhsuk-form-group--error" if "errorMessage" in params else "nhsuk-form-group"
    return format_html('<div class="{}">{}</div>', classes, mark_safe("".join(parts)))


# CheckboxSelectMultiple is a RadioSelect and every date input is an Input, so the narrower kind stands first.
KINDS: list[tuple[type[forms.Widget], Callable[[BoundField, Params], SafeString]]] = [
    (forms.SelectDateWidget, date_parts),
    (forms.CheckboxSelectMultiple, choices("checkboxes")),
    (forms.RadioSelect, choices("radios")),
    (forms.Select, select),
    (forms.CheckboxInput, checkbox),
    (forms.Textarea, textarea),
    (forms.FileInput, upload),
    (forms.DateInput, moment("date", "%Y-%m-%d")),
    (forms.DateTimeInput, moment("datetime-local", "%Y-%m-%dT%H:%M")),
    (forms.TimeInput, moment("time", "%H:%M")),
    (forms.MultipleHiddenInput, hidden),
    (forms.HiddenInput, hidden),
    (Input, text),
]


def render_field(bound: BoundField, *, wrapper_class: str = "", show_errors: bool = True) -> SafeString:
    """A bound field as NHS markup: label, hint, error and input, tied to each other."""
    params = common(bound, wrapper_class, show_errors)
    for widget, render in KINDS:
        if isinstance(bound.field.widget, widget):
            return render(bound, params)
    return anything_else(bound, params)
