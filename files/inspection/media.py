"""Sound and film: that the container is whole. Nothing of it is decoded here, or by any program of ours."""

from collections.abc import Iterator
from typing import IO

from files.inspection.disguises import hidden_between
from files.inspection.kinds import MP3, Kind
from files.inspection.problems import Problem, problem

MOST_BOXES = 100_000


def boxes(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each outermost box of an MP4 or HEIC file; an end may lie behind the file's."""
    size, at = file.seek(0, 2), 0
    for _ in range(MOST_BOXES):
        if size - at < 8:
            return
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        stop = size if length == 0 else at + length
        if stop < at + 8:
            return
        yield head[4:8], at, stop
        at = stop


def check_boxes(file: IO[bytes], needed: tuple[bytes, ...]) -> Iterator[Problem]:
    """Each box within the file, one of the needed ones there, nothing foreign behind the last."""
    size = file.seek(0, 2)
    names, last = set(), 0
    for name, start, stop in boxes(file):
        if not name.isascii() or not name.decode("ascii").isprintable():
            yield from hidden_between(file, start, size)
            break
        names.add(name)
        last = stop
    if last > size or not names & set(needed):
        yield problem("truncated")
    elif last < size:
        yield from hidden_between(file, last, size)


def check_media(file: IO[bytes], kind: Kind) -> Iterator[Problem]:
    if kind is MP3:
        yield from check_mp3(file)
    else:
        yield from check_boxes(file, (b"moov", b"moof"))


def check_mp3(file: IO[bytes]) -> Iterator[Problem]:
    """Frames of sound follow its titles."""
    file.seek(0)
    head = file.read(10)
    start = 0
    if head.startswith(b"ID3"):
        start = 10
        start += sum((digit & 0x7F) << shift for digit, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    file.seek(start)
    sound = file.read(2**16).lstrip(b"\0")
    if len(sound) < 4 or sound[0] != 0xFF or sound[1] & 0xE0 != 0xE0:
        yield problem("truncated" if not sound else "damaged")
