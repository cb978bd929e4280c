"""Reading a ZIP that may lie: every bound is checked against what is really there, and nothing is written to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from files.inspection.problems import NoFurther, Problem, problem

MOST_ENTRIES = 10_000
MOST_OF_A_DIRECTORY = 4 * 2**20
MOST_UNPACKED = 2**30
# An honest sheet of empty cells or a blank bitmap packs well, so ratios count only where the whole is large.
LARGE_ENTRY, MOST_RATIO_OF_AN_ENTRY = 10 * 2**20, 200
LARGE_WHOLE, MOST_RATIO_OF_THE_WHOLE = 50 * 2**20, 150
CHUNK = 2**16

END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR64 = struct.Struct("<4sLQL")
LOCAL = struct.Struct("<4s5H3L2H")
LONGEST_TAIL = END.size + 2**16
DATA_DESCRIPTOR = 24
ENCRYPTED, DESCRIBED_AFTERWARDS = 0x1, 0x8


@dataclass(frozen=True)
class Directory:
    """Where a ZIP says its list of entries is; `stop` is where the ZIP ends."""

    entries: int
    size: int
    stop: int


def directory(file: IO[bytes]) -> Directory | None:
    """The list at the end of what can be opened as a ZIP, whatever stands before it; None if there is none."""
    size = file.seek(0, 2)
    start = max(0, size - LONGEST_TAIL)
    file.seek(start)
    tail = file.read(LONGEST_TAIL)
    at = len(tail)
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0:
        if at + END.size > len(tail):
            continue
        _, _, _, _, entries, length, _, comment = END.unpack_from(tail, at)
        position = start + at
        if entries == 0xFFFF or length == 0xFFFFFFFF:
            entries, length, position = wide_directory(file, position) or (entries, length, position)
        stop = start + at + END.size + comment
        if entries == 0 and length == 0:
            return Directory(0, 0, stop)
        file.seek(max(0, position - length))
        if length <= position and file.read(4) == b"PK\x01\x02":
            return Directory(entries, length, stop)
    return None


def wide_directory(file: IO[bytes], position: int) -> tuple[int, int, int] | None:
    """Entries, bytes and end of the list of a ZIP64, whose narrow list ends at `position`."""
    if position < LOCATOR64.size + END64.size:
        return None
    file.seek(position - LOCATOR64.size - END64.size)
    record = file.read(END64.size)
    if not record.startswith(b"PK\x06\x06"):
        return None
    fields = END64.unpack(record)
    return fields[7], fields[8], position - LOCATOR64.size - END64.size


@dataclass
class Budget:
    """How many bytes may still be unpacked, by a file and by whatever is packed inside it."""

    left: int = MOST_UNPACKED

    def spend(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise NoFurther(problem("bomb"))


class Archive:
    """A ZIP whose list of entries is small enough to be read; raises `NoFurther` if it is not, or is no ZIP."""

    def __init__(self, file: IO[bytes], budget: Budget) -> None:
        self.file, self.budget = file, budget
        found = directory(file)
        if found is None:
            raise NoFurther(problem("truncated"))
        if found.entries > MOST_ENTRIES or found.size > MOST_OF_A_DIRECTORY:
            raise NoFurther(problem("bomb"))
        self.directory = found
        self.size = file.seek(0, 2)
        try:
            with zipfile.ZipFile(file) as opened:
                self.entries = opened.infolist()
                self.start = opened.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as broken:
            raise NoFurther(problem("damaged")) from broken
        if any(entry.header_offset < 0 for entry in self.entries):
            raise NoFurther(problem("inconsistent"))
        self.names = {entry.filename: entry for entry in self.entries}

    def structure(self) -> Iterator[Problem]:
        """What the list of entries and the places of the entries show; raises `NoFurther` if it may not be unpacked."""
        if len(self.entries) > MOST_ENTRIES or self.is_bomb():
            raise NoFurther(problem("bomb"))
        if any(entry.flag_bits & ENCRYPTED for entry in self.entries):
            raise NoFurther(problem("password"))
        if any(reaches_outside(entry) for entry in self.entries):
            yield problem("unsafe_names")
        if len({entry.filename.casefold() for entry in self.entries}) < len(self.entries):
            yield problem("inconsistent")
        if not self.is_packed_in_order():
            raise NoFurther(problem("inconsistent"))

    def is_bomb(self) -> bool:
        unpacked = sum(entry.file_size for entry in self.entries)
        return (
            unpacked > self.budget.left
            or (unpacked > LARGE_WHOLE and unpacked > MOST_RATIO_OF_THE_WHOLE * self.size)
            or any(
                entry.file_size > LARGE_ENTRY and entry.file_size > MOST_RATIO_OF_AN_ENTRY * entry.compress_size
                for entry in self.entries
            )
        )

    def is_packed_in_order(self) -> bool:
        """One entry after the other from the first byte on: none over another, none hidden between two, none beyond."""
        at, slack = 0, 0
        for entry in sorted(self.entries, key=lambda entry: entry.header_offset):
            if not self.is_harmless_gap(at, entry.header_offset, slack):
                return False
            at = self.place(entry) + entry.compress_size
            slack = DATA_DESCRIPTOR if entry.flag_bits & DESCRIBED_AFTERWARDS else 0
        return self.is_harmless_gap(at, self.start, slack) and self.directory.stop == self.size

    def is_harmless_gap(self, start: int, stop: int, slack: int) -> bool:
        if not 0 <= stop - start <= max(slack, CHUNK):
            return False
        self.file.seek(start)
        return stop - start <= slack or b"PK\x03\x04" not in self.file.read(stop - start)

    def place(self, entry: zipfile.ZipInfo) -> int:
        """Where the bytes of an entry begin; its own header must tell the same name as the list."""
        self.file.seek(entry.header_offset)
        header = self.file.read(LOCAL.size)
        if len(header) < LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise NoFurther(problem("inconsistent"))
        fields = LOCAL.unpack(header)
        flags, name, extra = fields[2], fields[9], fields[10]
        own = self.file.read(name).decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if own.replace("\\", "/") != entry.orig_filename.replace("\\", "/"):
            raise NoFurther(problem("inconsistent"))
        return int(entry.header_offset + LOCAL.size + name + extra)

    def chunks(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of an entry, unpacked by us, as its declared size is only a claim; raises `NoFurther`."""
        size = crc = 0
        for chunk in self.unpacked(entry):
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
            self.budget.spend(len(chunk))
            if size > entry.file_size:
                raise NoFurther(problem("bomb"))
            yield chunk
        if size != entry.file_size or crc != entry.CRC:
            raise NoFurther(problem("damaged"))

    def unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NoFurther(problem("inconsistent"))
        at, left = self.place(entry), entry.compress_size
        inflate = zlib.decompressobj(-15)
        while left > 0:
            self.file.seek(at)
            packed = self.file.read(min(CHUNK, left))
            if not packed:
                raise NoFurther(problem("truncated"))
            at, left = at + len(packed), left - len(packed)
            if entry.compress_type == zipfile.ZIP_STORED:
                yield packed
            while packed and entry.compress_type == zipfile.ZIP_DEFLATED:
                try:
                    unpacked = inflate.decompress(packed, CHUNK * 4)
                except zlib.error as broken:
                    raise NoFurther(problem("damaged")) from broken
                yield unpacked
                packed = inflate.unconsumed_tail
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            yield inflate.flush()

    def read(self, name: str, most: int) -> bytes:
        """A whole small entry, empty if it is not there; raises `NoFurther` if it is not small."""
        content = bytearray()
        for chunk in self.chunks(self.names[name]) if name in self.names else ():
            content.extend(chunk)
            if len(content) > most:
                raise NoFurther(problem("bomb"))
        return bytes(content)


def reaches_outside(entry: zipfile.ZipInfo) -> bool:
    """Whether it would be put somewhere else than where it is unpacked, by its name or as a link."""
    name = entry.orig_filename
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    return is_link or "\\" in name or "\0" in name or name.startswith("/") or ":" in name[:3] or ".." in name.split("/")
