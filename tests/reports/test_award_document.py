"""The award report on paper: its words and counts, its tags, the same bytes, and nothing fetched from elsewhere."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import html5lib
import pytest
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from reports.documents.award import award_html, make_award_report
from reports.documents.charts import BandRow, bands_by_criterion
from reports.documents.paper import Paper, print_html
from tests.reports.example_facts import example_facts

AS_ANOTHER_PROCESS = """
import hashlib, json, sys, django
django.setup()
from reports.documents.award import make_award_report
paper = make_award_report(json.load(sys.stdin), on_progress=lambda percent: None)
print(hashlib.sha256(paper.content).hexdigest())
"""


@pytest.fixture(scope="module")
def told() -> list[int]:
    return []


@pytest.fixture(scope="module")
def paper(told: list[int]) -> Paper:
    return make_award_report(example_facts(), on_progress=told.append)


@pytest.fixture(scope="module")
def pdf(paper: Paper) -> PdfReader:
    return PdfReader(io.BytesIO(paper.content))


@pytest.fixture(scope="module")
def words(pdf: PdfReader) -> list[str]:
    """The text of each page, with runs of space as one."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pdf.pages]


def bookmarks(entries) -> list[str]:
    return [
        title
        for entry in entries
        for title in (bookmarks(entry) if isinstance(entry, list) else [str(entry.title).strip()])
    ]


def test_page_one_says_what_people_quote(words):
    for quoted in (
        "Cardiology", "Whittington Health NHS Trust", "Recertification 2025", "Award", "17 November 2025",
        "Certified until 17 November 2028", "CSE-2025-RKE-0012", "57 elements",
    ):  # fmt: skip
        assert quoted in words[0]
    assert "9 Compliance Plus 45 Compliant 3 Partially Compliant 0 Non-Compliant" in words[0]


def test_every_element_has_its_finding_bands_and_statement(words):
    whole = " ".join(words)
    for criterion in example_facts()["criteria"]:
        for sub in criterion["subcriteria"]:
            for element in sub["elements"]:
                assert f"Found for {element['number']}." in whole
                assert f"What we do for {element['number']}." in whole
    assert whole.count("Assessor found Compliance Plus Own view Compliant") == 9
    assert whole.count("Assessor found Compliant Own view Compliant") == 45
    assert whole.count("Assessor found Partially Compliant Own view Compliant") == 3


def test_every_part_of_the_report_is_there(words):
    whole = " ".join(words)
    for part in (
        "Introduction and background", "Services, and where they are run", "Islington GP Federation", "Method",
        "A visit on two days.", "Summary of strengths", "Results", "Elements by criterion and band", "Findings",
        "Good practice", "Areas for improvement", "Ask everybody.", "Conclusion and recommendation",
        "Decision: award.", "How the award is decided", "What the bands mean", "evidence register",
        "Patient survey 2025", "the department’s own statements",
    ):  # fmt: skip
        assert part in whole


def test_every_page_but_the_cover_says_which_it_is(words, paper):
    assert paper.pages == len(words)
    assert "Page 1" not in words[0]
    for number, page in enumerate(words[1:], start=2):
        assert f"Page {number} of {paper.pages}" in page
        assert "CSE-2025-RKE-0012" in page
        assert len(page) > 100  # none is blank: the foot of a page has 38 letters


def test_the_contents_name_the_pages(words):
    page = next(i for i, text in enumerate(words, start=1) if "Annex A: evidence register" in text and i > 2)
    assert re.search(rf"Annex A: evidence register[ .]+{page}\b", words[1])


def test_it_is_tagged_with_bookmarks_title_and_language(pdf):
    catalog = pdf.trailer["/Root"]
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalog["/StructTreeRoot"]["/K"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Award report CSE-2025-RKE-0012: Cardiology, Whittington Health NHS Trust"
    assert b'pdfuaid:part="1"' in catalog["/Metadata"].get_data()
    titles = bookmarks(pdf.outline)
    assert titles[0].endswith("Cardiology")
    for title in ("Findings", "4 Delivery", "4.3 Deal effectively with problems", "Annex A: evidence register"):
        assert title in titles
    assert sum(bool(re.match(r"\d\.\d\.\d ", title)) for title in titles) >= 57


def test_the_figure_says_in_words_what_it_shows(pdf):
    figures = [kid for kid in walk(pdf.trailer["/Root"]["/StructTreeRoot"]) if kid.get("/S") == "/Figure"]
    assert [str(figure.get("/Alt")) for figure in figures] == [
        "Bands by criterion: as the assessor found, and by the department’s own view"
    ]


def walk(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        kid = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(kid, dict):
            yield kid
            yield from walk(kid)


def test_progress_rises_page_by_page(paper, told):
    assert told == sorted(told)
    assert told[0] <= 5
    assert told[-1] > 90
    assert len([percent for percent in told if 15 < percent < 80]) > 10


def test_the_same_facts_give_the_same_bytes_in_any_process(paper):
    """Other hashes of strings, another order of keys and another day make no difference."""
    facts = json.dumps(dict(reversed(example_facts().items())))
    other = subprocess.run(
        [sys.executable, "-c", AS_ANOTHER_PROCESS],
        input=facts, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "DJANGO_SETTINGS_MODULE": "portal.settings"},
    )  # fmt: skip
    assert other.stdout.split() == [hashlib.sha256(paper.content).hexdigest()]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/logo.png",
        "http://127.0.0.1:6379/",
        "file:///etc/passwd",
        "../../portal/settings.py",
        "/etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "css/none.css",
    ],
)
def test_a_document_may_use_our_own_static_files_only(address):
    html = f'<html lang="en-GB"><title>Try</title><link rel="stylesheet" href="{address}"><p>Words</p></html>'
    with pytest.raises(FatalURLFetchingError, match="own static files only"):
        print_html(html, identifier=b"x", expected_pages=1, on_progress=lambda percent: None)


def test_what_people_typed_is_text_and_never_markup():
    facts = example_facts(strengths='<img src="https://example.org/x.png"> & <script>1</script>')
    html = award_html(facts)
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=&quot;https://example.org/x.png&quot;&gt; &amp;" in html


def test_empty_parts_leave_no_gaps_and_long_words_stay_on_the_page(caplog):
    facts = example_facts(method="", services=[], partners=[], evidence=[], good_practice=[])
    facts["department"]["about"] = ""
    facts["department"]["name"] = "Anticoagulation" * 12
    facts["improvements"] = {"required": [], "suggested": []}
    facts["strengths"] = "https://www.example.org/" + "averylongaddress" * 40
    facts["outcome"] = {"code": "no_award", "title": "No award"}
    facts["dates"]["certified_until"] = ""
    facts["criteria"] = facts["criteria"][:1]
    paper = make_award_report(facts, on_progress=lambda percent: None)
    pages = PdfReader(io.BytesIO(paper.content)).pages
    whole = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    for said in (
        "No award", "no separate account of the method", "marked no finding as good practice",
        "Every element complies", "put no written evidence",
    ):  # fmt: skip
        assert said in whole
    assert "Certified until" not in whole
    assert "averylongaddress" * 40 in whole.replace(" ", "")
    assert not [record for record in caplog.records if record.name.startswith("weasyprint")]


def test_the_html_is_valid():
    html5lib.HTMLParser(strict=True).parse(award_html(example_facts()).partition("\n")[2].lstrip())


def test_a_chart_has_a_name_words_and_no_inline_style():
    titles = {
        "compliant": "Compliant",
        "partially_compliant": "Partially Compliant",
        "not_applicable": "Not Applicable",
    }
    rows = [
        BandRow("1 Insight & care", own={"compliant": 3}, found={"compliant": 2, "partially_compliant": 1}),
        BandRow("2 Culture", own={}, found={"not_applicable": 1}),
    ]
    chart = bands_by_criterion(rows, bands=titles, title="Bands", name="one")
    svg = html5lib.parseFragment(chart, namespaceHTMLElements=False)[0]
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "one-title one-desc"
    assert (
        "1 Insight &amp; care: found 2 Compliant, 1 Partially Compliant; own view 3 Compliant. "
        "2 Culture: found 1 Not Applicable; own view nothing."
    ) in chart
    assert "style=" not in chart
    for label in ("2 C", "1 P", "3 C", "1 N/A"):
        assert f">{label}</text>" in chart


def test_a_chart_of_nothing_is_still_a_chart():
    assert "<svg" in bands_by_criterion([], bands={}, title="Nothing yet", name="none")


def test_every_letter_comes_from_the_fonts_that_we_carry(pdf):
    """So that a machine without fonts, such as a container, makes the same file."""
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("Source-Sans-3" in font for font in fonts)
