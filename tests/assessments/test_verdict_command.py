"""`manage.py verdict`: a spreadsheet tried against the award rule, with no database."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, execute_from_command_line

from assessments.rules import Band
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard

RULE = read_standard(BUNDLED_STANDARD).rule()


@pytest.fixture
def sheet(tmp_path):
    """Writes a CSV file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = Path(tmp_path, "ratings.csv")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def compliant(**changes: str) -> str:
    """A whole sheet of Compliant but for the changes, written e4_1_1="non_compliant"."""
    bands = dict.fromkeys(RULE.elements, "compliant")
    bands |= {name.removeprefix("e").replace("_", "."): band for name, band in changes.items()}
    return "element,band\n" + "".join(f"{element},{band}\n" for element, band in bands.items())


def verdict_on(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("verdict", str(path), *options, stdout=out)
    answer = json.loads(out.getvalue())
    assert isinstance(answer, dict)
    return answer


def refusal_of(path: Path, *options: str) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("verdict", str(path), *options, stdout=StringIO())
    assert refused.value.returncode == 1
    return str(refused.value)


def test_a_compliant_sheet_is_an_award(sheet):
    answer = verdict_on(sheet(compliant(e4_1_1="partially_compliant", e3_1_2="not_applicable")))

    assert answer["outcome"] == "award"
    assert answer["headroom"] == {"1": 2, "2": 2, "3": 2, "4": 1, "5": 2}
    assert len(answer["reasons"]) == 1


def test_a_non_compliance_is_no_award_and_names_its_criterion(sheet):
    answer = verdict_on(sheet(compliant(e4_1_1="non_compliant")))

    assert answer["outcome"] == "no_award"
    assert answer["reasons"] == ["Criterion 4 Delivery: element 4.1.1 is Non-Compliant; no element may be."]


def test_an_empty_band_is_not_yet_rated(sheet):
    answer = verdict_on(sheet(compliant(e4_1_1="")))

    assert answer["outcome"] == "incomplete"
    assert answer["reasons"] == ["Criterion 4 Delivery: element 4.1.1 is not yet rated."]


def test_an_element_without_a_line_is_not_yet_rated(sheet):
    assert verdict_on(sheet("element,band\n1.1.1,compliant\n"))["outcome"] == "incomplete"


@pytest.mark.parametrize("written", ["Compliance Plus", "COMPLIANCE_PLUS", " compliance  plus ", "Compliance-plus"])
def test_a_band_may_be_written_as_people_write_it(sheet, written):
    assert verdict_on(sheet(compliant(e1_1_1=written)))["outcome"] == "award"


def test_a_sheet_saved_by_excel_is_read(sheet):
    text = compliant().replace("element,band", "Note, Band ,Element").splitlines()
    rows = [text[0]] + [
        f'"caf\u00e9, two\r\nlines",{band},{element}' for element, band in (r.split(",") for r in text[1:])
    ]
    windows = "\r\n".join(rows)

    assert verdict_on(sheet(b"\xef\xbb\xbf" + windows.encode()))["outcome"] == "award"
    assert verdict_on(sheet(windows.encode("cp1252")))["outcome"] == "award"


def test_blank_lines_and_lines_of_commas_are_passed_over(sheet):
    assert verdict_on(sheet("\n" + compliant() + "\n,,\n"))["outcome"] == "award"


def test_every_wrong_line_is_named_at_once(sheet):
    path = sheet(
        "element,band\n1.1.1,excellent\n9.9.9,compliant\n1.1.2,Not Applicable\n1.1.3,compliant\n1.1.3,\n,compliant\n"
    )
    assert refusal_of(path).splitlines()[1:] == [
        f"{path}, line 2: Element 1.1.1: “excellent” is not a band. Use one of {', '.join(Band.values)}.",
        f"{path}, line 3: There is no element 9.9.9 in this standard.",
        f"{path}, line 4: Element 1.1.2 arises for every service, so it cannot be Not Applicable.",
        f"{path}, line 6: element 1.1.3 is already on line 5.",
        f"{path}, line 7: there is no element number.",
    ]


def test_a_line_after_a_note_of_several_lines_is_named_right(sheet):
    path = sheet('element,band,note\n1.1.1,compliant,"one\ntwo\nthree"\n1.1.2,wrong,\n')
    assert f"{path}, line 5: Element 1.1.2" in refusal_of(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("element,rating\n1.1.1,compliant\n", "line 1: there is no column “band”"),
        ("1.1.1,compliant\n", "line 1: there is no column “element”"),
        ("element,band,band\n", "line 1: there is more than one column “band”"),
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("element,band\n1.1.1," + "x" * 200_000, "line 2: this is not a CSV file"),
    ],
)
def test_a_sheet_without_its_columns_is_refused(sheet, content, message):
    assert message in refusal_of(sheet(content))


def test_a_sheet_that_cannot_be_read_is_refused(tmp_path):
    assert "cannot be read (No such file or directory)" in refusal_of(tmp_path / "nowhere.csv")
    assert "cannot be read (Is a directory)" in refusal_of(tmp_path)


def test_another_standard_brings_its_own_rule_and_names_for_bands(sheet, tmp_path):
    strict = tmp_path / "strict.yaml"
    text = BUNDLED_STANDARD.read_text(encoding="utf-8")
    strict.write_text(text.replace("'4': 2", "'4': 0").replace("title: Partially Compliant", "title: Nearly There"))

    answer = verdict_on(sheet(compliant(e4_1_1="nearly there")), "--standard", str(strict))
    assert answer["outcome"] == "no_award"
    assert answer["reasons"] == ["Criterion 4 Delivery: element 4.1.1 is Partially Compliant; at most 0 may be."]


def test_a_wrong_standard_is_refused_with_its_problems(sheet, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("code: x\n")

    assert f"{wrong}, line 1: the file lacks the key “criteria”" in refusal_of(
        sheet(compliant()), "--standard", str(wrong)
    )


def test_a_refusal_goes_to_standard_error_and_ends_with_status_1(sheet, capsys):
    path = sheet("element,band\n9.9.9,compliant\n")
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "verdict", str(path)])

    assert ended.value.code == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert f"{path}, line 2: There is no element 9.9.9" in output.err


@pytest.mark.django_db
def test_a_stored_standard_is_found_by_its_code(sheet):
    call_command("load_standard", str(BUNDLED_STANDARD), stdout=StringIO())

    assert verdict_on(sheet(compliant()), "--standard", "cse-2008")["outcome"] == "award"
    assert "“cse-1999” is neither a file nor the code of a stored standard" in refusal_of(
        sheet(compliant()), "--standard", "cse-1999"
    )
