"""Pictures of a size to show: what a photograph or a drawing becomes, and what is written to a file."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pillow_heif
from PIL import Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from files.reading.pages import CannotRead, Page

WIDTH = 1_100
LONG_SIDE = 1_600
THUMBNAIL_WIDTH = 160
QUALITY = 75
HEIC = "image/heic"
TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP", HEIC: "HEIF"}

MOST_PIXELS = 100_000_000
# What a picture may take while it is unpacked, so that the child stays within 300 MiB: 50 million pixels of colour.
MOST_UNPACKED_BYTES = 200_000_000
BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}
ROWS_AT_A_TIME = 256
TOO_LARGE = "The picture has too many pixels to be shown here. It can be downloaded."


def image_pages(path: Path, content_type: str) -> Iterator[Page]:
    """The one page of a picture, which has no text."""
    picture = small_heic(path) if content_type == HEIC else small(path, TYPES[content_type])
    yield Page("", "", lambda: picture)


def small(path: Path, kind: str) -> Image.Image:
    """A picture at most 1,600 px long, upright, in sRGB's three channels, on white where it is transparent."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # there are limits of ours
        try:
            image = Image.open(path, formats=[kind])
        except Image.DecompressionBombError as failure:
            raise CannotRead(TOO_LARGE) from failure
    with image:
        if image.width * image.height > MOST_PIXELS or unpacked_bytes(image) > MOST_UNPACKED_BYTES:
            raise CannotRead(TOO_LARGE)
        turn = image.getexif().get(0x0112, 1)
        reduced = reduce(image)
    reduced.getexif()[0x0112] = turn
    return fitted(ImageOps.exif_transpose(reduced))


def unpacked_bytes(image: ImageFile.ImageFile) -> int:
    """What Pillow will hold of a picture; asks for a JPEG to be unpacked at a fraction of its size, if that will do."""
    pixels = image.width * image.height
    if isinstance(image, JpegImageFile):
        image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        drafted = image.width * image.height * 4
        # A progressive one is held whole, two bytes a sample, however small it is wanted.
        sides = [(across, down) for _, across, down, _ in image.layer]
        most = max(across for across, _ in sides) * max(down for _, down in sides)
        samples = pixels * sum(across * down for across, down in sides) // most
        return drafted + (2 * samples if "progressive" in image.info else 0)
    copies = 4 if image.format == "WEBP" else 1  # libwebp holds this frame and the last, and gives them as bytes
    return pixels * BYTES_A_PIXEL.get(image.mode, 4) * copies


def small_heic(path: Path) -> Image.Image:
    """The same of a telephone's HEIC; libheif turns it upright by itself.

    Rows are taken from libheif's own memory, since 48 million pixels do not fit twice.
    """
    pillow_heif.options.DECODE_THREADS = 1
    heif = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
    width, height = heif.size
    if width * height > MOST_PIXELS or width * height * 4 > MOST_UNPACKED_BYTES:
        raise CannotRead(TOO_LARGE)
    data, stride, mode = memoryview(heif.data), heif.stride, heif.mode
    by = factor(width, height)
    reduced = Image.new("RGB", (-(-width // by), -(-height // by)), "white")
    for top in range(0, height, ROWS_AT_A_TIME):
        rows = min(ROWS_AT_A_TIME, height - top)
        strip = Image.frombytes(mode, (width, rows), data[top * stride : (top + rows) * stride], "raw", mode, stride)
        reduced.paste(on_white(strip).reduce(by), (0, top // by))
    return fitted(reduced)


def reduce(image: Image.Image) -> Image.Image:
    """A smaller one, still twice as large as wanted if it was, made strip by strip so that little memory is taken."""
    by = factor(*image.size)
    reduced = Image.new("RGB", (-(-image.width // by), -(-image.height // by)), "white")
    for top in range(0, image.height, ROWS_AT_A_TIME):
        strip = image.crop((0, top, image.width, min(top + ROWS_AT_A_TIME, image.height)))
        reduced.paste(on_white(strip).reduce(by), (0, top // by))
    return reduced


def factor(width: int, height: int) -> int:
    """A power of two, which divides `ROWS_AT_A_TIME`, that leaves the long side at least as long as it is to be."""
    by = 1
    while by < ROWS_AT_A_TIME and max(width, height) // (by * 2) >= LONG_SIDE:
        by *= 2
    return by


def on_white(image: Image.Image) -> Image.Image:
    """The picture in red, green and blue, on white where it is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off and not scale
        return image.convert("I").point([value / 256 for value in range(65536)], "L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def fitted(image: Image.Image) -> Image.Image:
    image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
    return image


def save(picture: Image.Image, path: Path) -> None:
    """Write a WebP of the pixels and of nothing else: no place, no date, no name of a telephone."""
    picture.info.clear()
    picture.save(path, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=b"")


def thumbnail(picture: Image.Image) -> Image.Image:
    """A narrow one for lists; of a tall picture the top, no taller than twice its width."""
    height = min(picture.height, picture.width * 2)
    top = picture.crop((0, 0, picture.width, height))
    size = (THUMBNAIL_WIDTH, max(1, round(height * THUMBNAIL_WIDTH / picture.width)))
    return top.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0) if picture.width > size[0] else top
