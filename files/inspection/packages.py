"""Which Office or OpenDocument kind a ZIP is: by the parts that it declares, not by their names."""

import posixpath
from dataclasses import dataclass, field

from files.inspection import markup
from files.inspection.archives import Archive
from files.inspection.kinds import (
    EXCEL,
    EXCEL_MACRO,
    OFFICE,
    POWERPOINT,
    PRESENTATION,
    SPREADSHEET,
    TEXT_DOCUMENT,
    WORD,
    Found,
)

MOST_OF_A_LIST = 4 * 2**20

MAIN_PARTS = {
    f"{OFFICE}.wordprocessingml.document.main+xml": Found(WORD),
    "application/vnd.ms-word.document.macroenabled.main+xml": Found(WORD),
    f"{OFFICE}.spreadsheetml.sheet.main+xml": Found(EXCEL),
    "application/vnd.ms-excel.sheet.macroenabled.main+xml": Found(EXCEL_MACRO),
    f"{OFFICE}.presentationml.presentation.main+xml": Found(POWERPOINT),
    "application/vnd.ms-powerpoint.presentation.macroenabled.main+xml": Found(POWERPOINT),
}
# What can be saved as one of those: templates, slide shows, add-ins, binary workbooks.
OTHER_MAIN_PARTS = {
    "wordprocessing": ("a Word template", "docx"),
    "ms-word": ("a Word template", "docx"),
    "spreadsheet": ("an Excel template", "xlsx"),
    "ms-excel": ("an Excel workbook of another kind", "xlsx"),
    "presentation": ("a PowerPoint slide show", "pptx"),
    "ms-powerpoint": ("a PowerPoint slide show", "pptx"),
}
OPEN_DOCUMENTS = {kind.content_type: Found(kind) for kind in (TEXT_DOCUMENT, SPREADSHEET, PRESENTATION)}


@dataclass
class ContentTypes:
    """`[Content_Types].xml`: the type of each part, in lower case as the names are."""

    by_name: dict[str, str] = field(default_factory=dict)
    by_extension: dict[str, str] = field(default_factory=dict)

    def element(self, name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "").casefold()
        if name == "Override":
            self.by_name[attributes.get("PartName", "").casefold().lstrip("/")] = kind
        if name == "Default":
            self.by_extension[attributes.get("Extension", "").casefold()] = kind

    def of(self, part: str) -> str:
        part = part.casefold().lstrip("/")
        return self.by_name.get(part) or self.by_extension.get(part.rpartition(".")[2], "")

    def all(self) -> set[str]:
        return {*self.by_name.values(), *self.by_extension.values()}


def content_types(archive: Archive) -> ContentTypes:
    types = ContentTypes()
    if content := archive.read("[Content_Types].xml", MOST_OF_A_LIST):
        markup.listen([content], element=types.element)
    return types


def main_part(archive: Archive) -> str:
    """The name of the part that a program opens first."""
    targets: list[str] = []

    def element(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            targets.append(posixpath.normpath("/" + attributes.get("Target", "")))

    if content := archive.read("_rels/.rels", MOST_OF_A_LIST):
        markup.listen([content], element=element)
    return targets[0] if targets else ""


def kind_of_package(archive: Archive) -> Found | None:
    """None for a ZIP that is neither; raises `NoFurther` if it cannot be told safely."""
    declared = archive.read("mimetype", MOST_OF_A_LIST).decode("ascii", "replace").strip()
    if declared:
        return OPEN_DOCUMENTS.get(declared) or (
            Found(refused="not_taken", what="an OpenDocument file of another kind")
            if "META-INF/manifest.xml" in archive.names
            else None
        )
    kind = content_types(archive).of(main_part(archive))
    if not kind:
        return None
    if kind in MAIN_PARTS:
        return MAIN_PARTS[kind]
    for sign, (what, save_as) in OTHER_MAIN_PARTS.items():
        if sign in kind:
            return Found(refused="not_taken_but", what=what, save_as=save_as)
    return None
