"""Pictures: how many pixels they claim, whether they are whole, and that nothing else is hidden in them."""

import re
import warnings
from collections.abc import Callable, Iterator
from typing import IO

import pillow_heif
from PIL import Image, UnidentifiedImageError

from files.inspection.disguises import hidden_between
from files.inspection.kinds import GIF, HEIC, JPEG, PNG, WEBP, Kind
from files.inspection.media import check_boxes
from files.inspection.problems import Problem, problem

pillow_heif.register_heif_opener()

MEGA = 1_000_000
MOST_PIXELS = 100 * MEGA
MOST_FRAMES = 500
MOST_PIXELS_OF_ALL_FRAMES = 2_000 * MEGA
MOST_CHUNKS = 1_000_000
# The library for HEIC reads all of a file into memory.
MOST_OF_A_HEIC = 50 * 2**20
# A picture of more pixels is not decoded, as that would take more memory than the worker has for it.
DECODED = {PNG: 50 * MEGA, JPEG: 100 * MEGA, GIF: 25 * MEGA, WEBP: 12 * MEGA, HEIC: 16 * MEGA}
DECODED_PROGRESSIVE_JPEG = 20 * MEGA
FORMATS = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WEBP", HEIC: "HEIF"}
MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
BLOCK = 2**20


def check_image(file: IO[bytes], kind: Kind) -> Iterator[Problem]:
    """Header first; it is decoded only when it is whole and small enough, and then only its first frame."""
    size = file.seek(0, 2)
    yield from hidden_between(file, 0, size)
    if kind is HEIC and size > MOST_OF_A_HEIC:
        yield problem("too_large_to_check")
        return
    broken = list(check_boxes(file, (b"meta",)) if kind is HEIC else check_end(file, kind, size))
    yield from broken
    if not broken:
        yield from check_pixels(file, kind)


def check_end(file: IO[bytes], kind: Kind, size: int) -> Iterator[Problem]:
    stop = ENDS[kind](file)
    if stop is None or stop > size:
        yield problem("truncated")


def check_pixels(file: IO[bytes], kind: Kind) -> Iterator[Problem]:
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=[FORMATS[kind], *(["MPO"] if kind is JPEG else [])]) as image:
                yield from check_opened(image, kind)
        except Image.DecompressionBombError:
            yield problem("too_many_pixels", most=MOST_PIXELS // MEGA)
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
            yield problem("truncated" if "truncated" in str(broken) else "damaged")


def check_opened(image: Image.Image, kind: Kind) -> Iterator[Problem]:
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        yield problem("too_many_pixels", most=MOST_PIXELS // MEGA)
        return
    frames = 1 if kind in (JPEG, HEIC) else getattr(image, "n_frames", 1)
    if frames > MOST_FRAMES or frames * pixels > MOST_PIXELS_OF_ALL_FRAMES:
        yield problem("too_many_frames")
        return
    if pixels <= (DECODED_PROGRESSIVE_JPEG if image.info.get("progressive") else DECODED[kind]):
        # Reads all of a JPEG, but keeps an eighth of its width and height.
        image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()


# --- Where a picture ends: the offset behind it, or None if the file ends first
def end_of_png(file: IO[bytes]) -> int | None:
    at = 8
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return None
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return at
    return None


def end_of_jpeg(file: IO[bytes]) -> int | None:
    at = 2
    while True:
        file.seek(at)
        block = file.read(BLOCK)
        marker = MARKER.search(block)
        if marker is None:
            if len(block) < BLOCK:
                return None
            at += BLOCK - 1
            continue
        at += marker.end()
        if marker[0] == b"\xff\xd9":
            return at
        if marker[0] not in (b"\xff\xd8", b"\xff\x01"):
            file.seek(at)
            at += max(2, int.from_bytes(file.read(2), "big"))


def end_of_gif(file: IO[bytes]) -> int | None:
    file.seek(6)
    screen = file.read(7)
    if len(screen) < 7:
        return None
    file.seek(colours(screen[4]), 1)
    frames = 0
    while (kind := file.read(1)) and frames <= MOST_FRAMES:
        if kind == b";":
            return file.tell()
        if kind == b",":
            frames += 1
            file.seek(colours(file.read(9)[-1]) + 1, 1)
        elif kind == b"!":
            file.seek(1, 1)
        else:
            return None
        while length := file.read(1):
            if length == b"\0":
                break
            file.seek(length[0], 1)
    return file.tell() if frames > MOST_FRAMES else None


def colours(flags: int) -> int:
    """Bytes of the table of colours that follows, by the flags before it."""
    return int(3 * 2 ** ((flags & 7) + 1)) if flags & 0x80 else 0


def end_of_webp(file: IO[bytes]) -> int | None:
    file.seek(4)
    return 8 + int.from_bytes(file.read(4), "little")


ENDS: dict[Kind, Callable[[IO[bytes]], int | None]] = {
    PNG: end_of_png,
    JPEG: end_of_jpeg,
    GIF: end_of_gif,
    WEBP: end_of_webp,
}
