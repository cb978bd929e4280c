"""The dashboard to take away: the same lines and figures as the screen, and no cell that a spreadsheet would run."""

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from assessments.models import EvidenceVersion
from assessments.rules import Band
from departments.models import Department
from tests.assessments.years import decided_in
from tests.portal.test_dashboard import URL, words_of

TODAY = date(2026, 11, 28)
XLSX, CSV = "/trusts/RKE/dashboard.xlsx", "/trusts/RKE/dashboard.csv"
QUERIES = ["", "?year=2024", "?compare=2023", "?criterion=2", "?type=320&stage=certified&sort=share"]


@pytest.fixture
def departments(here, standard, people, services_and_sites):
    """Cardiology, decided in 2023 and 2025; a department whose name begins as a formula does; one with nothing."""
    said = {"standard": standard, "people": people}
    decided_in(2023, department=here.department, bands={"1.1.1": Band.PARTIALLY_COMPLIANT}, **said)
    decided_in(2025, department=here.department, bands={"2.1.1": Band.COMPLIANCE_PLUS}, **said)
    formula = Department.objects.create(trust=here.trust, name='=HYPERLINK("x")', treatment_function_id="320")
    decided_in(2024, department=formula, bands={"2.1.1": Band.NON_COMPLIANT}, outcome="no_award", **said)
    Department.objects.create(trust=here.trust, name="@Ward", treatment_function_id="320")


@pytest.fixture
def client(signed_in):
    return signed_in("executive")


def table_of(client: Client, query: str = "") -> list[dict[str, str]]:
    """The lines of the CSV file, by their heads."""
    text = client.get(f"{CSV}{query}").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    heads, end = rows[0], rows.index([])
    return [dict(zip(heads, row, strict=True)) for row in rows[1:end]]


def sheet_of(client: Client, name: str, query: str = "") -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(client.get(f"{XLSX}{query}").content))
    return list(book[name].iter_rows(values_only=True))


@pytest.mark.parametrize("url", [XLSX, CSV])
@pytest.mark.parametrize(
    ("who", "status"), [("executive", 200), ("executive.elsewhere", 404), ("stranger", 404), ("lead", 403)]
)
def test_only_executives_of_the_trust_take_it_away(signed_in, preparing, url, who, status):
    assert signed_in(who).get(url).status_code == status


@pytest.mark.parametrize("query", QUERIES)
def test_a_file_holds_what_the_screen_shows(client, departments, query):
    with time_machine.travel(TODAY):
        page, rows = client.get(f"{URL}{query}").text, table_of(client, query)
    lines = re.findall(r"<tr>\s*(?:<th scope=\"rowgroup\"|<td class=\"app-board__what)(.*?)</tr>", page, re.DOTALL)
    assert len(lines) == len(rows) > 0
    for line, row in zip(lines, rows, strict=True):
        shown = words_of(line.replace("&quot;", '"'))
        assert row["Assessment"] in shown
        assert row["Verdict and headroom"] in shown
        assert row["Due"] in shown
        assert row["Change"] in shown
        if row["Share"] and row["Not yet rated"] == "0":
            assert f"{row['Share'].removesuffix('.0')}% at or above Compliant" in shown
        told = re.findall(r'visually-hidden">([^<:]+): ([^<]+)</span></a></td>', line)
        assert [row[title.replace("&amp;", "&")] for title, _ in told] == [words for _, words in told]
    said = words_of(page)
    for row in rows:
        assert row["Department"].removeprefix("'").replace('"', "&quot;") in said


@pytest.mark.parametrize("query", QUERIES)
def test_both_files_hold_the_same_lines(client, departments, query):
    with time_machine.travel(TODAY):
        rows, sheet = table_of(client, query), sheet_of(client, "Departments", query)
    assert list(sheet[0]) == list(rows[0])
    for row, cells in zip(rows, sheet[1:], strict=True):
        for said, cell in zip(row.values(), cells, strict=True):
            told = "" if cell is None else str(cell.date() if hasattr(cell, "date") else cell)
            assert said.removeprefix("'") == told


def test_counts_add_up_to_the_lines(client, departments):
    with time_machine.travel(TODAY):
        rows, counts = table_of(client), sheet_of(client, "Counts")[1:]
    for row in rows:
        own = [line for line in counts if line[:2] == (row["Department"].removeprefix("'"), row["Assessment"])]
        good = sum(int(str(line[-1])) for line in own if line[5] in ("Compliant", "Compliance Plus"))
        assert str(good) == (row["At or above Compliant"] or "0")


def test_it_says_what_each_column_counts_and_what_was_asked(client, departments):
    with time_machine.travel(TODAY):
        heads = sheet_of(client, "Departments")[0]
        told = dict(sheet_of(client, "What it counts", "?year=2024&criterion=2")[1:])
        every = dict(sheet_of(client, "What it counts")[1:])
    assert set(heads) <= set(every)
    assert told["As at"] == "The end of 2024"
    assert told["Shown"] == "The Culture of the Organisation, by department"
    assert every["As at"] == "Today, 28 November 2026"


def test_no_cell_is_a_formula(client, departments):
    book = load_workbook(io.BytesIO(client.get(XLSX).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    text = client.get(CSV).content.decode("utf-8-sig")
    assert all(not cell.startswith(("=", "@", "+", "-")) for row in csv.reader(io.StringIO(text)) for cell in row)


def test_evidence_that_runs_out_is_told_as_on_the_screen(client, preparing, evidence_in_preparation):
    EvidenceVersion.objects.update(dated=TODAY - timedelta(days=90), valid_until=TODAY - timedelta(days=1))
    with time_machine.travel(TODAY):
        (row,) = table_of(client)
    assert (row["Evidence out of date"], row["Evidence that expires"]) == ("1", "0")


def test_a_file_is_nobody_elses_to_keep(client, departments):
    for url, kind in ((XLSX, "spreadsheetml"), (CSV, "text/csv; charset=utf-8")):
        answer = client.get(url)
        assert kind in answer["Content-Type"]
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith('attachment; filename="Dashboard of Whittington')
    assert client.get(CSV).content.startswith(b"\xef\xbb\xbf")


def test_the_screen_leads_to_its_files(client, departments):
    page = client.get(f"{URL}?type=320&compare=2023").text
    assert 'href="/trusts/RKE/dashboard.xlsx?type=320&amp;compare=2023"' in page
    assert 'href="/trusts/RKE/dashboard.csv?type=320&amp;compare=2023"' in page
