"""The pages on which a trust administrator sends, looks over, maps, confirms and undoes files of figures."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import FeedbackImport, Place, Reading
from feedback.rules import ImportState, PlaceState
from tests.feedback.cast import make_import, make_place, make_unconfirmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(signed_in):
    return signed_in("administrator")


def page_of(client, name, row, **query):
    answer = client.get(reverse(f"feedback:{name}", args=[row.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def state(brought):
    return FeedbackImport.objects.get(pk=brought.pk).state


# --- Sending
def test_a_file_is_sent_and_its_page_tells_how_far_it_is(keeper, here, django_capture_on_commit_callbacks):
    file = io.BytesIO(b"Org code,Total responses\n")
    file.name = "fft.csv"
    answer = keeper.post(reverse("feedback:send", args=["RKE"]), {"file": file})
    brought = FeedbackImport.objects.get()
    assert answer["Location"] == reverse("feedback:import", args=[brought.pk])
    page = page_of(keeper, "import", brought)
    assert "Waiting to be read" in page
    assert f'hx-get="{reverse("feedback:import_status", args=[brought.pk])}"' in page


@pytest.mark.parametrize(("name", "words"), [("report.pdf", "neither an Excel workbook"), ("", "Choose a file.")])
def test_what_cannot_be_read_is_refused_beside_the_field(keeper, here, name, words):
    file = io.BytesIO(b"anything")
    file.name = name
    answer = keeper.post(reverse("feedback:send", args=["RKE"]), {"file": file} if name else {})
    assert words in answer.content.decode()
    assert not FeedbackImport.objects.exists()


def test_a_status_that_is_settled_has_the_page_loaded_anew(keeper, unconfirmed_import):
    answer = keeper.get(reverse("feedback:import_status", args=[unconfirmed_import.pk]))
    assert answer["HX-Refresh"] == "true"


# --- Looking over
def test_the_preview_says_what_will_be_stored_and_what_was_not_understood(keeper, unconfirmed_import):
    page = page_of(keeper, "import", unconfirmed_import)
    told = ("2 figures", "2100 rows of other trusts", "94%", "94 of 100", "held back", "Ward 0", "row 17, column H")
    for words in told:
        assert words in page


def test_rows_and_problems_have_pages(keeper, here, people, measures):
    brought = make_unconfirmed(here.trust, people["administrator"], rows=60)
    assert "Ward 30" in page_of(keeper, "import", brought, page=2)
    assert "Ward 30" not in page_of(keeper, "import", brought)
    assert "expected a number" in page_of(keeper, "problems", brought)


@pytest.mark.parametrize("rows", [2, 200])
def test_a_preview_asks_the_same_whatever_the_file_holds(
    keeper, here, people, measures, django_assert_num_queries, rows
):
    brought = make_unconfirmed(here.trust, people["administrator"], rows=rows)
    with django_assert_num_queries(12):
        keeper.get(reverse("feedback:import", args=[brought.pk]))


def test_a_confirmation_without_its_period_is_refused_and_nothing_typed_is_lost(keeper, unconfirmed_import):
    answer = keeper.post(reverse("feedback:import", args=[unconfirmed_import.pk]), {"starts_on": "2026-09-01"})
    page = answer.content.decode()
    assert "Enter the last day of the period." in page
    assert 'value="2026-09-01"' in page
    assert state(unconfirmed_import) == ImportState.TO_CONFIRM


def test_a_confirmed_file_is_imported_once_however_often_the_button_is_pressed(keeper, unconfirmed_import):
    url, period = reverse("feedback:import", args=[unconfirmed_import.pk]), ["2026-09-01", "2026-09-30"]
    for _ in range(2):
        assert keeper.post(url, dict(zip(["starts_on", "ends_on"], period, strict=True))).status_code == 302
    assert state(unconfirmed_import) == ImportState.IMPORTING
    assert "0 of 2" in page_of(keeper, "import", unconfirmed_import)


def test_a_file_is_given_up(keeper, unconfirmed_import):
    assert keeper.post(reverse("feedback:give_up", args=[unconfirmed_import.pk])).status_code == 302
    assert state(unconfirmed_import) == ImportState.GIVEN_UP
    assert "Nothing of it was kept" in page_of(keeper, "import", unconfirmed_import)


# --- Columns
def test_an_unknown_file_leads_to_its_columns(keeper, unknown_import):
    assert reverse("feedback:columns", args=[unknown_import.pk]) in page_of(keeper, "import", unknown_import)
    assert "91%" in page_of(keeper, "columns", unknown_import)


TYPED = {"asked": "1", "column_0": "Friendly", "holds_0": "share", "measure_0": "new", "title_0": "Friendly staff"}
TYPED |= {"voice_0": "patients", "better_0": "higher", "ward": "Clinic"}


def test_columns_are_said_and_the_file_is_read_again(keeper, unknown_import):
    answer = keeper.post(reverse("feedback:columns", args=[unknown_import.pk]), TYPED)
    assert answer.status_code == 302
    brought = FeedbackImport.objects.get(pk=unknown_import.pk)
    assert brought.state == ImportState.WAITING
    assert (brought.mapping["ward"], brought.mapping["figures"][0]["column"]) == ("Clinic", "Friendly")


def test_one_more_column_is_asked_for_with_everything_typed_so_far(keeper, unknown_import):
    answer = keeper.post(reverse("feedback:columns", args=[unknown_import.pk]), {**TYPED, "more": "1"})
    page = answer.content.decode()
    assert "Figure 2" in page
    assert 'value="Friendly staff"' in page
    assert state(unknown_import) == ImportState.TO_CONFIRM


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"column_0": ""}, "Choose the column that holds the figure."),
        ({"title_0": ""}, "Enter what the new measure is called."),
        ({"holds_0": "count"}, "Choose the column with how many answered"),
        ({"holds_0": "score"}, "Enter the best score that can be given."),
    ],
)
def test_what_is_missing_of_a_column_is_asked_for(keeper, unknown_import, typed, words):
    answer = keeper.post(reverse("feedback:columns", args=[unknown_import.pk]), {**TYPED, **typed})
    assert words in answer.content.decode()


# --- What came of it
def test_an_imported_file_lists_its_figures_each_with_where_it_comes_from(keeper, imported_file, readings):
    page = page_of(keeper, "import", imported_file)
    assert reverse("feedback:reading", args=[readings[1].pk]) in page
    assert reverse("feedback:undo", args=[imported_file.pk]) in page


def test_an_import_is_undone_after_one_was_asked(keeper, imported_file, readings):
    assert "Undo this import?" in page_of(keeper, "undo", imported_file)
    keeper.post(reverse("feedback:undo", args=[imported_file.pk]))
    assert not Reading.objects.current().filter(feedback_import=imported_file).exists()
    assert "undid this import" in page_of(keeper, "import", imported_file)


def test_the_list_has_pages_and_asks_the_same_whatever_its_length(keeper, here, people, django_assert_num_queries):
    url = reverse("feedback:imports", args=["RKE"])
    assert "No files yet" in keeper.get(url).content.decode()
    for number in range(40):
        make_import(here.trust, people["administrator"], name=f"wards {number}.xlsx")
    with django_assert_num_queries(5):
        page = keeper.get(url)
    assert len(page.context["page"]) == 25


# --- Places
def decide(client, **chosen):
    return client.post(reverse("feedback:places", args=["RKE"]), chosen)


def test_wards_are_decided_and_those_left_for_later_stay(keeper, here, people, services_and_sites, undecided_place):
    make_import(here.trust, people["administrator"])
    other = make_place(here.trust, "Mercers")
    url = reverse("feedback:imports", args=["RKE"])
    assert "2 wards or sites to decide" in keeper.get(url).content.decode()
    chosen = f"service-{services_and_sites[0].pk}"
    decide(keeper, **{f"place-{undecided_place.pk}": chosen, f"place-{other.pk}": ""})
    undecided_place.refresh_from_db()
    assert (undecided_place.state, undecided_place.department) == (PlaceState.MATCHED, here.department)
    assert list(Place.objects.undecided()) == [other]


@pytest.mark.parametrize(("choice", "meant"), [("department", PlaceState.MATCHED), ("aside", PlaceState.SET_ASIDE)])
def test_a_place_is_a_departments_as_a_whole_or_nobodys(keeper, here, undecided_place, choice, meant):
    code = f"department-{here.department.pk}" if choice == "department" else "aside"
    decide(keeper, **{f"place-{undecided_place.pk}": code})
    undecided_place.refresh_from_db()
    assert undecided_place.state == meant


def test_what_is_decided_can_be_decided_otherwise(keeper, here, a_place):
    url = f"{reverse('feedback:places', args=['RKE'])}?show=decided"
    assert "Montuschi" in keeper.get(url).content.decode()
    keeper.post(url, {f"place-{a_place.pk}": "aside"})
    a_place.refresh_from_db()
    assert a_place.state == PlaceState.SET_ASIDE


def test_what_was_chosen_on_a_later_page_is_kept_when_a_colleague_decides_meanwhile(keeper, here):
    wards = [make_place(here.trust, f"Ward {number:02}") for number in range(21)]
    url, chosen = f"{reverse('feedback:places', args=['RKE'])}?page=2", f"department-{here.department.pk}"
    last = list(keeper.get(url).context["page"])
    decide(keeper, **{f"place-{wards[0].pk}": "aside"})
    keeper.post(url, {f"place-{last[0].pk}": chosen})
    assert Place.objects.get(pk=last[0].pk).department == here.department


def test_a_colleagues_decision_is_not_undone_by_a_page_that_was_open_before(keeper, here, undecided_place):
    name = f"place-{undecided_place.pk}"
    decide(keeper, **{name: "aside"})
    answer = keeper.post(
        reverse("feedback:places", args=["RKE"]), {name: f"department-{here.department.pk}"}, follow=True
    )
    assert "a colleague decided it after you opened this page" in answer.content.decode()
    assert Place.objects.get(pk=undecided_place.pk).state == PlaceState.SET_ASIDE


def test_many_decisions_have_what_rests_on_them_worked_out_once(keeper, here, preparing):
    def asked_of_assessments(*places):
        with CaptureQueriesContext(connection) as sent:
            decide(keeper, **{f"place-{place.pk}": f"department-{here.department.pk}" for place in places})
        return sum('"assessments_' in query["sql"] for query in sent)

    wards = [make_place(here.trust, f"Ward {number}") for number in range(5)]
    assert asked_of_assessments(*wards[1:]) == asked_of_assessments(wards[0])
    assert not Place.objects.undecided().exists()


def test_the_places_of_a_page_cost_the_same_whatever_their_number(keeper, here, django_assert_num_queries):
    for number in range(30):
        make_place(here.trust, f"Ward {number}")
    with django_assert_num_queries(7):
        page = keeper.get(reverse("feedback:places", args=["RKE"]))
    assert len(page.context["page"]) == 20
