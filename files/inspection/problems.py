"""What can be wrong with a file, and the sentences that tell a person what is wrong and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_PROBLEMS = 8

SENTENCES = {
    # What it is
    "empty": "There is nothing in this file. Check that it opens on your computer, then upload it again.",
    "executable": "This is a program or a script ({what}), which cannot be evidence. Upload the document itself.",
    "markup": (
        "This is a web page or a drawing in code ({what}), which could run scripts. Print it to a PDF and "
        "upload that."
    ),
    "archive": "This is an archive ({what}). Unpack it and upload the files in it one by one.",
    "old_office": "This is {what} in its old format. Open it, save it as .{save_as} and upload that.",
    "not_taken": "Files of this kind ({what}) are not taken as evidence. Save it as a PDF and upload that.",
    "not_taken_but": "Files of this kind ({what}) are not taken as evidence. Save it as .{save_as} and upload that.",
    "mismatch": (
        "The name ends in .{extension}, but what is in the file is {what}. Give it a name that ends in "
        ".{save_as} and upload it again."
    ),
    "unknown": "What is in this file is not {what}. Open it, save it again as .{extension} and upload that.",
    "no_extension": (
        "The name of this file does not say what kind it is. Give it its ending, such as .{save_as}, and "
        "upload it again."
    ),
    "two_kinds": (
        "This file is two kinds of file at once: {what} is hidden in it. Open it, save a new copy and upload "
        "that."
    ),
    # Whole or not
    "truncated": "This file seems to be cut off: its end is missing. Find or make a whole copy and upload that.",
    "damaged": "This file is damaged and cannot be read. Open it, save a new copy and upload that.",
    "password": (
        "This file is protected with a password, so nobody could read it here. Save it without a password and"
        " upload that."
    ),
    "not_text": (
        "This is not plain text: it holds characters that no text has. Save it again as text (UTF-8) and "
        "upload that."
    ),
    # Archives, and Office files, which are archives inside
    "bomb": (
        "This file unpacks to far more than a document holds. Save a new copy with less in it, or as a PDF, "
        "and upload that."
    ),
    "unsafe_names": "This file holds parts whose names reach outside it. Open it, save a new copy and upload that.",
    "inconsistent": "The parts of this file do not fit its own list of them. Open it, save a new copy and upload that.",
    "nested": "This file holds an archive. Take it out, unpack it and upload the files in it one by one.",
    # Office files
    "macros": "This {what} holds macros. Save it without them (.{save_as}) and upload that.",
    "external_links": (
        "This {what} loads parts from elsewhere ({where}). Break those links, or save it as a PDF, and upload"
        " that."
    ),
    "data_links": (
        "This {what} has fields that start other programs (DDE). Remove them, or save it as a PDF, and upload"
        " that."
    ),
    "controls": "This {what} holds ActiveX controls. Remove them, or save it as a PDF, and upload that.",
    "embedded_file": (
        "This {what} has another file packed into it. Take it out, upload it by itself if it is evidence, and"
        " upload the rest."
    ),
    "entities": "This file defines entities that grow when it is read. Save a new copy, or a PDF, and upload that.",
    # PDFs
    "pdf_script": "This PDF holds scripts. Print it to a new PDF and upload that.",
    "pdf_action": (
        "This PDF does something by itself when it is opened ({what}). Print it to a new PDF and upload that."
    ),
    "pdf_launch": "This PDF can start a program. Print it to a new PDF and upload that.",
    "pdf_attachment": "This PDF has files attached. Save them, upload each by itself, and upload the PDF without them.",
    "pdf_media": "This PDF holds sound, film or 3D content. Print it to a new PDF and upload that.",
    "pdf_form": "This PDF is an XFA form, which only some programs can show. Print it to a new PDF and upload that.",
    "no_pages": "This PDF has no pages that can be read. Make it again and upload that.",
    "too_many_pages": "This PDF has more than {most} pages. Upload only the pages that are evidence.",
    "page_size": (
        "Page {page} of this PDF is impossibly large or small. Print it to a new PDF on a paper size and "
        "upload that."
    ),
    # Pictures, e-mails
    "too_many_pixels": "This picture has more than {most} million pixels. Make it smaller and upload that.",
    "too_many_frames": "This moving picture has too many frames. Save one of them, or upload it as a film (.mp4).",
    "email_attachment": (
        "This e-mail has {what} attached. Save the e-mail without it and upload that; upload documents by "
        "themselves."
    ),
    "too_large_to_check": (
        "This file is too large for its kind to be checked. Split it, or save it as a PDF, and upload that."
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One reason why a file is not taken: `code` for programs, `words` for the person who sent it."""

    code: str
    words: str


@dataclass(frozen=True)
class Inspection:
    """What a file is by its content, and what is wrong with it; a clean file has no problems."""

    content_type: str
    problems: tuple[Problem, ...]


class NoFurther(Exception):
    """What is wrong with this file is such that nothing more of it should be looked at."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def problem(code: str, **particulars: str | int) -> Problem:
    return Problem(code, SENTENCES[code].format(**particulars))


def first_of_each(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first of each code, and a bounded number of them; what makes them is asked for no more than that."""
    kept: dict[str, Problem] = {}
    for each in problems:
        kept.setdefault(each.code, each)
        if len(kept) == MOST_PROBLEMS:
            break
    return tuple(kept.values())
