"""The outbox of a demo: its e-mails can be read there, and nowhere else is there such a page."""

import pytest
from django.core.mail import EmailMessage
from django.urls import reverse


@pytest.fixture
def demo(settings, tmp_path, people):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    return tmp_path / "outbox"


def test_an_e_mail_is_listed_and_read_with_its_links(demo, signed_in):
    words = "Hello Łucja 🙂,\n\nOpen http://127.0.0.1:8000/assessments/1/ <script>now</script>"
    EmailMessage("Cardiology: a query, by 3 December 2026", words, to=["lead@example.org"]).send()
    client = signed_in("lead")
    page = client.get(reverse("portal:outbox"))
    mail = page.context["mails"][0]
    assert "Cardiology: a query, by 3 December 2026" in page.text
    assert "lead@example.org" in page.text
    shown = client.get(reverse("portal:outbox_mail", args=[mail.name])).text
    assert '<a href="http://127.0.0.1:8000/assessments/1/"' in shown
    assert "Hello Łucja 🙂," in shown
    assert "<script>now" not in shown
    assert "-" * 79 not in shown
    assert reverse("portal:outbox") in client.get("/").text


def test_before_the_first_e_mail_the_page_says_so(demo, signed_in):
    assert "No e-mail yet" in signed_in("lead").get(reverse("portal:outbox")).text


@pytest.mark.parametrize("name", ["settings.py", "..%2Fsecret.log", "20261125-070000-1.log", "1.log.gz"])
def test_no_other_file_is_read(demo, signed_in, name):
    (demo.parent / "secret.log").write_text("Subject: secret\n\nSecret.")
    assert signed_in("lead").get(f"/outbox/{name}/").status_code == 404


def test_there_is_no_outbox_outside_a_demo(demo, settings, signed_in):
    EmailMessage("Words", "Words", to=["lead@example.org"]).send()
    settings.DEMO = False
    name = next(demo.iterdir()).name
    assert signed_in("lead").get(reverse("portal:outbox")).status_code == 404
    assert signed_in("lead").get(reverse("portal:outbox_mail", args=[name])).status_code == 404
    assert reverse("portal:outbox") not in signed_in("lead").get("/").text
    assert signed_in("stranger").get(reverse("portal:outbox")).status_code == 403
