"""File names that any system takes: nothing in them ends a line, turns the writing round or leads elsewhere."""

import unicodedata

MOST_BYTES = 255  # of a name, in UTF-8: what file systems hold
MOST_OF_AN_ENDING = 20

# Turn the direction of writing, so that "evidence\u202efdp.exe" would read as "evidenceexe.pdf".
DIRECTION = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Controls, halves of a pair, and separators of lines and paragraphs.
BREAKS = {"Cc", "Cs", "Zl", "Zp"}


def safe_name(filename: str) -> str:
    """A name to save under: nothing in it ends a header line, turns the writing round or leads to another folder.

    One that is longer than 255 bytes loses its middle, not its ending.
    """
    kept = (letter for letter in filename.translate(DIRECTION) if unicodedata.category(letter) not in BREAKS)
    name = "".join("_" if letter in "/\\" else letter for letter in kept).strip(" .") or "file"
    return shortened(name, MOST_BYTES)


def shortened(name: str, most_bytes: int) -> str:
    """A name of so many bytes at most, with its ending as it was."""
    if len(name.encode()) <= most_bytes:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode()) > MOST_OF_AN_ENDING:
        stem, dot, ending = name, "", ""
    left = most_bytes - len(f"{dot}{ending}".encode())
    return stem.encode()[:left].decode(errors="ignore").rstrip(" .") + dot + ending


def portable_name(name: str) -> str:
    """The same, without what Windows does not take in a name either."""
    return safe_name("".join("_" if letter in '<>:"|?*' else letter for letter in name))
