"""Files that are wrong, or made to harm: a sentence that names the place and what was expected, within the limits."""

import io
import json
import random
import re
import time
import zipfile

import openpyxl
import pytest

from feedback.reading.found import MOST_PROBLEMS
from feedback.reading.sheets import MOST_BYTES, MOST_LINES
from files.child import MOST_OUTPUT
from tests.feedback import makers
from tests.feedback.makers import (
    EXTRACT_HEADER,
    RKE,
    RQX,
    SITE,
    as_csv,
    extract_row,
    figures,
    new_book,
    read,
    sheet_of,
    stopping,
    table_workbook,
    words,
)
from tests.files import hostile

NAME = "inpatient 2025-09.csv"
MOST_SECONDS = 60
SHARE, AGREE, SAME = "expected a percentage from 0% to 100%.", "expected that they agree.", "expected the same number."


def extract(tmp_path, *rows, header=EXTRACT_HEADER):
    return read(as_csv(tmp_path / NAME, [header, *rows]))


def only(problems):
    (problem,) = problems
    return problem


# --- Columns and sheets
def test_a_renamed_column_is_told_with_the_nearest(tmp_path):
    header = [("Orgg cod" if name == "Org code" else name) for name in EXTRACT_HEADER]
    found = extract(tmp_path, extract_row("Ward", 1, 2, 3, 4, 5, 6), header=["Trst Code", *header[1:]])
    problem = only(stopping(found))
    assert problem["words"] == (
        "The column “Trust Code” is missing. The nearest is “Trst Code” in column A: if it is meant, rename it “Trust "
        "Code”."
    )
    assert problem["row"] == 1
    assert found["rows"] == []


def test_a_missing_column_is_told(tmp_path):
    gone = EXTRACT_HEADER.index("2 Good")
    row = extract_row("Ward", 1, 2, 3, 4, 5, 6)
    found = extract(tmp_path, row[:gone] + row[gone + 1 :], header=EXTRACT_HEADER[:gone] + EXTRACT_HEADER[gone + 1 :])
    assert only(stopping(found))["words"] == "The column “Good” is missing."


def test_a_missing_column_of_the_complaints_is_told(tmp_path):
    lines = (makers.SAMPLES / "sample_ko41a_2024-25_org_level_RDY.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "k.csv").write_text(lines.replace("Complaints_Total_Resolved", "Complaints_Totl_Resolvd"))
    found = read(tmp_path / "k.csv", trust="RDY")
    assert "“Complaints_Total_Resolved” is missing. The nearest is “Complaints_Totl_Resolvd” in column K" in words(
        found
    )


def test_the_wrong_sheet_is_told(tmp_path):
    rows = [
        ["ICB Code", "ICB Name", *makers.FIGURES, *makers.ANSWERS],
        ["QMJ", "North Central London", *figures(9, 1, 1, 1, 1, 1)],
    ]
    found = read(table_workbook(tmp_path / "inpatient.xlsx", rows, "ICB"))
    problem = only(stopping(found))
    assert problem["words"] == (
        "The sheet “ICB” holds figures by integrated care board, not by trust; expected a sheet with the column “Trust "
        "Code”, such as Trusts, Sites or Wards."
    )
    assert (problem["sheet"], problem["row"], problem["column"]) == ("ICB", 1, "A")


def test_a_test_that_is_not_kept_here_is_told(tmp_path):
    rows = [["Maternity FFT September 2025"], ["Org code", *makers.ANSWERS], ["RKE", 1, 2, 3, 4, 5, 6]]
    assert "expected inpatient, A&E or outpatient" in words(read(as_csv(tmp_path / "x.csv", rows)))


def test_merged_cells_among_the_rows_are_told(tmp_path):
    path = makers.wards_workbook(tmp_path / "fft.xlsx")
    book = openpyxl.load_workbook(path)
    book["Wards"].merge_cells("B15:B17")
    book.save(path)
    problem = only(stopping(read(path)))
    assert problem["words"].startswith("The cells B15:B17 are merged")
    assert (problem["sheet"], problem["row"], problem["column"]) == ("Wards", 15, "B")


def test_a_header_further_down_than_thirty_rows_is_not_looked_for(tmp_path):
    found = read(makers.wards_workbook(tmp_path / "fft.xlsx", header_row=35))
    assert (found["layout"], found["rows"]) == ("", [])


# --- Cells
@pytest.mark.parametrize(
    ("column", "value", "said", "letter"),
    [
        ("1 Very Good", "-5", "“1 Very Good” holds -5, which is less than zero; expected a count of 0 or more.", "H"),
        ("2 Good", "3.5", "“2 Good” holds 3.5, which is not whole; expected a count, such as 94.", "I"),
        ("4 Poor", "94%", "“4 Poor” holds 94%, a percentage; expected a count, such as 94.", "K"),
        ("% positive", "104%", f"“% positive” holds 104%, which is more than 100%; {SHARE}", "G"),
        ("% positive", "1.04", f"“% positive” holds 1.04, which is more than 100%; {SHARE}", "G"),
        ("% positive", "-1%", f"“% positive” holds -1%, which is less than zero; {SHARE}", "G"),
        ("% positive", "12%", f"“% positive” is 12.0%, but 94 of 100 responses are 94.0%; {AGREE}", "G"),
        ("Total responses", "120", f"The answers add up to 100, but “Total responses” is 120; {SAME}", "F"),
        ("5 Very Poor", "=H2", "“5 Very Poor” holds “=H2”; expected the formula’s result.", "L"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_true_stops_and_names_its_place(tmp_path, column, value, said, letter):
    row = extract_row("Archway Ward", 80, 14, 3, 1, 1, 1)
    row[EXTRACT_HEADER.index(column)] = value
    problem = stopping(extract(tmp_path, extract_row("Other", 1, 0, 0, 0, 0, 0), row))[0]
    assert problem["words"] == said
    assert (problem["row"], problem["column"]) == (3, letter)


def test_both_shares_together_are_no_more_than_all(tmp_path):
    rows = [["Org code", *makers.FIGURES, *makers.ANSWERS], ["RKE", 100, 300, 0.9, 0.2, "*", "*", "*", "*", "*", "*"]]
    assert "together are 110%; expected no more than 100%" in words(read(as_csv(tmp_path / NAME, rows)))


@pytest.mark.parametrize("value", ["see note", "#REF!", "?"])
def test_words_instead_of_a_number_are_told_and_left_unknown(tmp_path, value):
    row = extract_row("Archway Ward", 80, 14, 3, 1, 1, 1)
    row[EXTRACT_HEADER.index("3 Neither good nor poor")] = value
    found = extract(tmp_path, row)
    problem = only(found["problems"])
    assert (problem["row"], problem["column"], problem["stops"]) == (2, "J", False)
    assert problem["words"].startswith(f"“3 Neither good nor poor” holds “{value}”; expected a number")
    assert found["rows"][0]["figures"][0]["detail"]["neither"] is None


def test_a_formula_without_a_stored_result_stops(tmp_path):
    path = makers.wards_workbook(tmp_path / "fft.xlsx")
    book = openpyxl.load_workbook(path)
    book["Wards"]["G15"] = "=SUM(K15:P15)"
    book.save(path)
    problem = only(stopping(read(path)))
    assert problem["words"] == (
        "“Total Responses” is a formula whose result is not stored in the file; expected a value. Open the workbook in "
        "Excel, let it calculate, save it and send it again."
    )
    assert (problem["sheet"], problem["row"], problem["column"]) == ("Wards", 15, "G")


def test_a_trust_code_that_is_a_formula_without_a_result_stops(tmp_path):
    path = makers.wards_workbook(tmp_path / "fft.xlsx")
    book = openpyxl.load_workbook(path)
    for row in range(15, 19):
        book["Wards"][f"B{row}"] = '="R"&"KE"'
    book.save(path)
    found = read(path)
    assert {(each["row"], each["column"]) for each in stopping(found)} == {(row, "B") for row in range(15, 19)}


def test_a_formula_with_its_result_is_read(tmp_path):
    path = makers.wards_workbook(tmp_path / "fft.xlsx")
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content, count = re.subn(rb'(<c r="G15"[^>]*>)<v>100</v>', rb"\1<f>SUM(K15:P15)</f><v>100</v>", content)
                assert count == 1
            new.writestr(name, content)
    path.write_bytes(changed.getvalue())
    found = read(path)
    assert found["problems"] == []
    assert found["rows"][0]["figures"][0]["responses"] == 100


# --- Rows
def test_a_file_without_the_trust_names_up_to_five_that_it_has(tmp_path):
    rows = [extract_row("Ward", 1, 2, 3, 4, 5, 6, org=f"R{n:02}") for n in range(7)]
    for number, row in enumerate(rows):
        row[1] = f"Trust {number}"
    problem = only(stopping(extract(tmp_path, *rows)))
    assert problem["words"] == (
        "This file has no figures of your trust (RKE). It holds those of Trust 0 (R00), Trust 1 (R01), Trust 2 (R02), "
        "Trust 3 (R03), Trust 4 (R04) and 2 others."
    )


def test_the_same_ward_twice_is_told_with_both_rows(tmp_path):
    found = extract(tmp_path, extract_row("Ward", 1, 0, 0, 0, 0, 0), extract_row("WARD", 2, 0, 0, 0, 0, 0))
    problem = only(stopping(found))
    assert problem["words"].startswith("“WARD” is here a second time: it is in row 2 already; expected one row")
    assert problem["row"] == 3


def test_a_month_twice_is_told(tmp_path):
    rows = [[month, *extract_row("Ward", 1, 0, 0, 0, 0, 0)] for month in ("Sep-25", "Oct-25", "01/09/2025")]
    problem = only(stopping(extract(tmp_path, *rows, header=["Month", *EXTRACT_HEADER])))
    assert "a second time for September 2025: it is in row 2 already" in problem["words"]
    assert problem["row"] == 4


def test_a_month_that_is_none_is_told(tmp_path):
    rows = [[month, *extract_row(f"Ward {month}", 1, 0, 0, 0, 0, 0)] for month in ("Sep-25", "Michaelmas", "")]
    found = extract(tmp_path, *rows, header=["Month", *EXTRACT_HEADER])
    assert [(each["row"], each["column"]) for each in stopping(found)] == [(3, "A"), (4, "A")]
    assert "“Month” holds “Michaelmas”; expected a month such as September 2025" in words(found)
    assert "“Month” is empty; expected a month" in words(found)


def test_a_name_that_speaks_of_another_month_is_told(tmp_path):
    found = read(makers.wards_workbook(tmp_path / "fft_2025-08.xlsx"))
    problem = only(found["problems"])
    assert problem["words"] == (
        "The file’s name speaks of August 2025, but what is in it of September 2025; expected one period. What is "
        "in it counts."
    )
    assert (problem["stops"], found["period"][0]) == (False, "2025-09-01")


def test_problems_are_bounded_and_those_that_stop_come_first(tmp_path):
    rows = [extract_row(f"Ward {n}", "?", 0, 0, 0, 0, 0, total=1, share="") for n in range(MOST_PROBLEMS * 2)]
    found = extract(tmp_path, *rows, extract_row("Last", -1, 0, 0, 0, 0, 0))
    assert len(found["problems"]) == MOST_PROBLEMS + 1
    assert found["problems"][0]["stops"]
    assert found["problems"][-1]["words"].endswith("more problems of these kinds are not listed.")


# --- Not what is read
def stops_with(path, said):
    begun = time.monotonic()
    found = read(path)
    assert said in words(found)
    assert stopping(found)
    assert (found["rows"], found["tables"]) == ([], [])
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_workbook_of_200_mb_is_refused_by_its_size(tmp_path):
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(200 * 2**20)
    stops_with(path, f"This file is larger than {MOST_BYTES // 2**20} MB.")


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("EncryptedPackage", "This workbook is protected with a password. Open it in Excel, choose File, Info"),
        ("Workbook", "This is an Excel workbook in its old format (.xls). Open it in Excel, choose Save as"),
        ("WordDocument", "This is not an Excel workbook"),
    ],
)
def test_old_and_locked_workbooks_are_told_what_to_do(tmp_path, stream, said):
    path = tmp_path / "figures.xls"
    path.write_bytes(hostile.ole(stream))
    stops_with(path, said)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a gigabyte in a docx", "This is not an Excel workbook"),
        ("xlsx with growing entities", "defines entities that grow when it is read"),
        ("two parts over one another", "This is not an Excel workbook"),
        ("truncated docx", "damaged or cut off"),
        ("zip with ../ in it", "This is not an Excel workbook"),
        ("docx with macros", "This is not an Excel workbook"),
        ("program named pdf", "neither a table as text"),
        ("html named csv", "neither a table as text"),
        ("zeros named txt", "neither a table as text"),
        ("zero bytes", "There is nothing in this file"),
    ],
)
def test_what_is_no_table_or_made_to_harm_stops(tmp_path, name, said):
    stops_with(hostile.HOSTILE[name](tmp_path), said)


def sheet_xml(rows):
    return f'{hostile.XML}<worksheet xmlns="{hostile.SHEET}"><sheetData>{rows}</sheetData></worksheet>'


def made_by_hand(path, sheet):
    workbook = (
        f'{hostile.XML}<workbook xmlns="{hostile.SHEET}" xmlns:r="{hostile.RELATION}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    parts = {
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": hostile.relations(("worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": sheet,
    }
    path.write_bytes(hostile.xlsx(parts))
    return path


def test_a_bomb_as_a_workbook_stops(tmp_path):
    row = b"<row><c><v>1</v></c></row>"
    content = sheet_xml("X").encode().replace(b"X", row * (220 * 2**20 // len(row)))
    stops_with(made_by_hand(tmp_path / "bomb.xlsx", content), "unpacks to far more than figures need")


def test_a_small_bomb_with_too_many_rows_stops(tmp_path):
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, MOST_LINES + 100))
    stops_with(made_by_hand(tmp_path / "rows.xlsx", sheet_xml(rows)), f"more than {MOST_LINES:,} rows")


def test_too_many_cells_stop(tmp_path):
    chance = random.Random(5)
    cells = ["".join(f"<c><v>{chance.random()}</v></c>" for _ in range(300)) for _ in range(400)]
    rows = "".join(f"<row>{cells[n % 400]}</row>" for n in range(2_100))
    stops_with(made_by_hand(tmp_path / "cells.xlsx", sheet_xml(rows)), "cells, which is more than such a file needs")


def test_a_cell_far_away_costs_nothing(tmp_path):
    far = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    far += '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    begun = time.monotonic()
    found = read(made_by_hand(tmp_path / "far.xlsx", sheet_xml(far)))
    assert found["layout"] == ""
    assert time.monotonic() - begun < MOST_SECONDS


def test_a_table_as_text_with_a_cell_of_megabytes_stops(tmp_path):
    (tmp_path / "x.csv").write_text('a,b\n"' + "x" * 200_000 + "\n")
    stops_with(tmp_path / "x.csv", "of this file cannot be read as a table")


def test_a_table_as_text_with_too_many_rows_stops(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n" + "1,2\n" * (MOST_LINES + 10))
    stops_with(tmp_path / "x.csv", f"more than {MOST_LINES:,} rows")


def test_a_national_workbook_is_read_within_the_limits(tmp_path):
    book = new_book()
    wards = [
        [*RQX[:1], f"R{n % 140:03}", "A trust", f"S{n}", "A site", f"Ward {n}", *figures(9, 1, 1, 1, 1, 1)]
        for n in range(4000)
    ]
    sheet_of(book, "Wards", [*wards, *([*RKE, *SITE, f"Ward {n}", *figures(80, 14, 3, 1, 1, 1)] for n in range(60))])
    book.save(path := tmp_path / "national.xlsx")
    begun = time.monotonic()
    found = read(path)
    assert found["problems"] == []
    assert (len(found["rows"]), found["left_out"]["other_trusts"]) == (60, 4000)
    assert time.monotonic() - begun < MOST_SECONDS


@pytest.mark.parametrize(("rows", "fits"), [(750, True), (751, False)])
def test_the_longest_answer_fits_into_what_a_child_may_say(tmp_path, rows, fits):
    """The most figures that are imported at once, with long names; one row more is refused."""
    columns = [f"Question {n}" for n in range(20)]
    lines = [[f"{number} {'x' * 150}", *[f"{n}%" for n in range(20)]] for number in range(rows)]
    path = as_csv(tmp_path / "long 2025.csv", [["Clinic", *columns], *lines])
    mapping = {"sheet": "", "header_row": 1, "ward": "Clinic"}
    found = read(path, mapping=mapping | {"figures": [{"column": name, "measure": "x" * 60} for name in columns]})
    assert (len(found["rows"]) == rows) == fits
    assert ("at most 15,000 can be imported at once" in words(found)) != fits
    assert len(json.dumps(found)) < MOST_OUTPUT
