"""Reading a standard's file: each mistake is told with its line and what to do."""

from pathlib import Path

import pytest

from assessments.models import Assessment
from assessments.rules import Band
from assessments.services.standard_file import BUNDLED_STANDARD, WrongStandard, read_standard
from tests.assessments.small_standard import SMALL


@pytest.fixture
def written(tmp_path):
    """Writes a standard's file and gives its path."""

    def write(content: str | bytes) -> Path:
        path = Path(tmp_path, "small.yaml")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def problems_of(path: Path) -> list[str]:
    """What is wrong with the file, without its name."""
    with pytest.raises(WrongStandard) as refused:
        read_standard(path)
    problems = str(refused.value).splitlines()
    assert all(problem.startswith(str(path)) for problem in problems)
    return [problem.removeprefix(str(path)).lstrip(", :") for problem in problems]


def test_numbers_are_read_as_they_are_written(written):
    read = read_standard(written(SMALL.replace("number: 1.1.2", "number: 1.1.10")))

    assert [element.number for element in read.elements()] == ["1.1.1", "1.1.10"]


def test_content_has_one_hash_whatever_its_layout(written):
    plain = read_standard(written(SMALL)).sha256()

    assert read_standard(written("# A comment\n" + SMALL)).sha256() == plain
    assert read_standard(written(SMALL.replace("Know\n", "Knew\n"))).sha256() != plain


def test_the_bundled_standard_is_right():
    assert len(read_standard(BUNDLED_STANDARD).elements()) == 57


def test_mistakes_below_a_wrong_number_are_not_told_twice(written):
    assert problems_of(written(SMALL.replace("number: 1\n", "number: A\n").replace("{1: 1}", "{}"))) == [
        "line 4: criterion number “A” is not of the form 1: correct it."
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("title: A small standard\n", "", "line 1: the file lacks the key “title”: add it."),
        ("      title: Know\n", "      tittle: Know\n", "line 10: an element lacks the key “title”: add it."),
        (
            "      title: Know\n",
            "      title: Know\n      tittle: Know\n",
            "line 12: an element has the unknown key “tittle”: did you mean “title”?",
        ),
        (
            "  title: Insight\n",
            "  title: Insight\n  title: Again\n",
            "line 6: a criterion has the key “title” twice: remove one.",
        ),
        ("title: Know\n", "title:\n", "line 11: title is empty: write it."),
        ("title: Know\n", "title: null\n", "line 11: title is empty: write it."),
        (
            "title: Know\n",
            "title: [Know]\n",
            "line 11: title must be text, not a list or a mapping: write it on one line after “title: ”.",
        ),
        ("title: Know\n", f"title: {'K' * 301}\n", "line 11: title has 301 characters: shorten it to 300."),
        ("title: Know\n", 'title: "Kn\\0w"\n', "line 11: title holds a control character: remove it."),
        ("title: Know\n", "title: Kn\x01w\n", "line 11: there is a character that YAML does not allow: remove it."),
        (
            "number: 1.1.2",
            "number: 1.1.1",
            "line 13: element 1.1.1 is already on line 10: give each its own number.",
        ),
        (
            "number: 1.1.2",
            "number: 1.2.2",
            "line 13: element 1.2.2 stands under 1.1: number it 1.1.2 or move it.",
        ),
        ("number: 1.1.2", "number: two", "line 13: element number “two” is not of the form 1.1.1: correct it."),
        ("number: 1\n", "number: A\n", "line 4: criterion number “A” is not of the form 1: correct it."),
        (
            "code: compliant,",
            "code: fine,",
            f"line 19: unknown band code “fine”: use one of {', '.join(Band.values)}.",
        ),
        (
            "code: compliant,",
            "code: compliance_plus,",
            "line 19: band code compliance_plus is already on line 18: remove one.",
        ),
        (
            "- {code: compliant, title: Compliant, meaning: Meets.}\n",
            "",
            "line 18: bands lack compliant: add a code, title and meaning for each.",
        ),
        (
            "{1: 1}",
            "{1: 1, 7: 2}",
            "line 25: there is a limit for criterion 7, which is not in this file: use one of 1.",
        ),
        ("{1: 1}", "{}", "line 25: criterion 1 has no limit of partials: add one ('1': 2)."),
        (
            "{1: 1}",
            "{1: -1}",
            "line 25: the limit of criterion 1 is “-1”: it must be a whole number from 0 to 9999.",
        ),
        (
            "max_non_compliant: 0",
            "max_non_compliant: none",
            "line 24: max_non_compliant is “none”: it must be a whole number from 0 to 9999.",
        ),
        (
            "may_be_not_applicable: true",
            "may_be_not_applicable: perhaps",
            "line 16: may_be_not_applicable is “perhaps”: write true or false.",
        ),
        (
            "certificate_years: 3",
            "certificate_years: 0",
            "line 27: certificate_years is “0”: it must be a whole number from 1 to 9999.",
        ),
        (
            "code: small",
            "code: Small One",
            "line 1: code “Small One” must be small letters, digits and single hyphens, such as cse-2008.",
        ),
        (
            "  - {kind: initial, scope: all}\n",
            "    initial\n",
            "line 29: reviews must be a list with at least one item: start each item with “- ”.",
        ),
    ],
)
def test_each_mistake_is_told_with_its_line_and_what_to_do(written, right, wrong, problem):
    assert right in SMALL

    assert problem in problems_of(written(SMALL.replace(right, wrong, 1)))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty: write the standard in it."),
        ("# nothing but a comment\n", "the file is empty: write the standard in it."),
        ("- a\n- list\n", "line 1: the file must be a mapping: write it as “key: value” lines."),
        ("just words", "line 1: the file must be a mapping: write it as “key: value” lines."),
        (b"code: x\ntitle: caf\xe9\n", "line 2: this is not UTF-8 text: save the file as UTF-8."),
        ("[" * 5000, "its lists and mappings are nested too deeply: keep to the layout of a standard."),
    ],
)
def test_a_file_that_is_no_standard_at_all_is_refused(written, content, problem):
    assert problems_of(written(content)) == [problem]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("code: small\ntitle: [open\n", "line 3"),
        ("code: small\n\ttitle: x\n", "line 2"),
        ("a: b\n---\na: c\n", "line 2"),
    ],
)
def test_bad_yaml_is_told_with_its_line(written, content, line):
    (problem,) = problems_of(written(content))

    assert problem.startswith(f"{line}: this is not valid YAML (")
    assert problem.endswith("): correct it here or just above.")


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    assert problems_of(tmp_path) == ["this is a folder: give the YAML file in it."]
    assert problems_of(tmp_path / "nowhere.yaml") == [
        "cannot be read (No such file or directory): check the name and its permissions."
    ]


def test_more_criteria_than_the_counts_have_room_for_are_refused(written):
    criterion = SMALL[SMALL.index("- number: 1\n") : SMALL.index("bands:")]
    many = "".join(
        criterion.replace("number: 1", f"number: {number}").replace("number: 1.1", f"number: {number}.1")
        for number in range(1, 42)
    )
    assert "line 4: there are 41 criteria: an assessment counts by at most 40." in problems_of(
        written(SMALL.replace(criterion, many))
    )


def test_the_counts_of_forty_criteria_have_room_in_the_index(preparing):
    tallies = {
        str(number): {
            "elements": number, "ready": number * 7 % 60, "supported": number * 11 % 60,
            "own": {band: number * place % 61 for place, band in enumerate(["", *Band.values], start=3)},
            "found": {band: number * place % 59 for place, band in enumerate(["", *Band.values], start=5)},
        }
        for number in range(1, 41)
    }  # fmt: skip
    Assessment.objects.filter(pk=preparing.pk).update(tallies=tallies)
    assert Assessment.objects.get(pk=preparing.pk).tallies == tallies
