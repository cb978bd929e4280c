"""Bands, stages and outcomes as small marks: a word, a colour and a shape, so that nothing rests on colour alone."""

from dataclasses import dataclass
from functools import cache, lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Mark:
    """One value that a mark can show. `shape` is an SVG path in a box of 12 by 12."""

    words: str
    short: str
    colour: str
    shape: str


PLUS = "M4.5 0h3v4.5H12v3H7.5V12h-3V7.5H0v-3h4.5z"
DISC = "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z"
HALF = "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM6 2v8a4 4 0 0 0 0-8z"
CROSS = "M2 .2 6 4.2l4-4L11.8 2l-4 4 4 4-1.8 1.8-4-4-4 4L.2 10l4-4-4-4z"
DASH = "M1 4.5h10v3H1z"
RING = "M6 .5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8z"
STEP = "M2 0l8 6-8 6z"

BANDS = {
    "compliance_plus": Mark("Compliance Plus", "C+", "plus", PLUS),
    "compliant": Mark("Compliant", "C", "compliant", DISC),
    "partially_compliant": Mark("Partially Compliant", "P", "partial", HALF),
    "non_compliant": Mark("Non-Compliant", "N", "non", CROSS),
    "not_applicable": Mark("Not Applicable", "–", "na", DASH),
    "": Mark("Not yet rated", "?", "unrated", RING),
}
STAGES = {
    "preparing": Mark("Preparing", "Preparing", "grey", RING),
    "submitted": Mark("Submitted", "Submitted", "blue", STEP),
    "desk_review": Mark("Desk review", "Desk review", "yellow", HALF),
    "visit_planned": Mark("Visit planned", "Visit planned", "yellow", STEP),
    "visited": Mark("Visited", "Visited", "yellow", DISC),
    "draft_report": Mark("Draft report", "Draft", "orange", HALF),
    "factual_check": Mark("Factual-accuracy check", "Facts", "orange", STEP),
    "decision": Mark("Decision", "Decision", "purple", HALF),
    "decided": Mark("Decided", "Decided", "green", DISC),
    "appealed": Mark("Appealed", "Appealed", "red", HALF),
    "paused": Mark("Paused", "Paused", "grey", DASH),
    "withdrawn": Mark("Withdrawn", "Withdrawn", "grey", CROSS),
}
OUTCOMES = {
    "award": Mark("Award", "Award", "green", PLUS),
    "no_award": Mark("No award", "No award", "red", CROSS),
    "incomplete": Mark("Incomplete", "Incomplete", "grey", RING),
}

FILE_STATES = {
    "arriving": Mark("Arriving", "Arriving", "blue", STEP),
    "waiting": Mark("Waiting to be checked", "Waiting", "blue", RING),
    "checking": Mark("Being checked", "Checking", "blue", HALF),
    "clean": Mark("Checked", "Checked", "green", DISC),
    "not_scanned": Mark("Not scanned for viruses", "Not scanned", "yellow", RING),
    "quarantined": Mark("Quarantined", "Quarantined", "red", CROSS),
    "unchecked": Mark("Could not be checked", "Not checked", "red", CROSS),
    "destroyed": Mark("Destroyed", "Destroyed", "grey", DASH),
}
STANDINGS = {
    "holds": Mark("In date", "In date", "green", DISC),
    "to_review": Mark("Due for review", "Review", "yellow", HALF),
    "expires": Mark("Expires soon", "Expires", "orange", HALF),
    "expired": Mark("Out of date", "Out of date", "red", CROSS),
}
ACTIONS = {
    "open": Mark("Open", "Open", "blue", RING),
    "completed": Mark("To be checked", "To be checked", "yellow", HALF),
    "returned": Mark("Returned", "Returned", "orange", STEP),
    "checked": Mark("Done", "Done", "green", DISC),
    "closed": Mark("No longer needed", "No longer needed", "grey", DASH),
}
CASES = {
    "draft": Mark("Being written", "Being written", "grey", RING),
    "consented": Mark("To be published", "To be published", "yellow", HALF),
    "published": Mark("Published", "Published", "green", DISC),
    "returned": Mark("Returned", "Returned", "orange", STEP),
    "withdrawn": Mark("Consent withdrawn", "Consent withdrawn", "grey", DASH),
}
NOMINATIONS = {
    "nominated": Mark("Nominated", "Nominated", "blue", STEP),
    "shortlisted": Mark("Shortlisted", "Shortlisted", "purple", HALF),
    "recognised": Mark("Recognised", "Recognised", "green", PLUS),
    "not_recognised": Mark("Not recognised", "Not recognised", "grey", DASH),
}

IMPORTS = {
    "waiting": Mark("Waiting to be read", "Waiting", "blue", RING),
    "reading": Mark("Being read", "Reading", "blue", HALF),
    "to_confirm": Mark("Read: look it over", "Look it over", "yellow", HALF),
    "importing": Mark("Being imported", "Importing", "blue", HALF),
    "imported": Mark("Imported", "Imported", "green", DISC),
    "replaced": Mark("Replaced by a newer file", "Replaced", "grey", STEP),
    "undone": Mark("Undone", "Undone", "grey", CROSS),
    "refused": Mark("Could not be read", "Not read", "red", CROSS),
    "given_up": Mark("Not imported", "Not imported", "grey", DASH),
}


KINDS = {
    "stage": STAGES,
    "outcome": OUTCOMES,
    "file": FILE_STATES,
    "action": ACTIONS,
    "case": CASES,
    "nomination": NOMINATIONS,
    "import": IMPORTS,
}


def unknown(code: str) -> Mark:
    """A code that this page does not know is shown as it stands."""
    return Mark(code.replace("_", " ").capitalize(), code, "grey", RING)


def shape(mark: Mark) -> SafeString:
    """The shape, hidden from screen readers: the words beside it say the same."""
    return format_html(
        '<svg class="app-shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" fill-rule="evenodd" d="{}"/></svg>',
        mark.shape,
    )


@cache
def band(code: str, short: bool = False) -> SafeString:
    """A band; the short form shows C+, C, P, N or – and reads the whole word out."""
    mark = BANDS.get(code) or unknown(code)
    template = '<span class="app-band app-band--{}"{}>{}{}</span>'
    if not short:
        return format_html(template, mark.colour, "", shape(mark), mark.words)
    inner = format_html(
        '<span aria-hidden="true">{}</span><span class="nhsuk-u-visually-hidden">{}</span>', mark.short, mark.words
    )
    title = format_html(' title="{}"', mark.words)
    return format_html(template, f"{mark.colour} app-band--short", title, shape(mark), inner)


@lru_cache(maxsize=2048)
def band_cell(code: str, label: str) -> SafeString:
    """A cell of a wide table of bands under the heading `label`: the letter, its colour, and the whole word for
    listeners; a dot where there was no band."""
    if not code:
        html = '<td role="cell" data-label="{}"><span class="app-past__none" aria-hidden="true">·</span>{}</td>'
        return format_html(html, label, mark_safe('<span class="nhsuk-u-visually-hidden">No band</span>'))
    mark = BANDS.get(code) or unknown(code)
    html = (
        '<td role="cell" data-label="{}"><span class="app-band app-band--{} app-band--short" title="{}"><span '
        'aria-hidden="true">{}</span><span class="nhsuk-u-visually-hidden">{}</span></span></td>'
    )
    return format_html(html, label, mark.colour, mark.words, mark.short, mark.words)


@cache
def tag(kind: str, code: str) -> SafeString:
    """A stage, an outcome, or how far a file or an action has come, as an NHS tag with a shape."""
    mark = KINDS[kind].get(code) or unknown(code)
    return mark_safe(tagged(mark, mark.words)) if code else SafeString("")


def standing(code: str, words: str) -> SafeString:
    """How evidence stands, in words with their date; nothing while it is in date."""
    return tagged(STANDINGS.get(code) or unknown(code), words) if code != "holds" else SafeString("")


def tagged(mark: Mark, words: str) -> SafeString:
    html = '<strong class="nhsuk-tag nhsuk-tag--{} app-tag">{}{}</strong>'
    return format_html(html, mark.colour, shape(mark), words)
