"""What is looked for in every page, whatever it is about: axe, width, title, heading, valid HTML, a quiet browser."""

import os
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import html5lib
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response

from departments.models import User

AXE = next((Path(settings.BASE_DIR) / "static/vendor").glob("axe-core-*/axe.min.js")).read_text()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
DESK, PHONE, ZOOMED = 1280, 390, 320  # 320 is a desk at 400 per cent
SERVICE = " – Customer Service Excellence portal"


class Eyes:
    """Opens pages as one person or another and notes whatever is wrong with them; the test asks for nothing noted."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.windows: dict[int | None, Page] = {}
        self.complaints: list[str] = []
        self.titles: dict[str, str] = {}
        self.looking_at = ""
        self.axe_at: tuple[int, ...] = (DESK, PHONE)

    def window(self, user: User | None, **options: Any) -> Page:
        """A window in which somebody has signed in; nobody for None. The same one each time."""
        key = user.pk if user else None
        if key not in self.windows:
            context = self.browser.new_context(base_url=self.address, **options)
            context.set_default_timeout(15_000)
            if user:
                context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": self.address}])
            page = context.new_page()
            page.on("console", self.hear)
            page.on("pageerror", lambda error: self.complain(str(error)))
            page.on("dialog", lambda dialog: dialog.accept())
            self.windows[key] = page
        return self.windows[key]

    def complain(self, words: str) -> None:
        self.complaints.append(f"{self.looking_at}: {words}")

    def hear(self, message: ConsoleMessage) -> None:
        answered = "the server responded with a status of 4" in message.text  # the browser's word on an error page
        if message.type == "error" and not answered:
            self.complain(message.text)

    def open(self, name: str, user: User | None, url: str, *, status: int = 200) -> Page:
        """Go to an address, as somebody, and look at what comes."""
        self.looking_at = name
        page = self.window(user)
        page.set_viewport_size({"width": DESK, "height": 900})
        answer = page.goto(url)
        if answer is None or answer.status != status:
            self.complain(f"{answer and answer.status} at {url}, not {status}")
        self.look(page, name, answer)
        return page

    def press(self, name: str, page: Page, button: str) -> None:
        """Press a button that leads to a page, and look at what comes."""
        self.looking_at = name
        page.set_viewport_size({"width": DESK, "height": 900})
        with page.expect_navigation() as arrival:
            page.locator("main").get_by_role("button", name=button).first.click()
        self.look(page, name, arrival.value)

    def look(self, page: Page, name: str, answer: Response | None = None) -> None:
        """The page as it is in the window now, at the width of a desk and of a phone."""
        self.looking_at = name
        if answer is not None:
            self.read(answer.text())
        title = page.title()
        if not title.endswith(SERVICE) or len(title) < len(SERVICE) + 4:
            self.complain(f"the title is “{title}”")
        self.titles[name] = title
        if (headings := page.locator("h1").count()) != 1:
            self.complain(f"{headings} main headings")
        for width in (DESK, ZOOMED, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            self.measure(page, width)
            if width in self.axe_at:
                self.ask_axe(page, width)
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=f"{folder}/{name.replace(':', '-')}-{width}.png", full_page=True)

    def read(self, html: str) -> None:
        """Valid HTML, and no id given or script loaded twice."""
        try:
            html5lib.HTMLParser(strict=True).parse(html)
        except html5lib.html5parser.ParseError as error:
            self.complain(f"not valid HTML: {error}")
        if twice := sorted(repeated(ids_and_scripts(html))):
            self.complain(f"given twice: {twice}")

    def measure(self, page: Page, width: int) -> None:
        """No sideways scroll, once the header has folded its menu to the new width, which it does a moment later."""
        for _ in range(20):
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over <= 0:
                break
            page.wait_for_timeout(100)
        else:
            self.complain(f"{over} px wider than the window of {width}: {page.evaluate(WIDEST)}")

    def ask_axe(self, page: Page, width: int) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        options = {"runOnly": AXE_TAGS, "resultTypes": ["violations"], "iframes": False}
        for violation in page.evaluate("options => axe.run(document, options)", options)["violations"]:
            nodes = [node["html"][:200] for node in violation["nodes"][:3]]
            self.complain(f"axe at {width}: {violation['id']}: {nodes}")

    def close(self) -> None:
        for page in self.windows.values():
            page.context.close()


# What reaches beyond the window and stands in nothing that scrolls: for the person who mends it.
WIDEST = """[...document.querySelectorAll('main *, header *, footer *')].filter(one => one.getBoundingClientRect().right
  > innerWidth + 1 && !one.closest('.app-scroll')).slice(0, 3).map(one => one.outerHTML.slice(0, 160))"""


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def ids_and_scripts(html: str) -> list[str]:
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(value for name, value in attrs if value and (name == "id" or (tag, name) == ("script", "src")))

    Reader().feed(html)
    return found


def repeated(values: list[str]) -> Iterator[str]:
    return (value for value in set(values) if values.count(value) > 1)
