"""Files as people send them, made by the libraries and programs that make them: `HONEST[file name](folder)`."""

import io
import shutil
import struct
import subprocess
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pikepdf
import pillow_heif
import pptx
from odf.opendocument import OpenDocumentPresentation, OpenDocumentSpreadsheet, OpenDocumentText
from odf.text import A, P
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from PIL import Image
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from weasyprint import HTML

pillow_heif.register_heif_opener()

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
MPEG = (b"\xff\xfb\x90\x64" + bytes(413)) * 5
TITLES = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10)


def picture(path: Path, kind: str, mode: str = "RGB", **options: object) -> None:
    Image.linear_gradient("L").resize((320, 240)).convert(mode).save(path, kind, **options)


def frames() -> list[Image.Image]:
    return [Image.linear_gradient("L").rotate(angle).resize((320, 240)).convert("RGB") for angle in (90, 180, 270)]


def film(path: Path, brand: bytes) -> None:
    parts = ((b"ftyp", brand + bytes(4) + brand), (b"free", b""), (b"mdat", bytes(1000)), (b"moov", bytes(200)))
    path.write_bytes(b"".join(struct.pack(">L", len(content) + 8) + name + content for name, content in parts))


def word(path: Path) -> None:
    made, map_of_us = docx.Document(), io.BytesIO()
    Image.new("RGB", (80, 60)).save(map_of_us, "PNG")
    made.add_heading("Minutes")
    made.add_paragraph("We asked. ").add_run("They answered.").bold = True
    made.add_picture(map_of_us)
    made.add_table(2, 2)
    made.save(str(path))


def excel(path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.create_sheet("Waits", 0)
    sheet.append(["June", 12])
    sheet["A1"].comment = Comment("Counted by hand", "A lead")
    sheet["A2"].hyperlink = "https://www.nhs.uk/"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1))
    sheet.add_chart(chart, "D4")
    made.save(path)


def powerpoint(path: Path) -> None:
    """The chart has its workbook packed into the presentation, as every chart has."""
    made = pptx.Presentation()
    shapes = made.slides.add_slide(made.slide_layouts[5]).shapes
    figures = CategoryChartData()
    figures.categories = ["2025", "2026"]
    figures.add_series("Waits", (12, 9))
    shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), figures)
    run = shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "NHS", "https://www.nhs.uk/"
    made.save(str(path))


def open_document(path: Path) -> None:
    makers = {".odt": OpenDocumentText, ".ods": OpenDocumentSpreadsheet, ".odp": OpenDocumentPresentation}
    made = makers[path.suffix]()
    if path.suffix == ".odt":
        line = P(text="See ")
        line.addElement(A(href="https://www.nhs.uk/", text="NHS"))
        made.text.addElement(line)
    made.save(str(path))


def page(path: Path, **options: object) -> None:
    body = (
        "<html lang=en><title>Report</title><h1>Report</h1><p><a href='https://www.nhs.uk/'>NHS</a></p><input name=a>"
    )
    HTML(string=body).write_pdf(path, **options)


def page_again(path: Path, **options: Any) -> None:
    page(path)
    with pikepdf.open(path, allow_overwriting_input=True) as made:
        made.Root.OpenAction = pikepdf.Array([made.pages[0].obj, pikepdf.Name.Fit])
        made.save(path, **options)


def message(path: Path) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Thank you"
    made.set_content("Thank you.")
    made.add_alternative("<html><p>Thank you.</p></html>", subtype="html")
    attached = path.with_suffix(".docx")
    word(attached)
    made.add_attachment(attached.read_bytes(), maintype="application", subtype="octet-stream", filename="letter.docx")
    path.write_bytes(made.as_bytes())


def by_libreoffice(path: Path, make: Callable[[Path], None], suffix: str) -> None:
    source = path.with_suffix(suffix)
    source = source if source != path else path.with_name(f"source{suffix}")
    make(source)
    soffice = shutil.which("soffice")
    assert soffice is not None, (
        "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
    )
    home = f"-env:UserInstallation={(path.parent / 'home').as_uri()}"
    command = [soffice, "--headless", home, "--convert-to", path.suffix[1:], "--outdir", str(path.parent), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    if source.stem != path.stem:
        (path.parent / f"{source.stem}{path.suffix}").rename(path)


HONEST: dict[str, tuple[Callable[[Path], object], str]] = {
    "minutes.docx": (word, f"{OFFICE}.wordprocessingml.document"),
    "waits.xlsx": (excel, f"{OFFICE}.spreadsheetml.sheet"),
    "waits.xlsm": (excel, f"{OFFICE}.spreadsheetml.sheet"),
    "talk.pptx": (powerpoint, f"{OFFICE}.presentationml.presentation"),
    "text.odt": (open_document, f"{OPEN_DOCUMENT}.text"),
    "table.ods": (open_document, f"{OPEN_DOCUMENT}.spreadsheet"),
    "talk.odp": (open_document, f"{OPEN_DOCUMENT}.presentation"),
    "office.odt": (partial(by_libreoffice, make=word, suffix=".docx"), f"{OPEN_DOCUMENT}.text"),
    "office.ods": (partial(by_libreoffice, make=excel, suffix=".xlsx"), f"{OPEN_DOCUMENT}.spreadsheet"),
    "office.odp": (partial(by_libreoffice, make=powerpoint, suffix=".pptx"), f"{OPEN_DOCUMENT}.presentation"),
    "office.rtf": (partial(by_libreoffice, make=word, suffix=".docx"), "application/rtf"),
    "office.pdf": (partial(by_libreoffice, make=word, suffix=".docx"), "application/pdf"),
    "office.docx": (partial(by_libreoffice, make=open_document, suffix=".odt"), f"{OFFICE}.wordprocessingml.document"),
    "page.pdf": (page, "application/pdf"),
    "accessible.pdf": (partial(page, pdf_variant="pdf/ua-1"), "application/pdf"),
    "form.pdf": (partial(page, pdf_forms=True), "application/pdf"),
    "for the web.pdf": (partial(page_again, linearize=True), "application/pdf"),
    "packed.pdf": (partial(page_again, object_stream_mode=pikepdf.ObjectStreamMode.generate), "application/pdf"),
    "not to be changed.pdf": (
        partial(page_again, encryption=pikepdf.Encryption(owner="owner", user="")),
        "application/pdf",
    ),
    "scan.pdf": (partial(picture, kind="PDF"), "application/pdf"),
    "map.png": (partial(picture, kind="PNG"), "image/png"),
    "few colours.png": (partial(picture, kind="PNG", mode="P"), "image/png"),
    "black and white.png": (partial(picture, kind="PNG", mode="1"), "image/png"),
    "moving.png": (partial(picture, kind="PNG", save_all=True, append_images=frames()), "image/png"),
    "photo.jpg": (partial(picture, kind="JPEG"), "image/jpeg"),
    "PHOTO.JPEG": (partial(picture, kind="JPEG", progressive=True), "image/jpeg"),
    "print.jpg": (partial(picture, kind="JPEG", mode="CMYK"), "image/jpeg"),
    "two in one.jpg": (partial(picture, kind="MPO", save_all=True, append_images=frames()[:1]), "image/jpeg"),
    "sign.gif": (partial(picture, kind="GIF"), "image/gif"),
    "moving.gif": (partial(picture, kind="GIF", save_all=True, append_images=frames()), "image/gif"),
    "sign.webp": (partial(picture, kind="WEBP"), "image/webp"),
    "moving.webp": (partial(picture, kind="WEBP", save_all=True, append_images=frames()), "image/webp"),
    "phone.heic": (partial(picture, kind="HEIF"), "image/heic"),
    "film.mp4": (partial(film, brand=b"isom"), "video/mp4"),
    "phone.mov": (partial(film, brand=b"qt  "), "video/quicktime"),
    "memo.m4a": (partial(film, brand=b"M4A "), "audio/mp4"),
    "memo of a phone.m4a": (partial(film, brand=b"mp42"), "video/mp4"),
    "call.mp3": (lambda path: path.write_bytes(TITLES + MPEG), "audio/mpeg"),
    "plain call.mp3": (lambda path: path.write_bytes(MPEG), "audio/mpeg"),
    "thanks.eml": (message, "message/rfc822"),
    "notes.txt": (lambda path: path.write_text("Café, £5 and “thanks”\n", encoding="utf-8"), "text/plain"),
    "notes of windows.txt": (lambda path: path.write_bytes("Café, £5, “thanks”\r\n".encode("cp1252")), "text/plain"),
    "wide notes.txt": (lambda path: path.write_text("Café\n", encoding="utf-16"), "text/plain"),
    "mz.txt": (lambda path: path.write_text("MZ is a code\n"), "text/plain"),
    "talk.md": (lambda path: path.write_text("<!-- draft -->\n# Talk\n<p align=center>Hello</p>\n"), "text/plain"),
    "excel.csv": (lambda path: path.write_text("name,waits\nA | B!,-1\n", encoding="utf-8-sig"), "text/csv"),
}
