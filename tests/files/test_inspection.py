"""What is found in files: hostile ones are told with a reason and little memory, honest ones are left alone."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from files.child import run_limited
from files.inspection import MEGABYTES, SECONDS, inspect
from files.inspection.kinds import TAKEN, extension_of
from files.inspection.problems import MOST_PROBLEMS, SENTENCES
from tests.files import hostile
from tests.files.honest import HONEST
from tests.files.hostile import FILE_NAMES, HOSTILE

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = sorted((ROOT / "portal" / "demo" / "story" / "files").iterdir())
MOST_MEMORY_OF_A_CHILD = 300
MOST_SECONDS_OF_A_CHILD = 20
EXPECTED = {
    "empty": ["zero bytes", "one byte"],
    "truncated": ["truncated pdf", "truncated jpeg", "truncated png", "truncated docx"],
    "unknown": ["noise named pdf", "docx behind an empty line"],
    "not_text": ["zeros named txt"],
    "executable": [
        *("program named pdf", "linux program named png", "script named txt", "program", "program with two endings"),
        "shortcut named pdf",
    ],
    "mismatch": ["pdf named png"],
    "markup": [
        *("html named txt", "html behind a comment named txt", "html in utf-16 named txt", "html named csv", "html"),
        *("html named md", "html named pdf", "html named doc", "svg named png", "svg", "svg with growing entities"),
        *("xml with growing entities", "xml with growing entities named csv", "docx behind a page"),
    ],
    "two_kinds": [
        *("pdf and zip", "pdf behind a program", "pdf behind a page", "pdf with a program behind", "gif and jar"),
        *("png and html", "png with html inside", "jpeg and rar", "jpeg and program", "jpeg and zip"),
    ],
    "inconsistent": [
        *("docx and pdf", "docx and program", "two parts over one another", "a part that is not in the list"),
        "two parts of one name",
    ],
    "too_many_pixels": ["png of 900 million pixels"],
    "too_many_frames": ["gif of too many frames"],
    "bomb": [
        *("a gigabyte in a docx", "a gigabyte in a docx that says it is small", "eleven thousand parts"),
        *("two hundred parts over one another", "docx of a hundred thousand levels", "a gigabyte in a zip"),
    ],
    "archive": ["zips in zips"],
    "nested": ["zips in zips in a docx", "documents in documents in documents"],
    "damaged": ["a part that is not what it was", "pdf with a gigabyte of objects"],
    "unsafe_names": [
        *("zip with ../ in it", "docx with ../ in it", "docx with an absolute name in it", "zip with a link in it"),
        *("docx with backslashes in it", "docx with a link in it"),
    ],
    "password": ["encrypted zip parts", "word document with a password", "pdf with a password"],
    "entities": [
        *("docx with growing entities", "docx that reads a file", "xlsx with growing entities"),
        *("odt with growing entities", "docx with growing entities in utf-16"),
    ],
    "macros": [
        *("docx with macros", "xlsm with macros", "xlsx with old macros", "odt with macros", "odt with an event"),
        "macro document named docx",
    ],
    "external_links": [
        *("docx with a template from the web", "docx with a template from a foreign server"),
        *("docx with a picture from the web", "docx with a linked object", "xlsx with an external link"),
        *("odt with a picture from the web", "rtf with a template from the web"),
    ],
    "data_links": ["xlsx with dde", "docx with dde", "csv with dde", "odt with dde", "rtf with dde"],
    "controls": ["docx with a control"],
    "embedded_file": ["docx with a program inside", "docx with a page inside", "rtf with an object"],
    "old_office": ["old word document"],
    "email_attachment": ["e-mail with a program"],
    "pdf_script": [
        *("pdf with a script", "pdf with a script under a second action", "pdf with scripts by name"),
        "pdf with a script on a link",
    ],
    "pdf_launch": ["pdf that starts a program"],
    "pdf_action": ["pdf that opens a page", "pdf that sends a form", "pdf with a page that acts"],
    "pdf_attachment": ["pdf with an attachment"],
    "pdf_form": ["pdf that is an xfa form"],
    "pdf_media": ["pdf with a film"],
    "page_size": ["pdf of an absurd size"],
    "too_many_pages": ["pdf of too many pages"],
    "no_pages": ["pdf without pages"],
    "too_large_to_check": ["pdf of too many objects"],
}
WHOLE: dict[str, Callable[[], bytes]] = {
    "docx": hostile.docx,
    "xlsx": hostile.xlsx,
    "odt": hostile.odt,
    "pdf": hostile.pdf,
    "png": partial(hostile.picture, "PNG"),
    "jpg": partial(hostile.picture, "JPEG"),
    "gif": partial(hostile.picture, "GIF"),
    "msg": partial(hostile.ole, "__properties_version1.0"),
    "rtf": lambda: rb"{\rtf1 Minutes\par}",
}
CODES = {name: code for code, names in EXPECTED.items() for name in names}


def look(path):
    """As the worker does it: in a child, within its limits."""
    name = path.name
    return json.loads(run_limited("tests.files.deeds", "look", str(path), name, seconds=SECONDS, megabytes=MEGABYTES))


def codes(path, name=""):
    return [each.code for each in inspect(path, name or path.name).problems]


# --- Hostile files
def test_every_hostile_file_is_expected():
    assert set(CODES) == set(HOSTILE)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_in_little_memory_and_time(name, tmp_path):
    path = HOSTILE[name](tmp_path)
    before = time.monotonic()
    found = look(path)
    assert CODES[name] in [each["code"] for each in found["problems"]]
    assert found["peak"] <= MOST_MEMORY_OF_A_CHILD
    assert time.monotonic() - before <= MOST_SECONDS_OF_A_CHILD
    assert found["content_type"] not in ("text/html", "image/svg+xml", "application/xml")


@pytest.mark.parametrize("name", [name for name in HOSTILE if "gigabyte" not in name])
def test_a_hostile_file_is_the_same_each_time(name, tmp_path):
    assert HOSTILE[name](tmp_path).read_bytes() == HOSTILE[name](tmp_path).read_bytes()


@pytest.mark.parametrize("name", [name for name in HOSTILE if "gigabyte" not in name])
def test_what_is_wrong_is_told_in_a_whole_sentence(name, tmp_path):
    path = HOSTILE[name](tmp_path)
    problems = inspect(path, path.name).problems
    assert 0 < len(problems) <= MOST_PROBLEMS
    for each in problems:
        assert each.words[0].isupper()
        assert each.words.endswith(".")
        assert "{" not in each.words
        assert "None" not in each.words


def test_each_reason_can_be_met():
    """A sentence that nothing leads to would be dead; the ones left are of kinds that a name alone tells."""
    by_name_alone = {"not_taken", "not_taken_but", "no_extension"}
    assert set(SENTENCES) - set(EXPECTED) == by_name_alone


@pytest.mark.parametrize("kind", WHOLE)
def test_whatever_is_changed_in_a_file_the_look_comes_to_an_end(kind, tmp_path):
    whole, chance = WHOLE[kind](), random.Random(kind)
    path = tmp_path / f"changed.{kind}"
    for _ in range(150):
        changed = bytearray(whole)
        at = chance.randrange(len(changed))
        changed[at : at + chance.choice([1, 4, 40])] = chance.choice([b"\xff" * 4, b"\0", b"", bytes(changed[:at])])
        path.write_bytes(changed)
        assert isinstance(inspect(path, path.name).problems, tuple)


# --- Honest files
@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.name)
def test_nothing_is_wrong_with_the_files_of_the_demo(path):
    assert codes(path) == []


def test_nothing_is_wrong_with_the_report_of_the_journeys():
    assert codes(ROOT / "tests" / "journeys" / "complaints_report.pdf") == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", HONEST)
def test_nothing_is_wrong_with_an_honest_file(name, tmp_path):
    make, content_type = HONEST[name]
    make(tmp_path / name)
    found = inspect(tmp_path / name, name)
    assert (found.problems, found.content_type) == ((), content_type)


@pytest.mark.parametrize(
    "target", ["file:///C:\\Users\\a\\Normal.dotm", "Normal.dotm", "file:///\\\\trust01\\t\\a.dotm"]
)
def test_a_template_on_a_disk_or_server_of_the_trust_is_no_link(target, tmp_path):
    rels = hostile.relations(("attachedTemplate", target, "External"), ("hyperlink", "https://www.nhs.uk/", "External"))
    (tmp_path / "a.docx").write_bytes(hostile.docx({"word/_rels/settings.xml.rels": rels}))
    assert codes(tmp_path / "a.docx") == []


def test_a_drawing_in_a_document_may_name_its_type(tmp_path):
    svg = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg/>'
    (tmp_path / "a.docx").write_bytes(hostile.docx({"word/media/a.svg": svg}))
    assert codes(tmp_path / "a.docx") == []


# --- Names against content
@pytest.mark.parametrize("name", FILE_NAMES, ids=range(len(FILE_NAMES)))
def test_no_name_stops_the_look(name, tmp_path):
    (tmp_path / "kept").write_text("harmless\n")
    expected = {"no ending": "no_extension"}
    found = codes(tmp_path / "kept", name)
    assert found in ([], [expected.get(name, "not_taken" if name.startswith("notes.long") else "no_extension")])


def test_there_are_51_names():
    assert len(set(FILE_NAMES)) == 51
    assert any(len(name) == 255 and len(name.encode()) == 600 for name in FILE_NAMES)


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.PDF", "pdf"), ("a.pdf. . ", "pdf"), ("a.pdf.exe", "exe"), ("a", ""), ("a\u202efdp.exe", "exe"), (".a/b", "")],
)
def test_the_ending_is_read_as_a_computer_reads_it(name, extension):
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("a.zip", "archive"), ("a.exe", "executable"), ("a.html", "markup"), ("a.docm", "macros")),
        *(("a.bmp", "not_taken_but"), ("a.doc", "mismatch"), ("a.tmp", "mismatch"), ("a", "no_extension")),
    ],
)
def test_a_good_file_under_another_name_is_told_what_to_do(name, code, tmp_path):
    (tmp_path / "kept").write_bytes(hostile.pdf())
    assert codes(tmp_path / "kept", name) == [code]


def test_what_the_setting_takes_is_what_can_be_looked_into():
    assert set(settings.EVIDENCE_FILE_TYPES) == set(TAKEN)


# --- How the worker calls it
def test_the_command_prints_what_was_found(tmp_path):
    path = HOSTILE["program named pdf"](tmp_path)
    printed = json.loads(run_limited("files.inspection", str(path), path.name, seconds=SECONDS, megabytes=MEGABYTES))
    assert printed["content_type"] == "application/octet-stream"
    assert [each["code"] for each in printed["problems"]] == ["executable"]


def test_it_needs_no_django():
    code = "import sys, files.inspection; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
