"""Private notes: an assessor's own, and nobody else's in any way."""

import pytest
from django.urls import reverse

from assessments.forms.words import LONGEST_TEXT
from assessments.models import PrivateNote
from assessments.services import cycle
from assessments.services.notes import keep_note
from assessments.services.refusals import Refused
from reports.models import DecisionFacts
from tests.conftest import make_person
from tests.test_doors import DOORS, EVERYBODY

pytestmark = pytest.mark.django_db

SECRET = "Zebrafinch doubts the matron."


def address(assessment):
    return reverse("assessments:private_note", args=[assessment.pk, "4.3.4"])


def element_page(assessment):
    return reverse("assessments:element", args=[assessment.pk, "4.3.4"])


@pytest.fixture
def noted(in_review, people, standard):
    keep_note(
        assessment=in_review, element=standard.elements.get(number="4.3.4"), version=0, text=SECRET,
        by=people["assessor"],
    )  # fmt: skip
    return in_review


def test_an_assessor_keeps_a_note_and_reads_it_on_the_element(signed_in, in_review):
    assessor = signed_in("assessor")
    assert assessor.post(address(in_review), {"note": SECRET, "version": 0}).url == element_page(in_review)
    assert SECRET in assessor.get(element_page(in_review)).content.decode()
    assert SECRET in assessor.get(address(in_review)).content.decode()


def test_a_stranger_gets_404_and_a_lesser_role_403(signed_in, noted):
    assert signed_in("assessor.elsewhere").get(address(noted)).status_code == 404
    assert signed_in("certifier").get(address(noted)).status_code == 403
    assert signed_in("lead").get(address(noted)).status_code == 403


def test_a_second_window_overwrites_nothing(signed_in, noted):
    html = signed_in("assessor").post(address(noted), {"note": "Other words.", "version": 0}).content.decode()
    assert "You saved this note from another window" in html
    assert SECRET in html
    assert "Other words." in html
    assert PrivateNote.objects.get().text == SECRET
    assert signed_in("assessor").post(address(noted), {"note": "Both.", "version": 1}).status_code == 302


def test_a_note_saves_itself_while_it_is_typed(signed_in, in_review):
    assessor, by_itself = signed_in("assessor"), {"X-Autosave": "1"}
    answer = assessor.post(address(in_review), {"note": SECRET, "version": 0}, headers=by_itself)
    assert answer.json()["version"] == 1
    assert PrivateNote.objects.get().text == SECRET
    stale = assessor.post(address(in_review), {"note": "Other words.", "version": 0}, headers=by_itself)
    assert (stale.status_code, stale.json()["words"][:8]) == (409, "You save")


def test_a_text_that_is_far_too_long_is_refused_and_kept(signed_in, noted):
    too_long = "x" * (LONGEST_TEXT + 1)
    page = signed_in("assessor").post(address(noted), {"note": too_long, "version": 1})
    assert page.status_code == 200
    assert too_long in page.content.decode()
    assert PrivateNote.objects.get().text == SECRET


def test_no_page_of_anybody_else_holds_a_word_of_it(signed_in, noted, people, decided_with_a_note, request):
    """Every address of the doors about this assessment, as everybody but its author."""
    addresses = [
        reverse(name, kwargs=door.kwargs(decided_with_a_note))
        for name, door in DOORS.items()
        if door.world in ("in_review", "decided", "proposed", "submitted", "preparing")
    ]
    search = f"{reverse('assessments:search')}?words=Zebrafinch"
    for who in [one for one in EVERYBODY if one != "assessor"]:
        client = signed_in(who)
        for page in [*addresses, search, reverse("portal:home")]:
            answer = client.get(page)
            shown = b"".join(answer) if answer.streaming else answer.content
            assert b"doubts the matron" not in shown, f"{who} reads the note at {page}"


@pytest.fixture
def decided_with_a_note(noted, decided):
    return decided


def test_it_is_in_no_fact_of_the_decision(decided_with_a_note):
    assert "Zebrafinch" not in str(DecisionFacts.objects.get().facts)


def test_its_author_does_not_find_it_by_searching_and_no_zip_has_it(signed_in, noted):
    assessor = signed_in("assessor")
    found = assessor.get(reverse("assessments:search"), {"words": "Zebrafinch"})
    assert "doubts the matron" not in found.content.decode()
    assert b"Zebrafinch" not in b"".join(assessor.get(reverse("assessments:evidence_zip", args=[noted.pk])))


def test_the_next_assessor_neither_reads_nor_writes_it(signed_in, noted, people, body):
    cycle.assign(assessment=noted, assessor=people["assessor.unassigned"], by=people["certifier"])
    html = signed_in("assessor.unassigned").get(address(noted)).content.decode()
    assert "Zebrafinch" not in html
    assert signed_in("assessor").get(address(noted)).status_code == 404
    assert not PrivateNote.objects.visible_to(people["assessor.unassigned"]).exists()
    element = noted.standard.elements.get(number="4.3.4")
    with pytest.raises(Refused, match="Another assessor"):
        keep_note(assessment=noted, element=element, version=1, text="Still mine?", by=people["assessor"])


def test_a_note_is_visible_to_its_author_alone(noted, people):
    seen = [name for name, person in people.items() if PrivateNote.objects.visible_to(person).exists()]
    assert seen == ["assessor"]
    assert not PrivateNote.objects.visible_to(make_person("somebody.new")).exists()
