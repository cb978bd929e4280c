"""Which kinds of file are taken as evidence, under which endings of a name, and what is said of the other ones."""

import re
from dataclasses import dataclass
from enum import Enum

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
UNKNOWN = "application/octet-stream"


class Family(Enum):
    """Kinds that are looked into in the same way."""

    PDF = "pdf"
    OFFICE = "office"
    OPEN_DOCUMENT = "open document"
    OUTLOOK = "outlook"
    RTF = "rtf"
    IMAGE = "image"
    SOUND_AND_FILM = "sound and film"
    TEXT = "text"
    EMAIL = "email"
    ARCHIVE = "archive"
    NOT_TAKEN = "not taken"


@dataclass(frozen=True)
class Kind:
    """A kind of content: what people call it, what it is served as, and the ending that it should have."""

    words: str
    extension: str
    content_type: str
    family: Family


PDF = Kind("a PDF", "pdf", "application/pdf", Family.PDF)
WORD = Kind("a Word document", "docx", f"{OFFICE}.wordprocessingml.document", Family.OFFICE)
EXCEL = Kind("an Excel workbook", "xlsx", f"{OFFICE}.spreadsheetml.sheet", Family.OFFICE)
EXCEL_MACRO = Kind("an Excel workbook", "xlsm", "application/vnd.ms-excel.sheet.macroenabled.12", Family.OFFICE)
POWERPOINT = Kind("a PowerPoint presentation", "pptx", f"{OFFICE}.presentationml.presentation", Family.OFFICE)
TEXT_DOCUMENT = Kind("an OpenDocument text", "odt", f"{OPEN_DOCUMENT}.text", Family.OPEN_DOCUMENT)
SPREADSHEET = Kind("an OpenDocument spreadsheet", "ods", f"{OPEN_DOCUMENT}.spreadsheet", Family.OPEN_DOCUMENT)
PRESENTATION = Kind("an OpenDocument presentation", "odp", f"{OPEN_DOCUMENT}.presentation", Family.OPEN_DOCUMENT)
OUTLOOK = Kind("an Outlook message", "msg", "application/vnd.ms-outlook", Family.OUTLOOK)
RTF = Kind("rich text", "rtf", "application/rtf", Family.RTF)
PNG = Kind("a PNG picture", "png", "image/png", Family.IMAGE)
JPEG = Kind("a JPEG picture", "jpg", "image/jpeg", Family.IMAGE)
GIF = Kind("a GIF picture", "gif", "image/gif", Family.IMAGE)
WEBP = Kind("a WebP picture", "webp", "image/webp", Family.IMAGE)
HEIC = Kind("a HEIC picture", "heic", "image/heic", Family.IMAGE)
MP3 = Kind("an MP3 recording", "mp3", "audio/mpeg", Family.SOUND_AND_FILM)
M4A = Kind("an M4A recording", "m4a", "audio/mp4", Family.SOUND_AND_FILM)
MP4 = Kind("an MP4 film", "mp4", "video/mp4", Family.SOUND_AND_FILM)
MOV = Kind("a QuickTime film", "mov", "video/quicktime", Family.SOUND_AND_FILM)
TEXT = Kind("plain text", "txt", "text/plain", Family.TEXT)
CSV = Kind("a table as text", "csv", "text/csv", Family.TEXT)
MARKDOWN = Kind("plain text", "md", "text/plain", Family.TEXT)
EMAIL = Kind("an e-mail", "eml", "message/rfc822", Family.EMAIL)

# Kinds that differ only in what text is meant for share an ending's text; recorders name MP4 sound and film freely;
# some programs write workbooks without macros under .xlsm.
TAKEN: dict[str, tuple[Kind, ...]] = {
    "pdf": (PDF,),
    "docx": (WORD,),
    "xlsx": (EXCEL,),
    "xlsm": (EXCEL_MACRO, EXCEL),
    "pptx": (POWERPOINT,),
    "odt": (TEXT_DOCUMENT,),
    "ods": (SPREADSHEET,),
    "odp": (PRESENTATION,),
    "csv": (CSV,),
    "txt": (TEXT,),
    "md": (MARKDOWN,),
    "eml": (EMAIL,),
    "msg": (OUTLOOK,),
    "rtf": (RTF,),
    "png": (PNG,),
    "jpg": (JPEG,),
    "jpeg": (JPEG,),
    "gif": (GIF,),
    "webp": (WEBP,),
    "heic": (HEIC,),
    "mp3": (MP3,),
    "m4a": (M4A, MP4),
    "mp4": (MP4, M4A),
    "mov": (MOV, MP4),
}
OF_TEXT = {"csv": CSV, "txt": TEXT, "md": MARKDOWN, "eml": EMAIL}

ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst", "cab", "iso", "jar", "arj", "lzh"})
PROGRAMS = frozenset(
    [
        "exe",
        "com",
        "scr",
        "dll",
        "msi",
        "bat",
        "cmd",
        "ps1",
        "vbs",
        "vbe",
        "js",
        "jse",
        "wsf",
        "wsh",
        "hta",
        "lnk",
        "reg",
        "cpl",
        "pif",
        "sh",
        "py",
        "pl",
        "apk",
        "app",
        "dmg",
        "jar",
        "class",
    ]
)
MARKUP = frozenset({"html", "htm", "xhtml", "svg", "xml", "mht", "mhtml", "swf", "url"})
OLD_OFFICE = {
    "doc": ("a Word document", "docx"),
    "dot": ("a Word template", "docx"),
    "xls": ("an Excel workbook", "xlsx"),
    "ppt": ("a PowerPoint presentation", "pptx"),
    "pps": ("a PowerPoint presentation", "pptx"),
}
MACROS = {
    "docm": ("Word document", "docx"),
    "dotm": ("Word template", "docx"),
    "xltm": ("Excel template", "xlsx"),
    "xlam": ("Excel add-in", "xlsx"),
    "xlsb": ("Excel workbook", "xlsx"),
    "pptm": ("PowerPoint presentation", "pptx"),
    "ppsm": ("PowerPoint presentation", "pptx"),
}
BETTER = {
    **dict.fromkeys(["bmp", "tif", "tiff"], "png"),
    **dict.fromkeys(["avif", "heif"], "jpg"),
    **dict.fromkeys(["wav", "wma", "ogg", "aac", "flac"], "mp3"),
    **dict.fromkeys(["avi", "wmv", "webm", "mkv", "mpg"], "mp4"),
    "dotx": "docx",
    "xltx": "xlsx",
    "ppsx": "pptx",
    "potx": "pptx",
}


@dataclass(frozen=True)
class Found:
    """What content turned out to be: a kind that is taken, or the code of the sentence that says why it is not."""

    kind: Kind | None = None
    refused: str = ""
    what: str = ""
    save_as: str = ""

    @property
    def family(self) -> Family:
        if self.kind is not None:
            return self.kind.family
        return Family.ARCHIVE if self.refused == "archive" else Family.NOT_TAKEN


def extension_of(name: str) -> str:
    """The ending of a name as a computer would read it: past trailing dots, blanks and marks that are not seen."""
    ending = re.search(r"\.([^./\\]*)$", re.sub(r"[\W_]+$", "", name))
    return ending[1].casefold() if ending else ""
