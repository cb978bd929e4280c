"""Files to pages: a sentence is found on the page on which it stands, which can be seen, and little memory is taken."""

import datetime
import email.message
import http.server
import json
import struct
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import docx
import openpyxl
import pikepdf
import pillow_heif
import pptx
import pytest
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import PatternFill
from PIL import Image
from weasyprint import HTML

from files.child import ChildFailed, run_limited
from files.reading import office, pages, reader
from files.reading.pages import CannotRead, clean
from files.reading.reader import DOCX, ODP, ODS, ODT, PDF, PPTX, RTF, XLSX, read_pages

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "portal/demo/story/files"
SENTENCE = "The median wait was eleven days"
MOST_MIB = 300


def texts(path, content_type, rendered=None):
    return [page.text for page in read_pages(path, content_type, rendered)]


def labels(path, content_type):
    return [page.label for page in read_pages(path, content_type)]


def in_the_child(path, content_type, folder, *more):
    """The lines that the command wrote under the worker's limits, and the last of them."""
    folder.mkdir(exist_ok=True)
    words = (str(path), content_type, str(folder), *map(str, more))
    run_limited("files.reading", *words, seconds=reader.SECONDS, megabytes=reader.MEGABYTES)
    *lines, last = (json.loads(line) for line in (folder / "pages.jsonl").read_text().splitlines())
    assert last["done"]
    return lines, last


def colours(path):
    with Image.open(path) as picture:
        return len(picture.convert("RGB").getcolors(2**24) or ())


def a_pdf(path, *bodies):
    html = "".join(f"<section>{body}</section>" for body in bodies)
    HTML(string=f"<style>section {{ break-after: page }}</style>{html}").write_pdf(path)
    return path


def a_long_pdf(path, pages):
    with pikepdf.open(DEMO / "es01-cardiology-patient-survey-2025.pdf") as source, pikepdf.new() as made:
        for index in range(pages):
            made.pages.append(source.pages[index % len(source.pages)])
        made.save(path)
    return path


def a_word_file(path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "In the header"
    document.add_heading("Waits")
    document.add_paragraph("Café opening").add_run(" hours")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Clinic", "Wait"
    table.cell(1, 0).text, table.cell(1, 1).text = "Echo", SENTENCE
    document.add_page_break()
    document.add_paragraph("On the second page")
    document.save(path)
    return path


def a_workbook(path):
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Cover"
    book.worksheets[0].append(["Waits"])
    sheet = book.create_sheet("Waits & more")
    sheet.append(["Clinic", "Wait"])
    sheet.append(["Echo", SENTENCE])
    hidden = book.create_sheet("Working")
    hidden.append(["Kept out of sight"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    last = book.create_sheet("Last")
    for row in range(10):
        last.append([f"Month {row}", row])
    chart = BarChart()
    chart.add_data(Reference(last, min_col=2, min_row=1, max_row=10))
    last.add_chart(chart, "D2")
    book.save(path)
    return path


def some_slides(path):
    show = pptx.Presentation()
    for number in (1, 2, 3):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"Title of slide {number}"
        if number == 2:
            slide._element.set("show", "0")
        if number == 3:
            table = slide.shapes.add_table(1, 2, 0, 2_000_000, 5_000_000, 500_000).table
            table.cell(0, 0).text, table.cell(0, 1).text = "Echo", SENTENCE
            slide.notes_slide.notes_text_frame.text = "Say it slowly"
    show.save(path)
    return path


def an_outlook_message(path, streams):
    """A compound file whose streams are long enough to stand outside the small ones."""
    sector, free, end = 512, 0xFFFFFFFF, 0xFFFFFFFE
    data = {name: text.encode("utf-16-le").ljust(4096 * 2, b"\0") for name, text in streams.items()}
    entries: list[bytes] = []
    fat: list[int] = []
    content = b""

    def entry(name, kind, child, start, size, right=free):
        raw = name.encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2, kind, 1)
        return head + struct.pack("<III", free, right, child) + bytes(36) + struct.pack("<IQ", start, size)

    named = sorted(data, key=lambda name: (len(name), name))
    for index, name in enumerate(named):
        start, count = len(fat), len(data[name]) // sector
        fat += [*range(start + 1, start + count), end]
        content += data[name]
        entries.append(entry(name, 2, free, start, len(data[name]), index + 2 if index + 1 < len(named) else free))
    directory = b"".join([entry("Root Entry", 5, 1, end, 0), *entries])
    directory += bytes(-len(directory) % sector)
    first, count = len(fat), len(directory) // sector
    fat += [*range(first + 1, first + count), end, 0xFFFFFFFD]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sector, b"\xff")
    assert len(table) == sector
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, first, 0, 4096, end, 0, end, 0, len(fat) - 1)
    path.write_bytes(header.ljust(512, b"\xff") + content + directory + table)
    return path


# --- PDF
def test_a_sentence_is_on_the_page_that_it_stands_on(tmp_path):
    path = a_pdf(tmp_path / "a", "<p>First<br>second line</p>", f"<p>{SENTENCE}.</p>")
    assert texts(path, PDF) == ["First\nsecond line", f"{SENTENCE}."]
    assert labels(path, PDF) == ["Page 1", "Page 2"]


def test_a_word_divided_at_the_end_of_a_line_stays_divided(tmp_path):
    path = a_pdf(tmp_path / "a", '<p style="width: 60px; font-size: 16px">cardio&shy;vascular is well-known')
    assert texts(path, PDF) == ["cardio\N{HYPHEN}\nvascular\nis well-known"]


def test_pages_of_a_pdf_are_pictures_that_can_be_read(tmp_path):
    lines, last = in_the_child(DEMO / "es01-cardiology-patient-survey-2025.pdf", PDF, tmp_path / "out")
    assert last == {"done": True, "pages": 4, "cut": False}
    assert [line["number"] for line in lines] == [1, 2, 3, 4]
    for line in lines:
        picture = tmp_path / "out" / line["picture"]
        with Image.open(picture) as opened:
            assert opened.format == "WEBP"
            assert opened.size == (line["width"], line["height"]) == (1100, 1556)
        assert colours(picture) > 100
    assert [line["thumbnail"] for line in lines] == ["1-small.webp", None, None, None]
    with Image.open(tmp_path / "out/1-small.webp") as small:
        assert small.width == 160


def test_what_is_filled_into_a_form_is_read_and_seen(tmp_path):
    """It stands beside the page, not on it."""
    seen: list[bytes] = []
    for words in ("", SENTENCE):
        path, out = tmp_path / f"form{len(seen)}", tmp_path / f"out{len(seen)}"
        HTML(string=f"<form>Wait: <input name=a value='{words}'></form>").write_pdf(path, pdf_forms=True)
        lines, _ = in_the_child(path, PDF, out)
        assert (SENTENCE in lines[0]["text"]) is bool(words)
        seen.append((out / "1.webp").read_bytes())
    assert seen[0] != seen[1]


@pytest.mark.parametrize(
    "box", [[0, 0, 2_000_000, 2_000_000], [0, 0, 14_400, 3], [0, 0, 3, 14_400], [0, 0, 0.01, 0.01]]
)
def test_a_page_may_say_that_it_is_of_any_size(tmp_path, box):
    path = a_pdf(tmp_path / "a", SENTENCE)
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].MediaBox = pikepdf.Array(box)
        document.save(path)
    lines, _ = in_the_child(path, PDF, tmp_path / "out")
    assert max(lines[0]["width"] or 0, lines[0]["height"] or 0) <= 1_600


def test_text_alone_can_be_asked_for(tmp_path):
    lines, _ = in_the_child(a_pdf(tmp_path / "a", SENTENCE), PDF, tmp_path / "out", "--text-only")
    assert [(line["text"], line["picture"], line["width"]) for line in lines] == [(SENTENCE, None, None)]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["pages.jsonl"]


def test_pages_before_a_crash_are_kept(tmp_path):
    """A line is on the disk before the next page is begun: here nobody lives to see the second."""
    path = a_pdf(tmp_path / "a", *(f"Number {number}" for number in range(300)))
    with subprocess.Popen([sys.executable, "-m", "files.reading", path, PDF, tmp_path], cwd=ROOT) as process:
        until = time.monotonic() + 30
        while not (tmp_path / "1.webp").exists() or not (tmp_path / "pages.jsonl").stat().st_size:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
    whole = [line for line in (tmp_path / "pages.jsonl").read_text().splitlines(keepends=True) if line.endswith("\n")]
    assert json.loads(whole[0])["text"] == "Number 0"
    assert "done" not in json.loads(whole[-1])


def test_a_very_long_pdf_has_pictures_of_its_first_pages_and_text_up_to_a_limit(tmp_path, monkeypatch):
    path = a_pdf(tmp_path / "a", *(f"Number {number}" for number in range(6)))
    monkeypatch.setattr(reader, "MOST_PICTURES", 2)
    monkeypatch.setattr(reader, "MOST_PAGES", 4)
    reader.write_pages(path, PDF, tmp_path)
    *lines, last = (json.loads(line) for line in (tmp_path / "pages.jsonl").read_text().splitlines())
    assert [line["picture"] for line in lines] == ["1.webp", "2.webp", None, None]
    assert last == {"done": True, "pages": 4, "cut": True}


def test_text_is_cut_where_it_is_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_TEXT_BYTES", 20)
    reading = read_pages(a_pdf(tmp_path / "a", "Twelve words", "Twelve words"), PDF)
    assert [page.text for page in reading] == ["Twelve words"]
    assert reading.cut


# --- Word files, spreadsheets, slides: their text
def test_a_word_file_is_read_with_its_tables_and_headers(tmp_path):
    assert texts(a_word_file(tmp_path / "a"), DOCX) == [
        f"In the header\nWaits\nCafé opening hours\nClinic\tWait\nEcho\t{SENTENCE}\n\nOn the second page"
    ]


def test_what_stands_in_a_content_control_or_a_text_box_is_read_once(tmp_path):
    path = a_word_file(tmp_path / "whole")
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    box = "<w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    twice = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "a", "w") as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", f"<w:body>{control}<w:p><w:r>{twice}</w:r></w:p>".encode(), 1)
            made.writestr(name, data)
    (text,) = texts(tmp_path / "a", DOCX)
    assert (text.count("In a control"), text.count("In a box")) == (1, 1)


def test_each_sheet_is_a_page_with_its_name(tmp_path):
    path = a_workbook(tmp_path / "a")
    assert labels(path, XLSX) == [
        "Sheet Cover",
        "Sheet Waits & more",
        "Sheet Working (hidden)",
        "Sheet Empty",
        "Sheet Last",
    ]
    assert texts(path, XLSX)[1] == f"Clinic\tWait\nEcho\t{SENTENCE}"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (9434765919, "General", "9434765919"),
        (9434765919.0, "General", "9434765919"),
        (0.1 + 0.2, "General", "0.3"),
        (0.945, "0%", "94%"),
        (0.945, "0.0%", "94.5%"),
        (3.14159, "0.00", "3.14"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(tmp_path, value, number_format, shown):
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = value
    book.worksheets[0]["A1"].number_format = number_format
    book.save(tmp_path / "a")
    assert texts(tmp_path / "a", XLSX) == [shown]


def test_a_date_in_a_cell_is_read_as_it_is_written_here(tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Born"
    book.worksheets[0]["B1"] = datetime.date(1956, 3, 9)
    book.save(tmp_path / "a")
    assert texts(tmp_path / "a", XLSX) == ["Born\t09/03/1956"]


def test_a_long_sheet_goes_on_over_pages_that_say_from_which_row(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "MOST_CHARACTERS_OF_A_PAGE", 100)
    book = openpyxl.Workbook()
    for row in range(1, 21):
        book.worksheets[0].append([f"Row number {row}"])
    book.save(tmp_path / "a")
    read = list(read_pages(tmp_path / "a", XLSX))
    assert [page.label for page in read] == ["Sheet Sheet", "Sheet Sheet, from row 8", "Sheet Sheet, from row 15"]
    assert read[1].text.startswith("Row number 8\n")


def test_a_sheet_that_is_coloured_to_its_end_has_no_empty_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "MOST_CHARACTERS_OF_A_PAGE", 30)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["C60"] = "First", "Second " * 3
    for row in range(1, 200):
        sheet.cell(row, 1).fill = PatternFill(fgColor="FFFF00", fill_type="solid")
    book.save(tmp_path / "a")
    assert labels(tmp_path / "a", XLSX) == ["Sheet Sheet", "Sheet Sheet, from row 60"]


def test_each_slide_is_a_page_with_its_tables_and_notes(tmp_path):
    path = some_slides(tmp_path / "a")
    assert labels(path, PPTX) == ["Slide 1", "Slide 2", "Slide 3"]
    first, second, third = texts(path, PPTX)
    assert (first, second) == ("Title of slide 1", "Title of slide 2")
    assert f"Echo\t{SENTENCE}" in third
    assert "Say it slowly" in third


def test_open_document_files_are_read(tmp_path):
    text, sheets = OpenDocumentText(), OpenDocumentSpreadsheet()
    text.text.addElement(P(text=SENTENCE))
    for name in ("One", "Two"):
        table, row = Table(name=name), TableRow()
        for words in (f"Sheet {name}", SENTENCE):
            cell = TableCell()
            cell.addElement(P(text=words))
            row.addElement(cell)
        table.addElement(row)
        sheets.spreadsheet.addElement(table)
    text.write(str(tmp_path / "text"))
    sheets.write(str(tmp_path / "sheets"))
    assert texts(tmp_path / "text", ODT) == [SENTENCE]
    assert labels(tmp_path / "sheets", ODS) == ["Sheet One", "Sheet Two"]
    assert texts(tmp_path / "sheets", ODS)[1] == f"Sheet Two\t{SENTENCE}"


def test_open_document_slides_are_read_one_by_one(tmp_path):
    spaces = "urn:oasis:names:tc:opendocument:xmlns:"
    slides = [f'<d:page d:name="p{n}"><d:text-box><t:p>Slide<t:s/>{n}</t:p></d:text-box></d:page>' for n in (1, 2)]
    names = f'xmlns:o="{spaces}office:1.0" xmlns:d="{spaces}drawing:1.0" xmlns:t="{spaces}text:1.0"'
    with zipfile.ZipFile(tmp_path / "a", "w") as made:
        made.writestr("content.xml", f"<o:presentation {names}>{''.join(slides)}</o:presentation>")
    read = [(page.label, page.text) for page in read_pages(tmp_path / "a", ODP)]
    assert read == [("Slide 1", "Slide 1"), ("Slide 2", "Slide 2")]


def test_rich_text_is_read_and_its_pictures_are_not(tmp_path):
    picture = r"{\pict\pngblip " + "89504e47" * 5000 + "}"
    (tmp_path / "a").write_text(r"{\rtf1\ansi Before" + picture + rf"\par {SENTENCE}.\par}}")
    (text,) = texts(tmp_path / "a", RTF)
    assert text == f"Before\n{SENTENCE}."


# --- Office files: their pictures
@pytest.mark.parametrize(
    ("make", "content_type", "count"), [(a_word_file, DOCX, 2), (a_workbook, XLSX, 5), (some_slides, PPTX, 3)]
)
def test_libreoffice_makes_pictures_of_office_files(tmp_path, make, content_type, count):
    path = make(tmp_path / "a")
    rendered = office.to_pdf(path, content_type, tmp_path)
    assert rendered is not None
    lines, last = in_the_child(path, content_type, tmp_path / "out", rendered)
    assert last["pages"] == count
    drawn = [line["label"] for line in lines if line["picture"] and colours(tmp_path / "out" / line["picture"]) > 2]
    assert drawn == [line["label"] for line in lines if line["label"] != "Sheet Empty"]
    found = [line["number"] for line in lines if SENTENCE in line["text"]]
    assert found == {DOCX: [1], XLSX: [2], PPTX: [3]}[content_type]
    if content_type == DOCX:
        assert lines[1]["text"].endswith("On the second page")


def test_libreoffice_follows_no_link(tmp_path):
    """Neither a picture from a server nor another file of this machine gets into the pages."""
    asked = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *words):
            pass

    (tmp_path / "secret.txt").write_text("Words of another file")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        path = linking(
            tmp_path / "a", f"http://127.0.0.1:{server.server_port}/a.png", (tmp_path / "secret.txt").as_uri()
        )
        rendered = office.to_pdf(path, ODT, tmp_path)
        server.shutdown()
    assert rendered is not None
    assert texts(path, ODT, rendered) == ["Before\nold words"]
    assert asked == []


def linking(path, picture, section):
    names = {
        "office": "office:1.0",
        "text": "text:1.0",
        "draw": "drawing:1.0",
        "svg": "svg-compatible:1.0",
    }
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}"' for name, of in names.items())
    source = f'<text:section-source xlink:href="{section}" xlink:type="simple"/>'
    image = f'<draw:image xlink:href="{picture}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
    frame = f'<draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="3cm">{image}</draw:frame>'
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    entry = f'<m:file-entry m:full-path="/" m:media-type="{ODT}"/>'
    content = '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>'
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", ODT)
        made.writestr(
            "content.xml",
            f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
            f"<office:body><office:text><text:p>Before{frame}</text:p>"
            f'<text:section text:name="S">{source}<text:p>old words</text:p></text:section>'
            "</office:text></office:body></office:document-content>",
        )
        made.writestr(
            "META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}" m:version="1.2">{entry}{content}</m:manifest>'
        )
    return path


def test_without_libreoffice_there_is_text_and_no_picture(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    path = a_word_file(tmp_path / "a")
    assert office.to_pdf(path, DOCX, tmp_path) is None
    lines, _ = in_the_child(path, DOCX, tmp_path / "out")
    assert SENTENCE in lines[0]["text"]
    assert lines[0]["picture"] is None


def test_what_libreoffice_makes_nothing_of_has_no_pdf(tmp_path):
    (tmp_path / "a").write_bytes(b"PK\x03\x04 and then nothing")
    assert office.to_pdf(tmp_path / "a", DOCX, tmp_path) is None
    assert office.to_pdf(a_word_file(tmp_path / "b"), DOCX, tmp_path, seconds=0.1) is None
    assert not (tmp_path / "document.pdf").exists()


# --- Pictures
@pytest.mark.parametrize(
    ("kind", "content_type"),
    [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("GIF", "image/gif"), ("WEBP", "image/webp")],
)
def test_a_picture_is_its_own_page(tmp_path, kind, content_type):
    two_colours(3000, 2000).save(tmp_path / "a", kind)
    lines, _ = in_the_child(tmp_path / "a", content_type, tmp_path / "out")
    assert [(line["label"], line["text"], line["width"], line["height"]) for line in lines] == [("", "", 1600, 1067)]
    assert is_red_over_blue(tmp_path / "out/1.webp")


def pixel(picture, x, y):
    colour = picture.convert("RGB").getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


def two_colours(width, height):
    """Red above, blue below."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (0, height // 2, width, height))
    return picture


def is_red_over_blue(path):
    with Image.open(path) as picture:
        over, under = (pixel(picture, picture.width // 2, y) for y in (5, picture.height - 5))
    return over[0] > 200 > 60 > over[2] and under[2] > 200 > 60 > under[0]


def test_a_picture_taken_sideways_is_turned_and_says_nothing_of_where(tmp_path):
    taken = Image.Exif()
    taken[0x0112] = 6
    taken[0x010F] = "Telephone of somebody"
    two_colours(400, 300).rotate(90, expand=True).save(tmp_path / "a", "JPEG", exif=taken)
    lines, _ = in_the_child(tmp_path / "a", "image/jpeg", tmp_path / "out")
    assert (lines[0]["width"], lines[0]["height"]) == (400, 300)
    assert is_red_over_blue(tmp_path / "out/1.webp")
    with Image.open(tmp_path / "out/1.webp") as picture:
        assert not picture.getexif()
    assert b"Telephone" not in (tmp_path / "out/1.webp").read_bytes()


def test_a_telephones_heic_is_seen(tmp_path):
    pillow_heif.from_pillow(two_colours(800, 600)).save(tmp_path / "a", quality=80)
    lines, _ = in_the_child(tmp_path / "a", "image/heic", tmp_path / "out")
    assert (lines[0]["width"], lines[0]["height"]) == (800, 600)
    assert is_red_over_blue(tmp_path / "out/1.webp")


@pytest.mark.parametrize("kind", ["flat", "progressive"])
def test_a_picture_that_would_fill_the_memory_is_refused_in_words(tmp_path, kind):
    if kind == "flat":
        Image.new("1", (30_000, 30_000)).save(tmp_path / "a", "PNG")
    else:
        Image.new("RGB", (8064, 6048)).save(tmp_path / "a", "JPEG", progressive=True, subsampling=0)
    assert "too many pixels" in reason(tmp_path / "a", "image/png" if kind == "flat" else "image/jpeg")


def test_what_is_transparent_is_white(tmp_path):
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "a", "PNG")
    in_the_child(tmp_path / "a", "image/png", tmp_path / "out")
    with Image.open(tmp_path / "out/1.webp") as picture:
        assert pixel(picture, 20, 20) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_seen(tmp_path):
    Image.new("I;16", (40, 40), 32768).save(tmp_path / "a", "PNG")
    in_the_child(tmp_path / "a", "image/png", tmp_path / "out")
    with Image.open(tmp_path / "out/1.webp") as picture:
        assert abs(pixel(picture, 20, 20)[0] - 128) <= 2


# --- Text and letters
def test_a_short_text_is_one_page_and_a_long_one_says_which_lines(tmp_path):
    (tmp_path / "a").write_text("One\r\ntwo")
    (tmp_path / "b").write_text("\n".join(f"Line {number}" for number in range(1, 1_201)))
    assert labels(tmp_path / "a", "text/plain") == [""]
    assert texts(tmp_path / "a", "text/plain") == ["One\ntwo"]
    assert labels(tmp_path / "b", "text/csv")[-2:] == ["Lines 1,081–1,140", "Lines 1,141–1,200"]
    assert texts(tmp_path / "b", "text/csv")[1].startswith("Line 61\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_whatever_it_was_written(tmp_path, encoding):
    (tmp_path / "a").write_bytes("Zoë’s café".encode(encoding))
    assert texts(tmp_path / "a", "text/plain") == ["Zoë’s café"]


def test_a_letter_is_read_with_its_headers(tmp_path):
    letter = email.message.EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Zoë <zoe@trust.example>", "heart@trust.example", "Waits"
    letter.set_content(f"<style>p {{}}</style><p>Dear all,<p>{SENTENCE} &amp; no more", subtype="html")
    letter.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="waits.pdf")
    (tmp_path / "a").write_bytes(bytes(letter))
    (text,) = texts(tmp_path / "a", "message/rfc822")
    assert text == (
        "From: Zoë <zoe@trust.example>\nTo: heart@trust.example\nSubject: Waits\nAttached: waits.pdf\n\n"
        f"Dear all,\n{SENTENCE} & no more"
    )


def test_a_letter_saved_by_outlook_is_read(tmp_path):
    said = {"0037001F": "Waits", "0C1A001F": "Zoë Adeyemi", "1000001F": f"Dear all,\r\n{SENTENCE}."}
    path = an_outlook_message(tmp_path / "a", {f"__substg1.0_{number}": words for number, words in said.items()})
    (text,) = texts(path, "application/vnd.ms-outlook")
    assert text == f"From: Zoë Adeyemi\nSubject: Waits\n\nDear all,\n{SENTENCE}."


def test_sound_and_film_have_no_pages(tmp_path):
    (tmp_path / "a").write_bytes(b"ID3")
    assert texts(tmp_path / "a", "audio/mpeg") == []


def test_text_is_clean():
    dirty = "A\x00b\x07c\u200b  d \u00a0 e\ud800\r\nCafe\u0301\t \tx\x0cy\n\n\n\n\nz\ufffe  "
    assert clean(dirty) == "Abc d e\nCafé\t\tx\ny\n\nz"


def test_a_million_tabs_are_cleaned_at_once():
    before = time.process_time()
    assert clean("\t" * 1_000_000 + "end") == "\t" * 1_000_000 + "end"
    assert clean("a" + " \t" * 1_000_000) == "a"
    assert time.process_time() - before < 5


# --- What cannot be read
def reason(path, content_type):
    with pytest.raises(CannotRead) as refused:
        texts(path, content_type)
    return refused.value.reason


@pytest.mark.parametrize(
    "content_type", [PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, RTF, "image/png", "image/heic", "application/vnd.ms-outlook"]
)
@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", bytes(5000)])
def test_a_damaged_file_says_so(tmp_path, content, content_type):
    (tmp_path / "a").write_bytes(content)
    assert reason(tmp_path / "a", content_type) == "The file is damaged."


def test_a_password_is_told_from_damage(tmp_path):
    path = a_pdf(tmp_path / "plain", SENTENCE)
    with pikepdf.open(path) as document:
        document.save(tmp_path / "shut", encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert reason(tmp_path / "shut", PDF) == "It is protected with a password."
    (tmp_path / "office").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert reason(tmp_path / "office", DOCX) == "It is protected with a password."


def test_the_command_says_why_a_file_cannot_be_read(tmp_path):
    (tmp_path / "a").write_bytes(b"nothing")
    with pytest.raises(ChildFailed) as failed:
        in_the_child(tmp_path / "a", PDF, tmp_path / "out")
    assert failed.value.reason == "exit status 3: The file is damaged."


def test_a_document_whose_entities_grow_is_refused(tmp_path):
    path = a_word_file(tmp_path / "whole")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "a", "w") as made:
        for name in source.namelist():
            data = source.read(name)
            made.writestr(
                name,
                data.replace(b"<w:document", f"{bomb}<w:document".encode(), 1) if name == "word/document.xml" else data,
            )
    assert reason(tmp_path / "a", DOCX) == "The file is damaged."


# --- Memory and time
def heavy_files(folder):
    """What takes most memory of each kind, by its name."""
    photograph = Image.linear_gradient("L").resize((8064, 6048)).convert("RGB")
    taken = Image.Exif()
    taken[0x0112] = 6
    photograph.save(folder / "photograph", "JPEG", quality=80, exif=taken)
    photograph.save(folder / "progressive", "JPEG", quality=80, progressive=True)
    photograph.save(folder / "drawing", "PNG", compress_level=1)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Waits")
    for row in range(50_000):
        sheet.append([f"Patient group {row}", row, row / 7, "Some words", row % 7])
    book.save(folder / "rows")
    a_long_pdf(folder / "pages", 200)
    giant = a_pdf(folder / "box", SENTENCE)
    with pikepdf.open(giant, allow_overwriting_input=True) as document:
        document.pages[0].MediaBox = pikepdf.Array([0, 0, 10_000_000, 10_000_000])
        document.save(giant)
    return {
        "photograph": "image/jpeg",
        "progressive": "image/jpeg",
        "drawing": "image/png",
        "rows": XLSX,
        "pages": PDF,
        "box": PDF,
    }


def test_the_heaviest_files_are_read_within_the_memory_of_the_child(tmp_path):
    """Each in a child of a child, since only the largest of all children that ended is known."""
    peaks, pages = {}, {}
    for name, content_type in heavy_files(tmp_path).items():
        out = tmp_path / f"out-{name}"
        out.mkdir()
        asked = (
            "import resource; from files.child import run_limited;"
            f"words = {(str(tmp_path / name), content_type, str(out))!r};"
            f"run_limited('files.reading', *words, seconds={reader.SECONDS}, megabytes={reader.MEGABYTES});"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        peaks[name] = int(
            subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, check=True).stdout
        )
        lines = [json.loads(line) for line in (out / "pages.jsonl").read_text().splitlines()]
        pages[name] = (lines[-1]["pages"], sum(1 for line in lines if line.get("picture")))
    assert {name: peak for name, peak in peaks.items() if peak > MOST_MIB} == {}
    assert pages["photograph"] == pages["progressive"] == pages["drawing"] == pages["box"] == (1, 1)
    assert pages["pages"] == (200, 100)
    assert pages["rows"][0] > 1
