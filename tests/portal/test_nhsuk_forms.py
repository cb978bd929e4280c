"""The template pack: every widget and component is NHS markup, valid, escaped, and tied to its label and error."""

from datetime import date
from typing import Any

import html5lib
import pytest
from allauth.account.forms import LoginForm
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.nhsuk import marks
from tests.portal.nhsuk_gallery import EVIL, FORMS, REFUSED, STORED, Everything, account_page, gallery, rendered

pytestmark = pytest.mark.urls("tests.portal.nhsuk_gallery")


def tree(html: str) -> Any:
    """The page as a tree; anything that is not valid HTML5 raises."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def fragment(html: str) -> Any:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)


def all_ids(root: Any) -> list[str]:
    return [element.get("id") for element in root.iter() if element.get("id")]


@pytest.mark.parametrize("state", FORMS)
def test_every_widget_is_valid_html_without_inline_style_or_script(state: str) -> None:
    root = tree(gallery(FORMS[state]()))
    for element in root.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.tag != "style"
        assert element.tag != "script" or element.get("src")


@pytest.mark.parametrize("state", FORMS)
def test_every_id_is_there_once_and_every_reference_leads_somewhere(state: str) -> None:
    root = tree(gallery(FORMS[state]()))
    ids = all_ids(root)
    assert len(ids) == len(set(ids))
    for element in root.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for reference in (element.get(name) or "").split():
                assert reference in ids, (name, reference)
    for link in root.iter("a"):
        if (link.get("href") or "").startswith("#"):
            assert link.get("href")[1:] in ids


def test_every_visible_field_has_its_label_and_every_error_leads_to_its_field() -> None:
    form = Everything(REFUSED)
    root = tree(gallery(form))
    named = {element.get("name") for element in root.iter() if element.tag in {"input", "select", "textarea"}}
    parts = {"visited_day", "visited_month", "visited_year"}
    assert (set(form.fields) - {"visited"}) | parts <= named
    labelled = {label.get("for") for label in root.iter("label")}
    for element in root.iter():
        if element.tag in {"input", "select", "textarea"} and element.get("type") != "hidden":
            assert element.get("id") in labelled
    summary = next(one for one in root.iter("div") if one.get("class") == "nhsuk-error-summary")
    targets = [link.get("href") for link in summary.iter("a")]
    assert "#id_band" in targets
    assert "#id_visited_day" in targets
    assert len([one for one in root.iter("div") if one.get("class") == "nhsuk-error-summary"]) == 1


def test_a_refused_page_says_so_in_its_title_and_a_fine_one_does_not() -> None:
    titles = {state: next(tree(gallery(make())).iter("title")).text for state, make in FORMS.items()}
    assert titles["refused"] == "Error: Gallery – Customer Service Excellence portal"
    assert titles["empty"] == titles["stored"] == "Gallery – Customer Service Excellence portal"


def test_a_missing_answer_is_asked_for_in_the_fields_own_words() -> None:
    html = gallery(Everything(REFUSED))
    for words in ("Enter people asked", "Select trust", "Select band", "Confirm: good practice", "Enter statement"):
        assert words in html
    assert "This field is required" not in html


def test_what_was_typed_comes_back_even_when_it_is_no_date() -> None:
    root = tree(gallery(Everything(REFUSED)))
    values = {element.get("name"): element.get("value") for element in root.iter("input")}
    assert values["visited_day"] == "31"
    assert values["visited_month"] == "two"
    assert values["title"] == EVIL


def test_a_date_of_three_parts_is_read_and_shown_again() -> None:
    class Visit(forms.Form):
        day = forms.DateField(widget=forms.SelectDateWidget)

    form = Visit({"day_day": "27", "day_month": "3", "day_year": "2026"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == date(2026, 3, 27)
    assert [one.get("value") for one in fragment(rendered("{{ form|crispy }}", form=form)).iter("input")] == [
        "27",
        "3",
        "2026",
    ]


def test_checkboxes_are_checkboxes_although_django_derives_them_from_radios() -> None:
    root = tree(gallery(Everything(initial=STORED)))
    kinds = {element.get("name"): element.get("type") for element in root.iter("input")}
    assert kinds["sites"] == kinds["good_practice"] == "checkbox"
    assert kinds["band"] == "radio"
    ticked = [element.get("value") for element in root.iter("input") if "checked" in element.attrib]
    assert ticked == ["compliant", "1"]


def test_optional_fields_say_so_unless_the_form_says_that_all_are() -> None:
    class Draft(forms.Form):
        statement = forms.CharField(required=False)

    assert "Statement (optional)" in rendered("{{ form|crispy }}", form=Draft())
    Draft.mark_optional = False  # type: ignore[attr-defined]
    assert "(optional)" not in rendered("{{ form|crispy }}", form=Draft())


def test_a_formset_renders_its_forms_and_its_management_form() -> None:
    class Line(forms.Form):
        name = forms.CharField()

    lines = forms.formset_factory(Line, extra=2)
    html = rendered("<form>{{ formset|crispy }}</form>", formset=lines(prefix="line"))
    names = [element.get("name") for element in fragment(html).iter("input")]
    management = ["TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS"]
    assert names == [f"line-{name}" for name in [*management, "0-name", "1-name"]]
    data = {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "line-0-name": "", "line-1-name": "x"}
    assert rendered("{% error_title formset %}", formset=lines(data, prefix="line")) == ""
    assert "Error: " in rendered("{% error_title form %}", form=Line({}))


def test_a_widget_unknown_to_the_nhs_still_gets_its_label_hint_and_error() -> None:
    class Slot(forms.Form):
        when = forms.SplitDateTimeField(label="When", help_text="Date and time")

    html = rendered("{{ form|crispy }}", form=Slot({}))
    for expected in ("When", "Date and time", "Enter when", 'name="when_0"', "nhsuk-form-group--error"):
        assert expected in html


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=60))
def test_whatever_is_written_comes_out_as_text(words: str) -> None:
    class Any_(forms.Form):
        line = forms.CharField(label=words, help_text=words, required=False)
        text = forms.CharField(widget=forms.Textarea, required=False)
        one = forms.ChoiceField(choices=[(words, words)], widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(choices=[(words, words)])
        secret = forms.CharField(widget=forms.HiddenInput)

        def clean(self) -> None:
            self.add_error("line", words)

    stored = {"line": words, "text": words, "one": words, "many": [words], "secret": words}
    for form in (Any_(initial=stored), Any_(stored)):
        root = html5lib.parseFragment(rendered("{{ form|crispy }}", form=form), namespaceHTMLElements=False)
        allowed = {"DOCUMENT_FRAGMENT", "div", "label", "input", "textarea", "select", "option", "fieldset", "legend"}
        allowed |= {"p", "span", "h2", "ul", "li", "a"}
        assert {element.tag for element in root.iter() if isinstance(element.tag, str)} <= allowed
        values = {element.get("name"): element.get("value") for element in root.iter("input")}
        assert values["line"] in ({words, None} if not words else {words})
        assert values["secret"] == values["one"] == words
        assert next(root.iter("textarea")).text in ({words} if words else {None, ""})
        assert next(root.iter("option")).get("value") == words


@pytest.mark.parametrize("template", ["400", "403", "403_csrf", "404", "413", "500", "503"])
def test_error_pages_render_without_any_context(template: str) -> None:
    root = tree(engines["django"].get_template(f"{template}.html").render())
    assert root.get("lang") == "en-GB" or next(root.iter("html")).get("lang") == "en-GB"
    assert len(list(root.iter("h1"))) == 1


ACCOUNT_PAGES = [
    ("login", {}),
    ("logout", {}),
    ("password_reset", {}),
    ("password_reset_done", {}),
    ("password_reset_from_key", {"token_fail": True}),
    ("password_reset_from_key", {}),
    ("password_reset_from_key_done", {}),
    ("password_change", {}),
    ("password_set", {}),
    ("account_inactive", {}),
    ("signup_closed", {}),
    ("reauthenticate", {}),
]


class Password(forms.Form):
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))


@pytest.mark.parametrize(("name", "extra"), ACCOUNT_PAGES)
def test_account_pages_are_valid_and_titled(name: str, extra: dict[str, Any]) -> None:
    root = tree(account_page(name, extra, Password()))
    assert len(list(root.iter("h1"))) == 1
    title = next(root.iter("title")).text
    assert title
    assert not title.startswith(" –")


def test_the_sign_in_form_keeps_the_names_that_allauth_reads() -> None:
    root = tree(account_page("login", {}, LoginForm(request=RequestFactory().get("/"))))
    names = {element.get("name") for element in root.iter("input")}
    assert {"login", "password"} <= names


def test_any_component_takes_its_words_as_text() -> None:
    html = rendered('{% nhsuk "warning-callout" heading="Read <this>" text=evil html=None %}', evil=EVIL)
    assert html.count("Read &lt;this&gt;") == 1
    assert "Read <this>" not in html
    assert "<script>" not in html
    assert "<b>kept</b>" in rendered('{% nhsuk "inset-text" html="<b>kept</b>" %}')


def test_a_layout_can_set_size_class_and_data_of_one_field() -> None:
    class Question(forms.Form):
        name = forms.CharField()
        helper = FormHelper()
        helper.layout = Layout(
            Field("name", label_size="l", label_heading=True, css_class="nhsuk-input--width-5", data_x="1")
        )

    html = rendered("{% crispy form %}", form=Question())
    for expected in ("nhsuk-label--l", "<h1", "nhsuk-input--width-5", 'data-x="1"'):
        assert expected in html
    assert "label-size" not in html
    assert "nhsuk-input" in rendered("{{ form.name|as_crispy_field }}", form=Question())


def test_no_mark_rests_on_colour_alone() -> None:
    for marked in (marks.BANDS, marks.STAGES, marks.OUTCOMES):
        assert len({mark.words for mark in marked.values()}) == len(marked)
    assert len({mark.shape for mark in marks.BANDS.values()}) == len(marks.BANDS)
    assert len({mark.short for mark in marks.BANDS.values()}) == len(marks.BANDS)
    assert "Compliance Plus" in marks.band("compliance_plus", short=True)
    assert "&lt;b&gt;" in marks.band("<b>")
