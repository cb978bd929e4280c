"""PDFs: that they can be read, and do nothing by themselves: no scripts, actions, programs, attachments or media."""

import re
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

import pikepdf

from files.inspection.disguises import hidden_between
from files.inspection.problems import NoFurther, Problem, problem

# An object takes up to two kilobytes of memory, however small it is in the file.
MOST_OBJECTS = 150_000
MOST_PAGES = 5_000
# Points of 1/72 inch: from a stamp to a hoarding of 14 metres.
SMALLEST_SIDE, LARGEST_SIDE = 3, 40_000
MOST_STEPS = 50
DEEPEST = 20
TAIL = 2**16

STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
SCRIPT = re.compile(rb"/S\s*/JavaScript(?![^\s/<>\[\]()])")
LAUNCH = re.compile(rb"/S\s*/Launch(?![^\s/<>\[\]()])")
ATTACHED = re.compile(rb"/Type\s*/EmbeddedFile(?![^\s/<>\[\]()])|/Subtype\s*/FileAttachment(?![^\s/<>\[\]()])")
PACKED = re.compile(rb"/EF\s*(?:<<|\d)")
DESCRIBED = re.compile(rb"/Type\s*/F(?:ilespec)?(?![^\s/<>\[\]()])|/U?F\s*\(")
MEDIA = re.compile(
    rb"/S\s*/(?:Rendition|Movie|Sound|RichMediaExecute|GoTo3DView)(?![^\s/<>\[\]()])"
    rb"|/Subtype\s*/(?:RichMedia|Movie|Sound|Screen|3D)(?![^\s/<>\[\]()])"
)
TRIGGERS = re.compile(rb"/AA\s*(?:<<|\d)")
# What an action may do without being asked: show another place in the same document.
HARMLESS = {"/GoTo", "/Named", "/Hide", "/SetOCGState", "/Trans", "/Thread"}
DOES = {
    "/JavaScript": "it runs a script",
    "/Launch": "it starts a program",
    "/URI": "it opens a web page",
    "/SubmitForm": "it sends a form",
    "/ImportData": "it reads another file",
    "/GoToR": "it opens another file",
    "/GoToE": "it opens a file inside it",
}


def check_pdf(file: IO[bytes]) -> Iterator[Problem]:
    """Raises `NoFurther` where it cannot be read."""
    yield from check_ends(file)
    file.seek(0)
    try:
        with pikepdf.open(cast(BinaryIO, file), access_mode=pikepdf.AccessMode.stream, suppress_warnings=True) as pdf:
            yield from check_catalogue(pdf)
            yield from check_objects(pdf)
            yield from check_pages(pdf)
    except pikepdf.PasswordError as locked:
        raise NoFurther(problem("password")) from locked
    except (pikepdf.PdfError, pikepdf.ForeignObjectError) as broken:
        raise NoFurther(problem("damaged")) from broken


def check_ends(file: IO[bytes]) -> Iterator[Problem]:
    """Nothing stands before the header or behind the end, and there is an end."""
    size = file.seek(0, 2)
    file.seek(0)
    before, _, _ = file.read(1024 + 8).partition(b"%PDF-")
    if before.removeprefix(b"\xef\xbb\xbf").strip():
        yield problem("two_kinds", what="something else")
    start = max(0, size - TAIL)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(b"%%EOF")
    if end < 0 or re.search(rb"\d\s+\d+\s+obj\b", tail[end:]):
        yield problem("truncated")
    else:
        yield from hidden_between(file, start + end, size)


def check_catalogue(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """What the document does when it is opened, and its lists of scripts and of attachments."""
    yield from check_action(pdf.Root.get("/OpenAction"))
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if has_entries(names.get("/JavaScript")):
            yield problem("pdf_script")
        if has_entries(names.get("/EmbeddedFiles")):
            yield problem("pdf_attachment")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        yield problem("pdf_form")


def has_entries(tree: Any) -> bool:
    return isinstance(tree, pikepdf.Dictionary) and any(len(tree.get(key, [])) > 0 for key in ("/Names", "/Kids"))


def check_action(action: Any) -> Iterator[Problem]:
    """An action that starts by itself, with those that follow it; a plain destination is none."""
    waiting = [action]
    for _ in range(MOST_STEPS):
        if not waiting:
            return
        step = waiting.pop()
        if isinstance(step, pikepdf.Array):
            waiting.extend(each for each in step if isinstance(each, pikepdf.Dictionary))
        elif isinstance(step, pikepdf.Dictionary):
            does = str(step.get("/S", "/GoTo"))
            if does not in HARMLESS:
                yield problem("pdf_action", what=DOES.get(does, "it starts something"))
            waiting.append(step.get("/Next"))
    yield problem("pdf_action", what="one thing after the other")


def check_objects(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    """Every object as text without its strings, which is quick; only where that shows triggers they are followed."""
    declared = pdf.trailer.get("/Size", 0)
    if isinstance(declared, int) and declared > MOST_OBJECTS:
        raise NoFurther(problem("too_large_to_check"))
    for number, thing in enumerate(pdf.objects):
        if number > MOST_OBJECTS:
            raise NoFurther(problem("too_large_to_check"))
        if isinstance(thing, pikepdf.Stream):
            thing = thing.stream_dict
        elif not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
            continue
        text = STRING.sub(b"()", thing.unparse(resolved=True))
        if SCRIPT.search(text):
            yield problem("pdf_script")
        if LAUNCH.search(text):
            yield problem("pdf_launch")
        if ATTACHED.search(text) or (PACKED.search(text) and DESCRIBED.search(text)):
            yield problem("pdf_attachment")
        if MEDIA.search(text):
            yield problem("pdf_media")
        if TRIGGERS.search(text):
            yield from check_triggers(thing, 0)


def check_triggers(thing: Any, depth: int) -> Iterator[Problem]:
    """The actions that a page, a form or a field starts by itself, in this object and what it holds directly."""
    if depth > DEEPEST:
        return
    if isinstance(thing, pikepdf.Dictionary):
        triggers = thing.get("/AA")
        if isinstance(triggers, pikepdf.Dictionary):
            for action in triggers.values():
                if isinstance(action, pikepdf.Dictionary) and "/S" in action:
                    yield from check_action(action)
    inner = thing.values() if isinstance(thing, pikepdf.Dictionary) else thing
    for each in inner:
        if isinstance(each, (pikepdf.Dictionary, pikepdf.Array)) and not each.is_indirect:
            yield from check_triggers(each, depth + 1)


def check_pages(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    declared = pdf.Root.get("/Pages", pikepdf.Dictionary()).get("/Count", 0)
    if isinstance(declared, int) and declared > MOST_PAGES:
        yield problem("too_many_pages", most=f"{MOST_PAGES:,}")
        return
    if len(pdf.pages) == 0:
        yield problem("no_pages")
    if len(pdf.pages) > MOST_PAGES:
        yield problem("too_many_pages", most=f"{MOST_PAGES:,}")
        return
    for number, page in enumerate(pdf.pages, start=1):
        if not has_sane_size(page):
            yield problem("page_size", page=number)
            return


def has_sane_size(page: pikepdf.Page) -> bool:
    """A page without a size gets the usual paper from every reader."""
    try:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
    except (AttributeError, KeyError):
        return True
    except (TypeError, ValueError):
        return False
    return all(SMALLEST_SIDE <= abs(side) * unit <= LARGEST_SIDE for side in (right - left, top - bottom))
