"""Every page in a browser that runs no script: it is whole, and nothing on it waits for a script that never comes."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page

from tests.journeys.eyes import Eyes
from tests.journeys.test_every_page import who_is_shown_a_page
from tests.test_doors import DOORS

pytestmark = pytest.mark.django_db(transaction=True)

# What is drawn in the window and can be pressed or read there.
SHOWN = "one => !!one.getClientRects().length"


@pytest.fixture
def eyes(browser: Browser, live_server) -> Iterator[Eyes]:
    eyes = Eyes(browser, live_server.url)
    yield eyes
    eyes.close()


@pytest.mark.parametrize("world", sorted({door.world for door in DOORS.values()}))
def test_every_page_is_whole_without_a_script(world, eyes, people, request):
    stage = request.getfixturevalue(world)
    for name, door in DOORS.items():
        if door.world != world:
            continue
        url = reverse(name, kwargs=door.kwargs(stage))
        found = who_is_shown_a_page(url, door.opens, people)
        if found:
            page = eyes.window(found[0], java_script_enabled=False)
            page.goto(url)
            eyes.complaints += [f"{name}: {words}" for words in what_is_missing(page)]
    assert eyes.complaints == [], "\n".join(eyes.complaints)


# One of everything that a page without a script must not have.
BROKEN = """
<main><div hx-get="/a/" hx-trigger="load"></div><div hx-get="/b/" hx-trigger="load">Loading</div>
<form method="post"><input name="a"><button type="button">Add</button></form><a href="#">More</a></main>
"""


def test_what_is_missing_is_found(eyes):
    page = eyes.window(None, java_script_enabled=False)
    page.set_content(BROKEN)
    assert [words.partition(":")[0] for words in what_is_missing(page)] == [
        "0 main headings",
        "an empty place that a script would fill",
        "no link to what a script would load",
        "a form without a button to send it",
        "a button that does nothing without a script",
        "a link that leads nowhere without a script",
    ]


def what_is_missing(page: Page) -> Iterator[str]:
    if (headings := shown(page, "h1")) != 1:
        yield f"{headings} main headings"
    for part in page.locator("main [hx-get]").all():
        words, links = part.inner_text().strip(), part.locator("a[href]").count()
        if not words:
            yield f"an empty place that a script would fill: {start(part)}"
        elif part.get_attribute("hx-trigger") == "load" and not links:
            yield f"no link to what a script would load: {start(part)}"
    for form in page.locator("form").all():
        if form.evaluate(SHOWN) and not shown(form, "button:not([type=button]), input[type=submit]"):
            yield f"a form without a button to send it: {start(form)}"
    for button in page.locator("main button[type=button], main [role=button]:not(a)").all():
        if button.evaluate(SHOWN):
            yield f"a button that does nothing without a script: {start(button)}"
    for link in page.locator("main a:not([href]), main a[href='#']").all():
        if link.evaluate(SHOWN):
            yield f"a link that leads nowhere without a script: {start(link)}"


def shown(place: Page | Locator, selector: str) -> int:
    return sum(one.evaluate(SHOWN) for one in place.locator(selector).all())


def start(place: Locator) -> str:
    return " ".join(place.evaluate("one => one.outerHTML").split())[:160]
