"""A few of a row's words around what was found in them, as HTML that is safe: everything is escaped but our marks."""

import re
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db.models import Case, Func, TextField, Value, When
from django.db.models.functions import Greatest, Lower, StrIndex, Substr
from django.db.models.lookups import GreaterThan
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from files.models.words import SEARCH_CONFIG

# Characters of private use: no text means anything by them, and escaping leaves them alone.
BEGINS, ENDS = "\ue000", "\ue001"
MARKED = re.compile(f"{BEGINS}([^{BEGINS}{ENDS}]*){ENDS}")
# In characters: what is read around the place where the words seem to be; if none does, how far is looked for it.
BEFORE, AROUND, FAR_ENOUGH = 200, 700, 50_000


def together(*fields: Any) -> Func:
    """Texts of a row as one, a space between them."""
    return Func(Value(" "), *fields, function="concat_ws", output_field=TextField())


def extract(text: Any, words: str, query: SearchQuery) -> SearchHeadline:
    """What `marked` makes HTML of. Stemming costs far more than finding, so a part of the text is stemmed: the part
    about where the longest of the words begins."""
    longest = max(re.findall(r"\w+", words.lower()), key=len, default="")
    begins = StrIndex(Lower(text), Value(longest[: max(4, len(longest) - 3)]))
    length = Case(When(GreaterThan(begins, 0), then=Value(AROUND)), default=Value(FAR_ENOUGH))
    return SearchHeadline(
        Substr(text, Greatest(begins - BEFORE, 1), length, output_field=TextField()),
        query,
        config=SEARCH_CONFIG,
        start_sel=BEGINS,
        stop_sel=ENDS,
        max_words=30,
        min_words=12,
        max_fragments=2,
        fragment_delimiter=" … ",
    )


def marked(said: str) -> SafeString:
    """An extract with what was found in `<mark>`."""
    html = MARKED.sub(r"<mark>\1</mark>", escape(" ".join(said.split())))
    return mark_safe(html.replace(BEGINS, "").replace(ENDS, ""))
