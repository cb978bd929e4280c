"""One look at one file: what it is, whether its name says so, and what the check of its kind finds."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from files.inspection.disguises import hidden_zip
from files.inspection.images import check_image
from files.inspection.kinds import (
    ARCHIVES,
    BETTER,
    MACROS,
    MARKUP,
    OLD_OFFICE,
    PROGRAMS,
    TAKEN,
    UNKNOWN,
    Family,
    Found,
    extension_of,
)
from files.inspection.mail import check_email
from files.inspection.media import check_media
from files.inspection.ole import check_outlook
from files.inspection.pdf import check_pdf
from files.inspection.problems import Inspection, NoFurther, Problem, first_of_each, problem
from files.inspection.recognise import recognise
from files.inspection.rtf import check_rtf
from files.inspection.text import check_text
from files.inspection.zips import check_archive, check_package

# One byte says no more than none.
SHORTEST = 2
# Of these a ZIP could be part without showing; text has no bytes for it, and an e-mail may well have one attached.
MAY_HIDE_A_ZIP = {Family.PDF, Family.IMAGE, Family.SOUND_AND_FILM, Family.RTF}


def inspect(path: Path, name: str) -> Inspection:
    """What the content is, under which type it may be served, and every reason why it is not taken.

    Raises only what is not the file's fault (it cannot be opened, memory runs out). To be called in a child with
    limits: what is read here was written by strangers.
    """
    extension = extension_of(name)
    with path.open("rb") as file:
        if path.stat().st_size < SHORTEST:
            return Inspection(UNKNOWN, (problem("empty"),))
        found = recognise(file, extension)
        problems = first_of_each(chain(by_name(extension, found), by_content(file, found, extension)))
    return Inspection(found.kind.content_type if found.kind else UNKNOWN, problems)


def by_name(extension: str, found: Found) -> Iterator[Problem]:
    """What the content is against what the name says that it is."""
    taken = TAKEN.get(extension, ())
    if found.kind in taken:
        return
    if found.refused and not (found.refused == "not_taken" and (taken or extension in BETTER)):
        yield problem(found.refused, what=found.what, save_as=found.save_as)
    elif taken:
        wanted = taken[0]
        if found.kind:
            yield problem("mismatch", extension=extension, what=found.kind.words, save_as=found.kind.extension)
        elif wanted.family in (Family.TEXT, Family.EMAIL):
            yield problem("not_text")
        else:
            yield problem("unknown", what=wanted.words, extension=wanted.extension)
    if not taken:
        yield from by_extension(extension, found)


def by_extension(extension: str, found: Found) -> Iterator[Problem]:
    """A name that is not taken, whatever is in the file."""
    shown = f".{extension[:20]}"
    if extension in PROGRAMS:
        yield problem("executable", what=shown)
    elif extension in ARCHIVES:
        yield problem("archive", what=shown)
    elif extension in MARKUP:
        yield problem("markup", what=shown)
    elif extension in MACROS:
        what, save_as = MACROS[extension]
        yield problem("macros", what=what, save_as=save_as)
    elif extension in BETTER:
        yield problem("not_taken_but", what=shown, save_as=BETTER[extension])
    elif extension in OLD_OFFICE and not found.kind:
        what, save_as = OLD_OFFICE[extension]
        yield problem("old_office", what=what, save_as=save_as)
    elif found.kind and not extension:
        yield problem("no_extension", save_as=found.kind.extension)
    elif found.kind and found.family is not Family.TEXT:
        yield problem("mismatch", extension=shown[1:], what=found.kind.words, save_as=found.kind.extension)
    else:
        yield problem("not_taken", what=shown)


def by_content(file: IO[bytes], found: Found, extension: str) -> Iterator[Problem]:
    """What the check of its kind finds. Whatever a library trips over is a fault of the file: it is damaged."""
    try:
        if found.family in MAY_HIDE_A_ZIP:
            yield from hidden_zip(file)
        yield from of_kind(file, found, extension)
    except NoFurther as stop:
        yield stop.problem
    except MemoryError:
        raise
    except Exception:
        yield problem("damaged")


def of_kind(file: IO[bytes], found: Found, extension: str) -> Iterator[Problem]:
    if found.family is Family.ARCHIVE and found.what == "ZIP":
        return check_archive(file)
    if found.kind is None:
        return iter(())
    match found.family:
        case Family.OFFICE | Family.OPEN_DOCUMENT:
            return check_package(file, found.kind)
        case Family.IMAGE:
            return check_image(file, found.kind)
        case Family.SOUND_AND_FILM:
            return check_media(file, found.kind)
        case Family.PDF:
            return check_pdf(file)
        case Family.OUTLOOK:
            return check_outlook(file)
        case Family.RTF:
            return check_rtf(file)
        case Family.EMAIL:
            return check_email(file)
        case _:
            return check_text(file, extension)
