"""A workbook as the package that it is: safe to be unpacked, and what openpyxl does not tell of its sheets."""

import posixpath
from dataclasses import dataclass, field
from typing import IO

from openpyxl.utils.cell import range_boundaries

from files.inspection import markup
from files.inspection.archives import Archive, Budget
from files.inspection.kinds import EXCEL, EXCEL_MACRO
from files.inspection.packages import kind_of_package
from files.inspection.problems import NoFurther
from files.inspection.recognise import recognise

MOST_UNPACKED = 200 * 2**20
MOST_OF_A_LIST = 2**20
MOST_NOTED = 20_000

SENTENCES = {
    "password": (
        "This workbook is protected with a password. Open it in Excel, choose File, Info, Protect Workbook, Encrypt "
        "with Password, empty the box, save it and send it again."
    ),
    "old_office": (
        "This is an Excel workbook in its old format (.xls). Open it in Excel, choose Save as, Excel workbook (.xlsx), "
        "and send that."
    ),
    "bomb": (
        "This workbook unpacks to far more than figures need. Copy the figures into a new workbook, or save the sheet "
        "as CSV, and send that."
    ),
    "entities": "This workbook defines entities that grow when it is read. Save a new copy from Excel and send that.",
    "other": (
        "This is not an Excel workbook of the kind .xlsx or .xlsm. Open it in Excel, save it as an Excel workbook and "
        "send that."
    ),
    "damaged": "This workbook is damaged or cut off. Open it in Excel, save a new copy and send that.",
}


class Stopped(Exception):
    """Nothing of this file can be read: `words` tell the person why, and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def check_package(file: IO[bytes]) -> None:
    """Every part is unpacked once within a budget; raises `Stopped`. Macros may be there: nobody runs them here."""
    try:
        found = recognise(file, "xlsx")
        if found.refused in ("password", "bomb") or (found.refused == "old_office" and found.save_as == "xlsx"):
            raise Stopped(SENTENCES[found.refused])
        if found.kind not in (EXCEL, EXCEL_MACRO):
            damaged = found.refused in ("damaged", "truncated", "inconsistent")
            raise Stopped(SENTENCES["damaged" if damaged else "other"])
        archive = Archive(file, Budget(MOST_UNPACKED))
        if any(archive.structure()) or kind_of_package(archive) is None:
            raise Stopped(SENTENCES["damaged"])
        for entry in archive.entries:
            if entry.filename.casefold().endswith((".xml", ".rels")):
                markup.listen(archive.chunks(entry), may_name_its_type=True)
            else:
                for _ in archive.chunks(entry):
                    pass
    except NoFurther as stop:
        raise Stopped(SENTENCES.get(stop.problem.code, SENTENCES["damaged"])) from stop


@dataclass
class Shape:
    """What a sheet holds besides values: formulas that it remembers no value of, and cells that are merged."""

    without_value: set[str] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    cell: str = ""
    formula: bool = False
    value: bool = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self.end()
            self.cell, self.formula, self.value = attributes.get("r", ""), False, False
        elif name == "f":
            self.formula = True
        elif name == "sheetData":
            self.cell = ""
        elif name == "mergeCell" and len(self.merged) < MOST_NOTED:
            self.merge(attributes.get("ref", ""))

    def text(self, name: str, text: str) -> None:
        self.value |= name in ("v", "t") and text != ""

    def end(self) -> None:
        if self.cell and self.formula and not self.value and len(self.without_value) < MOST_NOTED:
            self.without_value.add(self.cell)

    def merge(self, reference: str) -> None:
        try:
            left, top, right, bottom = range_boundaries(reference)
        except (ValueError, TypeError):
            return
        if left and top and right and bottom:
            self.merged.append((left, top, right, bottom))


def shape_of(file: IO[bytes], sheet: str) -> Shape:
    """Of one sheet of a workbook that `check_package` has let pass."""
    archive, shape = Archive(file, Budget(MOST_UNPACKED * 2)), Shape()
    part = part_of(archive, sheet)
    if part in archive.names:
        markup.listen(archive.chunks(archive.names[part]), element=shape.element, text=shape.text)
        shape.end()
    return shape


def part_of(archive: Archive, sheet: str) -> str:
    """The name of the part that a sheet of this name is in."""
    sheets: dict[str, str] = {}
    targets: dict[str, str] = {}

    def of_workbook(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets[attributes.get("name", "")] = attributes.get("id", "")

    def of_relations(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = posixpath.normpath(
                posixpath.join("/xl", attributes.get("Target", ""))
            ).lstrip("/")

    for part, element in (("xl/workbook.xml", of_workbook), ("xl/_rels/workbook.xml.rels", of_relations)):
        if content := archive.read(part, MOST_OF_A_LIST):
            markup.listen([content], element=element)
    return targets.get(sheets.get(sheet, ""), "")
