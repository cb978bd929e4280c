"""`manage.py load_standard`: a standard's file becomes a version that never changes, or is refused line by line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from assessments.models import BandMeaning, Criterion, Element, Standard, SubCriterion
from assessments.rules import Band
from assessments.services.standard_file import BUNDLED_STANDARD, read_standard
from tests.assessments.small_standard import SMALL


@pytest.fixture
def written(tmp_path):
    """Writes a standard's file and gives its path."""

    def write(content: str | bytes = SMALL, name: str = "small.yaml") -> Path:
        path = Path(tmp_path, name)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def load(path: Path) -> str:
    out = StringIO()
    call_command("load_standard", str(path), stdout=out)
    return out.getvalue().strip()


def problems_of(path: Path) -> list[str]:
    """What the command says is wrong, without the file's name."""
    with pytest.raises(CommandError) as refused:
        load(path)
    assert refused.value.returncode == 1
    first, *problems = str(refused.value).splitlines()
    assert first == "nothing was stored, because of this:"
    assert all(problem.startswith(str(path)) for problem in problems)
    return [problem.removeprefix(str(path)).lstrip(", :") for problem in problems]


def lineage(code: str) -> dict[str, str | None]:
    """Number of each element of the newest version → its number in the version before."""
    newest = Standard.objects.newest(code)
    assert newest is not None
    return {
        element.number: element.previous.number if element.previous else None
        for element in newest.elements.select_related("previous")
    }


@pytest.mark.django_db
class TestStoring:
    def test_the_bundled_standard_has_5_criteria_and_57_elements(self):
        said = load(BUNDLED_STANDARD)
        standard = Standard.objects.get()

        assert said == "Stored Customer Service Excellence (cse-2008, version 1): 57 elements in 5 criteria."
        assert list(standard.criteria.values_list("number", flat=True)) == ["1", "2", "3", "4", "5"]
        assert [criterion.subcriteria.count() for criterion in standard.criteria.all()] == [3, 2, 4, 3, 3]
        assert standard.elements.count() == 57
        assert list(standard.bands.values_list("code", flat=True)) == Band.values
        assert set(standard.elements.filter(may_be_not_applicable=True).values_list("number", flat=True)) == {
            "3.1.2",
            "3.3.3",
        }
        assert standard.cycle["certificate_years"] == 3

    def test_a_stored_standard_has_the_rule_of_its_file_in_one_query(self, django_assert_num_queries):
        load(BUNDLED_STANDARD)
        standard = Standard.objects.get()
        with django_assert_num_queries(1):
            rule = standard.rule()

        assert rule == read_standard(BUNDLED_STANDARD).rule()
        assert list(rule.elements) == list(read_standard(BUNDLED_STANDARD).rule().elements)

    def test_the_outline_is_one_query_in_the_order_of_the_file(self, django_assert_num_queries):
        load(BUNDLED_STANDARD)
        with django_assert_num_queries(1):
            outline = [
                (element.subcriterion.criterion.number, element.subcriterion.number, element.number)
                for element in Element.objects.outline()
            ]

        assert len(outline) == 57
        assert outline == sorted(outline)

    def test_the_same_file_twice_changes_nothing(self):
        load(BUNDLED_STANDARD)

        assert load(BUNDLED_STANDARD) == (
            "Nothing changed: this is stored already as Customer Service Excellence (cse-2008, version 1)."
        )
        assert Standard.objects.count() == 1
        assert Element.objects.count() == 57

    def test_comments_and_layout_are_no_new_version(self, written):
        load(written())
        said = load(written(b"\xef\xbb\xbf# A comment\r\n" + SMALL.replace("\n", "\r\n").encode()))

        assert said.startswith("Nothing changed")

    def test_changed_content_is_a_new_version_and_the_old_one_stays(self, written):
        load(written())
        said = load(written(SMALL.replace("Questions.", "Better questions.")))

        assert said == "Stored A small standard (small, version 2): 2 elements in 1 criterion."
        assert list(Element.objects.filter(number="1.1.2").order_by("pk").values_list("looks_for", flat=True)) == [
            "Questions.",
            "Better questions.",
        ]
        newest = Standard.objects.newest("small")
        assert newest is not None
        assert newest.version == 2

    def test_loading_an_old_version_again_changes_nothing(self, written):
        load(written())
        load(written(SMALL.replace("Questions.", "Better questions.")))

        assert load(written()) == "Nothing changed: this is stored already as A small standard (small, version 1)."

    def test_another_code_is_another_standard(self, written):
        load(written())
        load(written(SMALL.replace("code: small", "code: other")))

        assert list(Standard.objects.values_list("code", "version")) == [("other", 1), ("small", 1)]
        assert lineage("other") == {"1.1.1": None, "1.1.2": None}


@pytest.mark.django_db
class TestLineage:
    def test_an_element_of_the_same_number_is_the_same_element(self, written):
        load(written())
        load(written(SMALL.replace("Questions.", "Better questions.")))

        assert lineage("small") == {"1.1.1": "1.1.1", "1.1.2": "1.1.2"}

    def test_an_element_that_moved_says_what_it_was_and_the_one_in_its_place_is_new(self, written):
        load(written())
        moved = "    - {number: 1.1.3, title: Ask, looks_for: Questions., was: 1.1.2}\nbands:"
        load(written(SMALL.replace("bands:", moved, 1)))

        assert lineage("small") == {"1.1.1": "1.1.1", "1.1.2": None, "1.1.3": "1.1.2"}

    def test_an_empty_was_makes_a_new_element(self, written):
        load(written())
        load(written(SMALL.replace("      looks_for: Questions.", "      looks_for: Questions.\n      was:")))

        assert lineage("small") == {"1.1.1": "1.1.1", "1.1.2": None}

    def test_an_element_that_the_version_before_does_not_have_is_refused(self, written):
        load(written())
        path = written(SMALL.replace("      looks_for: Questions.", "      looks_for: Questions.\n      was: 7.7.7"))

        assert problems_of(path) == [
            "line 16: element 1.1.2 says it was 7.7.7, which version 1 of small does not have:"
            " correct “was”, or leave it empty for a new element."
        ]
        assert Standard.objects.count() == 1

    def test_where_no_version_is_stored_a_later_one_can_be_the_first(self, written):
        load(written(SMALL.replace("      looks_for: Questions.", "      looks_for: Questions.\n      was: 7.7.7")))

        assert lineage("small") == {"1.1.1": None, "1.1.2": None}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Standard, Criterion, SubCriterion, Element, BandMeaning])
class TestAStoredVersionIsNeverAltered:
    def test_not_by_an_update(self, model, written):
        load(written())
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            model.objects.update(title="Changed")

    def test_not_by_a_delete(self, model, written):
        load(written())
        rows = model.objects.all()
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            rows._raw_delete(rows.db)


@pytest.mark.django_db
def test_a_wrong_file_is_refused_with_all_its_problems_and_nothing_is_stored(written):
    path = written(
        SMALL.replace("title: Know\n", "title:\n").replace("{1: 1}", "{1: x}").replace("code: small", "code:")
    )

    assert problems_of(path) == [
        "line 1: code is empty: write it.",
        "line 11: title is empty: write it.",
        "line 25: the limit of criterion 1 is “x”: it must be a whole number from 0 to 9999.",
    ]
    assert not Standard.objects.exists()
