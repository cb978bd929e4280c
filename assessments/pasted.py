"""Text as it comes out of Word, an e-mail or a PDF, tidied so gently that nobody misses anything."""

import re

# Word's line break, page break, and the separators of Unicode are line ends; so is a lone carriage return.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# No-break spaces of every width are spaces to whoever edits the text later.
SPACES = re.compile("[\xa0\u2007\u202f]")
# Marks that nobody sees: control characters, soft hyphens, zero-width spaces, and the mark of byte order. What joins
# the parts of an emoji or turns the direction of writing stays.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\xad\u200b\ufeff]")
# The bullets of Word's symbol fonts, and the middle dot that it puts before a tab.
BULLETS = re.compile(r"^([ \t]*)(?:[\uf0b7\uf0a7\uf0d8\uf0fc\u25aa\u2023\u25cf]|\u00b7(?=\t))[ \t]*", re.MULTILINE)


def tidy(text: str) -> str:
    """The same words with line ends of one kind, plain spaces and plain bullets, and nothing that cannot be seen.

    Curly quotes, dashes, accents, emoji and writing from right to left stay as they are.
    """
    text = UNSEEN.sub("", SPACES.sub(" ", LINE_ENDS.sub("\n", text)))
    return BULLETS.sub("\\1• ", text)
