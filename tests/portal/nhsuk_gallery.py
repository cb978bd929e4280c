"""One page with every widget and every component on it, which the tests of the look share."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Button, Column, Div, Field, Fieldset, Layout, Row, Submit
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path

BAND_CHOICES = [("compliance_plus", "Compliance Plus"), ("compliant", "Compliant"), ("non_compliant", "Non-Compliant")]
EVIL = "<script>alert('1')</script> & \"quotes\""


class Everything(forms.Form):
    """Every widget that the template pack knows, in its own layout."""

    title = forms.CharField(label=f"Title {EVIL}", help_text=f"A hint {EVIL}", max_length=80)
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    link = forms.URLField(required=False, assume_scheme="https")
    password = forms.CharField(widget=forms.PasswordInput)
    number = forms.IntegerField(label="People asked", widget=forms.NumberInput(attrs={"class": "nhsuk-input--width-5"}))
    share = forms.DecimalField(
        label="Share", widget=forms.NumberInput(attrs={"suffix": "%"}), help_text="From 0 to 100"
    )
    statement = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), help_text="Say how you meet the element")
    finding = forms.CharField(widget=forms.Textarea, max_length=200)
    trust = forms.ChoiceField(choices=[("", "Choose"), ("RKE", "Whittington Health"), ("North", [("RRV", "UCLH")])])
    services = forms.MultipleChoiceField(choices=[("1", "Ward"), ("2", "Clinic")])
    band = forms.ChoiceField(
        widget=forms.RadioSelect(attrs={"option-hints": {"compliant": "Most of it, most of the time"}}),
        choices=BAND_CHOICES,
        help_text="Your own view",
    )
    sites = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, choices=[("1", EVIL), ("2", "Hornsey")])
    good_practice = forms.BooleanField(label="Good practice", help_text="Others could learn from it")
    visited = forms.DateField(label="Visited", widget=forms.SelectDateWidget, help_text="For example, 27 3 2026")
    due = forms.DateField(label="Due")
    starts = forms.DateTimeField(label="Starts")
    opens = forms.TimeField(label="Opens", required=False)
    evidence = forms.FileField(label="File", required=False, help_text="PDF, Word or a picture")
    version = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError(f"The whole form is wrong {EVIL}")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-keep": "everything", "data-version": "3"}
        helper.layout = Layout(
            Fieldset("About {{ thing }}", "title", Row(Column("email"), Column("link")), "password", css_class="one"),
            Div("number", "share", css_class="app-panel", css_id="figures"),
            HTML("<p>Between {{ thing }}</p>"),
            Field("statement", data_words="yes", wrapper_class="wide"),
            *["finding", "trust", "services", "band", "sites", "good_practice", "visited", "due", "starts", "opens"],
            *["evidence", "version"],
            Div(Submit("save", "Save {{ thing }}"), Button("preview", "Preview"), css_class="nhsuk-button-group"),
        )
        return helper


STORED = {
    "title": EVIL,
    "statement": "\nFirst line\n    indented",
    "visited": date(2026, 3, 27),
    "due": date(2026, 4, 1),
    "starts": datetime(2026, 4, 1, 9, 30),
    "band": "compliant",
    "sites": ["1"],
    "version": EVIL,
}
REFUSED = {
    "visited_day": "31",
    "visited_month": "two",
    "visited_year": "2026",
    "email": "nobody",
    "title": EVIL,
    "version": "7",
}


def page_context(form: forms.Form) -> dict[str, Any]:
    """What a view and the context processor give to the gallery."""
    return {
        "form": form,
        "thing": EVIL,
        "demo_mode": True,
        "whoami": {"name": "Anna Okafor", "role": "Lead", "place": "Cardiology, Whittington Health NHS Trust"},
        "nav": [
            {"title": title, "url": f"/{title}/", "current": title == "Assessments"}
            for title in ("Home", "Assessments", "Departments", "People", "Sites", "Evidence", "Dashboard", "Reports")
        ],
        "messages": [Message(constants.SUCCESS, "Statement saved.", "everything"), Message(constants.WARNING, EVIL)],
        "crumbs": [{"title": "Home", "url": "/"}, {"title": "Cardiology", "url": "/departments/1/"}],
        "bands": ["compliance_plus", "compliant", "partially_compliant", "non_compliant", "not_applicable", "", "odd"],
        "stages": ["preparing", "submitted", "desk_review", "decision", "decided"],
        "outcomes": ["award", "no_award", "incomplete"],
        "page": Paginator(range(200), 10).page(7),
        "rows": [{"key": "Trust", "value": EVIL, "url": "/change/"}, {"key": "Stage", "value": ""}],
        "tasks": [
            {"title": "Customer Insight", "url": "/1/", "hint": "11 elements", "status": "2 to do", "colour": "blue"},
            {"title": "Delivery", "url": "/4/", "status": "Done"},
        ],
        "due": date(2026, 10, 14),
        "today": date(2026, 10, 20),
        "request": RequestFactory().get("/gallery/", {"filter": "a b", "page": "7"}),
    }


def rendered(source: str, **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context))


def gallery(form: forms.Form) -> str:
    return rendered(Path(__file__).with_suffix(".html").read_text(), **page_context(form))


FORMS = {
    "empty": lambda: Everything(),
    "stored": lambda: Everything(initial=STORED),
    "refused": lambda: Everything(REFUSED),
}


def account_page(name: str, extra: dict[str, Any], form: forms.Form) -> str:
    context = page_context(form) | {"messages": []} | extra
    return str(engines["django"].get_template(f"account/{name}.html").render(context))


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


# The look is tested without the rest of the portal: these addresses are all that its templates name.
PORTAL = ["home", "accessibility", "privacy"]
accounts = ["login", "logout", "reset_password", "change_password", "set_password", "reauthenticate"]
urlpatterns = [
    path("", include(([path(f"{name}/", nothing, name=name) for name in PORTAL], "portal"))),
    *[path(f"{name}/", nothing, name=f"account_{name}") for name in accounts],
]
