"""The look in a real browser, under the real policy: axe, focus, keeping what was typed, phone and desk."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.forms import LoginForm
from django.conf import settings
from django.test import RequestFactory
from playwright.sync_api import Browser, Dialog, Page, Route

from tests.portal.nhsuk_gallery import FORMS, REFUSED, Everything, account_page, gallery, rendered

ROOT = Path(settings.BASE_DIR)
AXE = next((ROOT / "static/vendor").glob("axe-core-*/axe.min.js"))
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
SELF = ["script-src", "style-src", "img-src", "font-src", "connect-src"]
CSP = "; ".join(["default-src 'none'", *(f"{source} 'self' data:" for source in SELF)])
pytestmark = pytest.mark.urls("tests.portal.nhsuk_gallery")


class Site:
    """Pages held in memory and our static files, served to the browser without a server."""

    def __init__(self) -> None:
        self.pages = {state: gallery(make()) for state, make in FORMS.items()}
        self.pages["missing"] = rendered('{% include "404.html" %}')
        self.pages["broken"] = rendered('{% include "500.html" %}')
        self.pages["sign-in"] = account_page(
            "login", {"whoami": None}, LoginForm({}, request=RequestFactory().get("/"))
        )
        self.complaints: list[str] = []

    def answer(self, route: Route) -> None:
        address = route.request.url.removeprefix("http://look.test/").split("?")[0]
        file = ROOT / address
        if address.startswith("static/") and file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=CONTENT_TYPES[file.suffix])
        elif address in self.pages:
            headers = {"Content-Security-Policy": CSP}
            route.fulfill(body=self.pages[address], content_type="text/html; charset=utf-8", headers=headers)
        else:
            self.complaints.append(f"not ours: {route.request.url}")
            route.fulfill(status=404)

    def open(self, browser: Browser, name: str, width: int = 1280, **options: Any) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900}, **options)
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.route("**/*", self.answer)
        page.goto(f"http://look.test/{name}")
        return page


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["empty", "stored", "refused", "missing", "broken", "sign-in"])
def test_a_page_has_no_axe_violations_and_no_sideways_scroll(
    browser: Browser, site: Site, name: str, width: int
) -> None:
    page = site.open(browser, name, width)
    page.evaluate(AXE.read_text())
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}}
    found = page.evaluate("options => axe.run(document, options)", options)
    violations = [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]
    assert violations == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert site.complaints == []
    page.close()


def test_htmx_swaps_a_part_of_the_page_and_starts_the_nhs_components_in_it(browser: Browser, site: Site) -> None:
    site.pages["part"] = rendered("{{ form|crispy }}", form=Everything())
    site.pages["whole"] = form_page(
        '<button type="button" hx-get="/part" hx-target="#here">More</button><div id="here"></div>'
    )
    page = site.open(browser, "whole")
    page.click("text=More")
    page.wait_for_selector("#here .nhsuk-password-input__toggle:not([hidden])")
    assert site.complaints == []
    page.close()


def test_our_font_is_the_one_that_is_drawn(browser: Browser, site: Site) -> None:
    page = site.open(browser, "stored")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('600 19px \"Source Sans 3\"'))")
    assert page.evaluate("[...document.fonts].some(face => face.status === 'loaded')")
    page.close()


def test_a_refused_page_puts_the_focus_on_its_error_summary(browser: Browser, site: Site) -> None:
    site.pages["refused"] = rendered(
        '{% extends "base.html" %}{% block content %}{% crispy form %}{% endblock %}',
        form=Everything(REFUSED),
        thing="",
    )
    page = site.open(browser, "refused")
    page.wait_for_function("document.activeElement.classList.contains('nhsuk-error-summary')")
    page.click("a[href='#id_visited_day']")
    assert page.evaluate("document.activeElement.id") == "id_visited_day"
    page.close()


def form_page(body: str, *, who: str = "7") -> str:
    html = rendered('{% extends "base.html" %}{% block content %}' + body + "{% endblock %}")
    return html.replace("<body>", f'<body data-who="{who}">')


KEPT = '<form data-keep="note" method="post"><label for="t">Note</label><textarea id="t" name="t">{}</textarea></form>'


def test_what_was_typed_is_offered_back_restored_and_forgotten_once_saved(browser: Browser, site: Site) -> None:
    site.pages["note"] = form_page(KEPT.format("old"))
    page = site.open(browser, "note")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#t", "new words")
    page.wait_for_timeout(600)
    page.reload()
    assert page.input_value("#t") == "old"
    assert "We kept what you typed at" in page.inner_text(".app-kept")
    page.click("text=Restore it")
    assert page.input_value("#t") == "new words"
    site.pages["elsewhere"] = form_page('<p data-saved="note">Saved</p>')
    page.goto("http://look.test/elsewhere")
    page.goto("http://look.test/note")
    assert page.locator(".app-kept").count() == 0
    page.close()


def test_one_persons_words_are_not_offered_to_another(browser: Browser, site: Site) -> None:
    site.pages["note"] = form_page(KEPT.format("old"))
    page = site.open(browser, "note")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#t", "mine")
    page.wait_for_timeout(600)
    site.pages["note"] = form_page(KEPT.format("old"), who="8")
    page.reload()
    assert page.locator(".app-kept").count() == 0
    page.close()


def test_leaving_with_unsaved_words_is_asked_about_and_an_autosave_settles_it(browser: Browser, site: Site) -> None:
    site.pages["note"] = form_page(KEPT.format("old"))
    page = site.open(browser, "note")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.type("#t", "x")
    page.reload()
    assert asked == ["beforeunload"]
    page.type("#t", "y")
    page.evaluate("document.querySelector('main form').dispatchEvent(new CustomEvent('kept:saved'))")
    page.reload()
    assert asked == ["beforeunload"]
    page.close()


def test_words_typed_while_an_autosave_is_under_way_stay_unsaved(browser: Browser, site: Site) -> None:
    site.pages["note"] = form_page(KEPT.format("old"))
    page = site.open(browser, "note")
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#t", "sent")
    page.evaluate("document.querySelector('main form').dispatchEvent(new CustomEvent('kept:sending'))")
    page.fill("#t", "sent and more")
    page.evaluate("document.querySelector('main form').dispatchEvent(new CustomEvent('kept:saved'))")
    site.pages["note"] = form_page(KEPT.format("sent"))
    page.reload()
    page.click("text=Restore it")
    assert page.input_value("#t") == "sent and more"
    page.close()


def test_a_form_is_sent_once_however_often_its_button_is_pressed(browser: Browser, site: Site) -> None:
    site.pages["once"] = form_page(
        '<form method="post" action="/sent"><button class="nhsuk-button">Save</button></form>'
    )
    page = site.open(browser, "once")
    sent: list[str] = []
    page.route("**/sent", lambda route: sent.append(route.request.method))
    page.evaluate("() => { const b = document.querySelector('main button'); b.click(); b.click(); b.click(); }")
    page.wait_for_timeout(300)
    assert sent == ["POST"]
    page.close()


def test_previous_and_next_follow_the_keyboard_but_not_while_typing(browser: Browser, site: Site) -> None:
    site.pages["elements/4.3.5/"] = form_page("<p>next</p>")
    page = site.open(browser, "stored")
    page.focus("#id_statement")
    page.keyboard.press("Alt+BracketRight")
    assert page.url.endswith("/stored")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Alt+BracketRight")
    page.wait_for_url("**/elements/4.3.5/")
    page.close()


def test_pages_work_without_javascript(browser: Browser, site: Site) -> None:
    page = site.open(browser, "stored", java_script_enabled=False)
    assert page.is_visible("#id_statement")
    assert page.is_visible("text=Sign out")
    day = page.locator("#id_visited_day").bounding_box()
    assert day
    assert day["width"] > 30
    page.close()
