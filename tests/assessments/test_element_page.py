"""The element page: who reads what, who writes what, and that nobody's words are lost."""

import io
from datetime import date

import pytest
from django.urls import reverse

from assessments.models import Finding, Statement
from assessments.services.evidence import add_evidence
from files.services.intake import receive


def address(assessment, number="4.3.4"):
    return reverse("assessments:element", args=[assessment.pk, number])


def words(statement, **changes):
    return {"text": statement.text, "band": statement.band, "tell_me": statement.tell_me,
            "version": statement.version, **changes}  # fmt: skip


def statement_of(assessment, number="4.3.4"):
    return Statement.objects.get(assessment=assessment, element__number=number)


@pytest.mark.parametrize("who", ["lead", "contributor"])
def test_the_department_writes_its_statement(signed_in, preparing, who):
    page = signed_in(who).post(
        address(preparing), words(statement_of(preparing), text="We learn.\r\nEvery month.", band="compliant")
    )
    assert page.url == address(preparing)
    saved = statement_of(preparing)
    assert (saved.text, saved.band, saved.version) == ("We learn.\nEvery month.", "compliant", 1)
    assert saved.edited_by.email == f"{who}@example.org"
    preparing.refresh_from_db()
    assert preparing.tallies["4"]["own"] == {"": 12, "compliant": 1}


def test_save_and_next_goes_to_the_next_element(signed_in, preparing):
    page = signed_in("lead").post(address(preparing), words(statement_of(preparing), save_and_next="1"))
    assert page.url == address(preparing, "4.3.5")


def test_a_stale_page_overwrites_nothing_and_shows_both_texts(signed_in, preparing):
    seen = words(statement_of(preparing))
    signed_in("contributor").post(address(preparing), {**seen, "text": "What the contributor wrote."})
    page = signed_in("lead").post(address(preparing), {**seen, "text": "What the lead wrote."})
    html = page.content.decode()
    assert page.status_code == 200
    assert "What the <del>contributor</del><ins>lead</ins> wrote." in html
    assert "What the lead wrote." in html
    assert "Contributor saved this after you opened it" in html
    assert statement_of(preparing).text == "What the contributor wrote."
    merged = signed_in("lead").post(address(preparing), {**seen, "text": "Both.", "version": 1})
    assert merged.status_code == 302
    assert statement_of(preparing).text == "Both."


def test_of_two_texts_one_may_keep_the_colleagues_or_put_both_together(signed_in, preparing):
    seen = words(statement_of(preparing))
    lead = signed_in("lead")
    signed_in("contributor").post(address(preparing), {**seen, "text": "Theirs."})
    both = lead.post(address(preparing), {**seen, "text": "Mine.", "version": 1, "choose": "both"})
    assert "Theirs.\n\nMine.</textarea>" in both.content.decode()
    kept = lead.post(address(preparing), {**seen, "text": "Mine.", "version": 1, "choose": "theirs"})
    assert kept.url == address(preparing)
    assert statement_of(preparing).text == "Theirs."


def test_a_colleagues_markup_is_shown_as_text(signed_in, preparing):
    seen = words(statement_of(preparing))
    signed_in("contributor").post(address(preparing), {**seen, "text": "<b>Bold</b> <script>alert(1)</script>"})
    html = signed_in("lead").post(address(preparing), {**seen, "text": "Mine."}).content.decode()
    assert "<script>alert(1)" not in html
    assert "<b>Bold" not in html


def test_the_same_words_twice_are_saved_once(signed_in, preparing):
    seen = words(statement_of(preparing), text="We learn.")
    lead = signed_in("lead")
    lead.post(address(preparing), seen)
    assert lead.post(address(preparing), seen).status_code == 302
    assert statement_of(preparing).version == 1


def test_not_applicable_is_offered_only_where_the_standard_allows_it(signed_in, preparing):
    lead = signed_in("lead")
    assert "not_applicable" in lead.get(address(preparing, "3.1.2")).content.decode()
    assert "not_applicable" not in lead.get(address(preparing)).content.decode()
    refused = lead.post(address(preparing), words(statement_of(preparing), band="not_applicable"))
    assert refused.status_code == 200
    assert statement_of(preparing).band == ""


def test_what_was_typed_survives_a_session_that_ended(client, people, preparing):
    typed = words(statement_of(preparing), text="Typed for an hour.", who=people["lead"].pk)
    signed_out = client.post(address(preparing), typed)
    assert signed_out.url.startswith(reverse("account_login"))
    people["lead"].set_password("right-horse-battery")
    people["lead"].save()
    signed_in = client.post(signed_out.url, {"login": "lead@example.org", "password": "right-horse-battery"})
    assert signed_in.url == address(preparing)
    page = client.get(address(preparing)).content.decode()
    assert "Typed for an hour." in page
    assert "not saved yet" in page
    assert statement_of(preparing).text == ""
    client.post(address(preparing), typed)
    assert statement_of(preparing).text == "Typed for an hour."
    assert "not saved yet" not in client.get(address(preparing)).content.decode()


def test_what_one_person_typed_is_not_shown_to_the_next_at_the_same_computer(client, people, preparing):
    client.post(address(preparing), words(statement_of(preparing), text="Mine alone.", who=people["lead"].pk))
    client.force_login(people["contributor"])
    assert "kept_words" in client.session
    assert "Mine alone." not in client.get(address(preparing)).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("contributor", 200), ("executive", 200), ("administrator", 404), ("assessor", 404),
     ("certifier", 404), ("lead.elsewhere", 404), ("stranger", 404)],
)  # fmt: skip
def test_who_reads_an_element_while_it_is_prepared(signed_in, preparing, who, status):
    assert signed_in(who).get(address(preparing)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("lead", 200), ("executive", 200), ("assessor", 200), ("assessor.unassigned", 404), ("certifier", 200),
     ("assessor.elsewhere", 404), ("certifier.elsewhere", 404), ("executive.elsewhere", 404)],
)  # fmt: skip
def test_who_reads_an_element_in_review(signed_in, in_review, who, status):
    assert signed_in(who).get(address(in_review)).status_code == status


def test_a_draft_finding_stays_with_assessor_and_certifier(signed_in, in_review):
    Finding.objects.filter(assessment=in_review, element__number="4.3.4").update(narrative="A private first thought.")
    for who in ("assessor", "certifier"):
        assert "A private first thought." in signed_in(who).get(address(in_review)).content.decode()
    for who in ("lead", "contributor", "executive"):
        html = signed_in(who).get(address(in_review)).content.decode()
        assert "A private first thought." not in html
        assert "assessor found" not in html


def test_the_assessor_records_a_finding(signed_in, in_review):
    found = {"band": "compliance_plus", "narrative": "Boards on every ward.", "strengths": "Seen.",
             "improvement": "", "good_practice": "on", "version": 0}  # fmt: skip
    assert signed_in("assessor").post(address(in_review), found).status_code == 302
    finding = Finding.objects.get(assessment=in_review, element__number="4.3.4")
    assert (finding.band, finding.narrative, finding.good_practice) == (
        "compliance_plus",
        "Boards on every ward.",
        True,
    )
    in_review.refresh_from_db()
    assert in_review.tallies["4"]["found"] == {"": 12, "compliance_plus": 1}


@pytest.mark.parametrize("who", ["lead", "contributor", "executive", "certifier"])
def test_nobody_else_writes_during_the_review(signed_in, in_review, who):
    assert signed_in(who).post(address(in_review), {"band": "compliant", "version": 0}).status_code == 403


def test_what_people_write_is_never_markup(signed_in, preparing):
    lead = signed_in("lead")
    lead.post(address(preparing), words(statement_of(preparing), text="<script>alert(1)</script>"))
    html = lead.get(address(preparing)).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_an_element_that_is_not_in_the_standard_is_not_found(signed_in, preparing):
    assert signed_in("lead").get(address(preparing, "9.9.9")).status_code == 404


@pytest.mark.parametrize("pieces", [0, 2, 12])
def test_the_page_costs_the_same_queries_however_much_evidence(
    signed_in, preparing, people, pieces, django_assert_max_num_queries
):
    element = preparing.standard.elements.get(number="4.3.4")
    for number in range(1, pieces + 1):
        said = {"file": a_file(preparing, people["lead"])} if number % 2 else {"link": "https://www.example.org/"}
        add_evidence(
            assessment=preparing, elements=[element], title=f"Piece {number}", owner="Matron", dated=date(2026, 1, 1),
            by=people["lead"], **said,
        )  # fmt: skip
    lead = signed_in("lead")
    with django_assert_max_num_queries(8):
        page = lead.get(address(preparing))
    assert len(page.context["uses"]) == pieces


def a_file(assessment, by):
    return receive(file=io.BytesIO(b"Words"), name="Words.txt", department=assessment.department, by=by)


def test_around_an_element_without_javascript_something_is_said_even_when_there_is_nothing(signed_in, in_review):
    address = reverse("assessments:element_around", args=[in_review.pk, "4.3.4"])
    assert "Nothing stands around this element yet" in signed_in("assessor").get(address).text
    assert signed_in("assessor").get(address, headers={"HX-Request": "true"}).text == ""
