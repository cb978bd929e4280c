"""The rules of the house that a machine can hold: where things stand, how long they are, and pages that say what is."""

import ast
import io
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

from assessments.improving import ActionState
from assessments.pieces import Standing
from assessments.practising import CaseState, NominationState
from assessments.rules import Band, Outcome
from assessments.workflow import Stage
from departments.access import Action
from departments.rules import Role
from feedback.rules import ImportState
from files.rules import FileState
from portal.nhsuk import marks

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {".ci", "docs", "bench", "templates", "static", "tests"}
FOLDERS |= {"portal", "reports", "assessments", "feedback", "files", "departments"}
FILES = {"manage.py", "pyproject.toml", "uv.lock", "Makefile", "README.md", "Dockerfile", "docker-compose.yml"}
DOTFILES = {".env.example", ".gitignore", ".dockerignore"}
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_VIEW = 25


@cache
def listed() -> tuple[str, ...]:
    """Every file of the repository that is there, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def python(*, tests: bool = True) -> list[str]:
    """Our Python files without migrations, which Django writes."""
    return [
        name
        for name in listed()
        if name.endswith(".py") and "/migrations/" not in name and (tests or not name.startswith("tests/"))
    ]


def templates() -> list[str]:
    return [name for name in listed() if name.startswith("templates/")]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse(read(name))


def functions(name: str) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(parsed(name)) if isinstance(node, ast.FunctionDef)]


# --- Where things stand
def test_the_top_level_is_the_one_of_the_design():
    tops = {name.partition("/")[0] for name in listed()}
    assert tops == FOLDERS | FILES | DOTFILES


def test_no_room_has_a_name_that_says_nothing():
    nothing = {"utils", "helpers", "selectors", "mixins", "signals", "common", "misc"}
    assert [name for name in listed() if nothing & {part.removesuffix(".py") for part in name.split("/")}] == []


# --- How code is written
def test_every_module_opens_with_one_line_that_says_what_belongs_in_it():
    said = {name: ast.get_docstring(parsed(name)) for name in python() if read(name).strip()}
    assert [name for name, words in said.items() if not words or not words.partition("\n")[0].rstrip('"')] == []
    assert [name for name, words in said.items() if words and words.partition("\n\n")[0].count("\n")] == []


def test_imports_stand_at_the_top():
    inside = [
        f"{name}: {function.name}"
        for name in python()
        for function in functions(name)
        if any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(function))
    ]
    assert inside == []


def test_imports_are_absolute():
    relative = [
        name
        for name in python()
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(parsed(name)))
    ]
    assert relative == []


def test_a_file_splits_before_it_grows_long():
    lines = {name: len(read(name).splitlines()) for name in python(tests=False)}
    assert {name: count for name, count in lines.items() if count > MOST_LINES_OF_A_FILE} == {}


def test_a_view_is_short():
    rooms = re.compile(r"/views/|/views\.py$|^portal/(home|pages|health|errors)\.py$")
    long = {
        f"{name}: {function.name}": lines_of_the_body(function)
        for name in python(tests=False)
        if rooms.search(name)
        for function in functions(name)
        if lines_of_the_body(function) >= MOST_LINES_OF_A_VIEW
    }
    assert long == {}


def lines_of_the_body(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def test_a_task_is_short():
    tasks = [name for name in python(tests=False) if name.endswith("/tasks.py")]
    assert tasks
    long = [f"{name}: {task.name}" for name in tasks for task in functions(name) if lines_of_the_body(task) >= 15]
    assert long == []


def test_nothing_is_put_off():
    later = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    ours = [
        name for name in listed() if re.search(r"\.(py|html|css|js|md|toml|yml|yaml|txt)$|Makefile|Dockerfile", name)
    ]
    assert [name for name in ours if not name.startswith("static/vendor/") and later.search(read(name))] == []


def test_tests_meet_the_real_thing_and_none_is_skipped():
    standing_in = re.compile(r"unittest\.mock|\bMagicMock\b|\bmocker\b|pytest_mock")
    left_out = re.compile(r"mark\.(skip|skipif|xfail)\b|pytest\.(skip|xfail|importorskip)\(")
    ours = [name for name in python() if name.startswith("tests/") and name != "tests/test_house.py"]
    assert [name for name in ours if standing_in.search(read(name))] == []
    assert [name for name in ours if left_out.search(read(name))] == []


# --- Pages
def test_a_page_has_no_style_or_script_of_its_own():
    """The content security policy would refuse it. Documents are not pages: no browser shows them."""
    inline = re.compile(
        r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|<script\b(?![^>]*\bsrc=)|javascript:""", re.IGNORECASE
    )
    pages = [name for name in templates() if not name.startswith("templates/reports/documents/")]
    assert [name for name in pages if inline.search(read(name))] == []


def test_no_page_asks_who_somebody_is():
    """A page asks what somebody may do, which a view tells it; who may is said in `departments/access.py` alone."""
    codes = "|".join(role.value for role in Role)
    asked = re.compile(rf"""["']({codes})["']|\.role\s*[!=]=|\bis_({codes}|staff|superuser)\b|\bperms\.|\bhas_perm""")
    tags = {name: re.findall(r"{[{%](.*?)[%}]}", read(name)) for name in templates()}
    named = {name: wrong for name, every in tags.items() if (wrong := [tag for tag in every if asked.search(tag)])}
    assert named == {}


def test_a_role_meets_an_action_in_one_place():
    """Whoever needs to know asks `may` or `guard`; no other module maps an action to roles."""
    elsewhere = [
        name
        for name in python(tests=False)
        if name != "departments/access.py" and re.search(r"Action\.\w+\s*:\s*(frozenset|\{|\[|\(|Role)", read(name))
    ]
    assert elsewhere == []


# --- Words that must agree
@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (marks.BANDS, Band),
        (marks.STAGES, Stage),
        (marks.OUTCOMES, Outcome),
        (marks.FILE_STATES, FileState),
        (marks.STANDINGS, Standing),
        (marks.ACTIONS, ActionState),
        (marks.CASES, CaseState),
        (marks.NOMINATIONS, NominationState),
        (marks.IMPORTS, ImportState),
    ],
    ids=["bands", "stages", "outcomes", "states of files", "standings", "actions", "cases", "nominations", "imports"],
)
def test_marks_use_the_words_of_the_rules(shown, meant):
    assert {code: mark.words for code, mark in shown.items() if code} == dict(meant.choices)


@pytest.mark.parametrize("page", ["access", "workflow"])
def test_a_printed_page_says_what_the_code_says(page):
    printed = io.StringIO()
    call_command(f"print_{page}", stdout=printed)
    assert read(f"docs/{page}.md") == printed.getvalue(), f"Run `manage.py print_{page} > docs/{page}.md`."


def test_every_action_guards_a_view_or_a_part_of_a_page():
    used = "\n".join(read(name) for name in python(tests=False) if name != "departments/access.py")
    assert [action.name for action in Action if f"Action.{action.name}" not in used] == []


def test_links_between_pages_of_the_documentation_lead_somewhere():
    pages = [name for name in listed() if re.search(r"^(README|docs/.*)\.md$", name)]
    links = [(page, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", read(page))]
    assert [f"{page}: {link}" for page, link in links if not ((ROOT / page).parent / link).exists()] == []
