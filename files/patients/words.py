"""Patterns for words and numbers that point to a patient: each begins with letters or digits and has bounded parts."""

import re

# Signs that stand for a plain one; each is one character, so that a place in one text is a place in the other.
PLAIN = {
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u200b\u2060\ufeff\u00ad\v\f", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufffe\x02", "-"),
    **dict.fromkeys("\u2018\u2019", "'"),
    "\u0130": "I",  # the only letter that grows when it is made small
}

# --- NHS numbers. The look-behind after the first digit lets the search skip what is no digit.
TEN_DIGITS = re.compile(
    r"[0-9](?<![0-9a-z/][0-9])(?<![0-9]\.[0-9])[0-9]{2}( ?- ?| {0,2})[0-9]{3}\1[0-9]{4}(?![0-9a-z]|\.[0-9])"
)
# After its label a number may stand in any grouping, even a digit to a box.
SPELT_OUT = re.compile(r"(?:[0-9][ ./|_-]{0,3}){9}[0-9](?![0-9])")
NHS_LABEL = re.compile(
    r"nhs[ _-]{0,2}(?:patient )?(?:no(?:s|\b|_)|n[o°º]\.|num(?:ber)?|nr\b|n°|id\b|identifier|#)"
    r"|nhs[:# =-]{0,3}$|nhs ?[:#=]|chi[ _-]{0,2}(?:no\b|num(?:ber)?|:)|health (?:and|&) care n|h ?& ?c[ _-]{0,2}n"
    r"|patient[ ,(:#-]{0,3}$"
)
# A number that says what else it is. Whichever label is nearest to the number counts.
OTHER_LABEL = re.compile(
    r"(?<![a-z])(?:tel(?:ephone)?|contact|phone|mob(?:ile)?|fax|ext(?:ension)?|bleep|pager|call|ring|text|sms|isbn|issn|invoice|"
    r"inv|orders?|p\.?o|ref(?:s|erences?)?|account|acct|a/c|gmc|nmc|gphc|hcpc|utr|vat|company|charity|ticket|incident|"
    r"datix|asset|serial|barcode|gtin|ean|sku|gs1|batch|lot|licence|policy|contract|quote|requisition|catalogue|"
    r"item|part|job|request|unix|timestamp|epoch|version|doi|pmid|certificate|supplier|product|response|"
    r"respondent|transaction|receipt|case|booking|complaint)(?![a-z])"
)
NHS_AFTER = re.compile(r" ?\((?:the )?(?:patient's )?nhs n")

# A year in which most patients were born, and of which few invoices are.
OLD_YEAR = re.compile(r"(?<![0-9])(?:19[0-9]{2}|200[0-9])(?![0-9])")

# --- Dates, in small letters.
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:(?:19|20)[0-9]{2}|[0-9]{2})"
_NAMED = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
DATE = re.compile(
    rf"(?<![0-9])(?:{_DAY}(?P<sep> ?[/.-] ?| ){_MONTH}(?P=sep){_YEAR}"
    rf"|{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]?{_NAMED},?[ -]?{_YEAR}"
    rf"|(?:19|20)[0-9]{{2}}[/.-]{_MONTH}[/.-]{_DAY}"
    rf"|{_NAMED} {_DAY}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})(?![0-9])"
)
MIDNIGHT = re.compile(r"[t ]00:00(?::00)?(?:\.0+)?$")
# The shortest label is the last, as the first that fits is taken.
DOB_LABEL = re.compile(r"(?:date[ _-]?of[ _-]?birth|birth[ _-]?date|d\. ?o\. ?b|d o b|dob|born)(?![a-z])")
DOB_FILLING = re.compile(
    r"[\s:=.,()\[\]|*\"'_-]{0,6}(?:dd?[ /.-]?mm?[ /.-]?yy(?:yy)?)?"
    r"[\s:=.,()\[\]|*\"'_-]{0,6}(?:(?:is|was|on|the)[ :]{1,2}){0,3}"
)
# What is born besides people, and people who are meant as a group.
BORN_THINGS = re.compile(
    r"(?:service|nhs|idea|team|unit|project|charity|group|forum|scheme|clinic|trust|hospital|centre|initiative|"
    r"programme|campaign|club|line|partnership|it|which|that|babies|children|people|those|anyone|women|men) "
    r"(?:was |were |is |are |be |has been |have been )?$"
)
BORN_RANGE = re.compile(
    r",? (?:or|and) (?:after|later|before|earlier|since|onwards?)|,? onwards?| (?:to|until|-) ?[0-9]"
)

# --- Local numbers of patients.
HOSPITAL_LABEL = re.compile(
    r"(?:hosp(?:ital|\.)?|patient(?:'s)?|pas|district|case[ _-]?notes?|case[ _-]?record|(?:medical|health)[ _-]?record|"
    r"local[ _-]patient)[ _-]{0,2}(?:no|num|number|nr|id|identifier|identification number|ref|reference)(?![a-z])\.?"
    r"|hosp(?:ital)? (?:nos|numbers)(?![a-z])|(?:unit|k)[ _-]{0,2}(?:no|number)(?![a-z])\.?"
    r"|mrn(?![a-z])(?:[ _-](?:no|number)(?![a-z])\.?)?|m\.r\.n\.?"
)
HOSPITAL_FILLING = re.compile(r"[\s:=#()|*\"_.-]{0,6}(?:(?:is|was)[ :]{1,2})?")
HOSPITAL_NUMBER = re.compile(
    r"(?![0-9]{1,4}[/.-][0-9]{1,2}[/.-]|(?:19|20)[0-9]{2}[/-]|[0-9]{2}000(?![0-9]))(?=(?:[a-z/-]{0,3}[0-9]){5})"
    r"[a-z]{0,4}[/-]?[0-9]{2,10}(?:[/-][0-9]{2,7}){0,2}[a-z]?(?![0-9a-z]|\.[0-9]|,[0-9]{3}(?![0-9]))"
)

HOSPITAL_NUMBER_IN_ROW = re.compile(r"(?<![0-9a-z/.,-])[a-z]{0,4}[1-9][0-9]{4,8}[a-z]?(?![0-9a-z/.,-])")

# --- E-mail.
DOMAIN = re.compile(r"@([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})")
FREE_MAIL = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|live|msn|yahoo|ymail|rocketmail|icloud|me|mac|aol|btinternet|btopenworld|sky|"
    r"virginmedia|virgin|blueyonder|ntlworld|talktalk|tiscali|plus|o2|ee|proton|protonmail|gmx|mail|zoho|fastmail|"
    r"tutanota|orange|freeserve|lineone|uwclub|zen)\.(?:com|co\.uk|net|org|me|uk|fr|de|ie|co)"
)
LOCAL_PART = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+'-")
LONGEST_LOCAL_PART = 64
# Parts of a mailbox's name that say it belongs to an organisation, a group or nobody.
MAILBOX = re.compile(
    r"info|enquir|pals|contact|admin|office|reception|feedback|complaint|hello|no-?reply|support|help|team|secretar|"
    r"volunteer|group|club|society|forum|clinic|surgery|pharmac|practice|church|mosque|temple|centre|center|charity|"
    r"friends|choir|hospital|hosp\b|ward|nhs|service|booking|appointment|news|press|sales|account|research|survey|"
    r"community|association|committee|network|walkers|council|trust|school|care(?:rs?)?\b"
)
PATIENTS_MAIL = re.compile(
    r"(?:patient|service user|carer|relative|next of kin)(?:'s)?(?: contact)? e-?mail(?: address)?[ :=|\t\"<(]{0,4}$"
)

# --- Names and addresses, which are found by their label alone.
TITLE = re.compile(r"(?<![A-Za-z])(?:Mr|Mrs|Miss|Ms|Mx|Master)\.? [A-Z]")
NAME_LABEL = re.compile(
    r"(?P<name>(?:[Pp]atient|PATIENT|[Pp]t)(?:'?[Ss])?[ _](?:[Ff]ull )?[Nn](?:ame|AME)|[Nn]ame of (?:the )?[Pp]atient)"
    r"[ \t]{0,3}[:=|\t-][ \t]{0,3}|(?:Patient|PATIENT|Pt|PT)(?:'s)?[ \t]{0,2}:[ \t]{0,3}"
)
_ONE_NAME = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|['-]){0,30}"
TITLED_NAME = re.compile(rf"(?:Mr|Mrs|Miss|Ms|Mx|Master)\.? {_ONE_NAME}(?:[ ,]{{1,2}}{_ONE_NAME}){{0,2}}")
FULL_NAME = re.compile(rf"{_ONE_NAME}(?:[ ,]{{1,2}}{_ONE_NAME}\.?){{1,3}}")
NO_NAME = re.compile(
    r"\b(?:not|unknown|date|birth|dob|nhs|hospital|ward|number|no|address|signature|gp|consultant|anon\w*|withheld|"
    r"redacted|removed|patient|clinic|survey|experience|name|phone|telephone|e-?mail|service|department|please|print|"
    r"age|sex|gender|first|last|surname|forename|title|care|blank|none|given|example|here)\b"
)
ADDRESS_LABEL = re.compile(r"(?:patient(?:'s)?|home) address(?= ?[:=|\t,(-]| {1,3}(?:[0-9]|flat ))")
POSTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][abd-hjlnp-uw-z]{2}(?![a-z0-9])")

# --- A heading of a column, or a label that stands alone above its value.
_WHOSE, _HINT = r"(?:patient(?:'?s)?[ _])?", r"(?: ?\([^)]{0,20}\))?"
HEADING = re.compile(
    rf"(?P<nhs_number>{_WHOSE}(?:nhs|chi)[ _-]?(?:no|num|number|nr|id|identifier)\.?(?![a-z]){_HINT})"
    rf"|(?P<date_of_birth>{_WHOSE}(?:d\.?o\.?b\.?|date[ _-]?of[ _-]?birth|birth[ _-]?date)(?![a-z]){_HINT})"
    rf"|(?P<hospital_number>{HOSPITAL_LABEL.pattern})"
    r"|(?P<patient_name>(?:patient(?:'?s)?[ _](?:full )?name|name of (?:the )?patient)(?![a-z]))"
    r"|(?P<address>(?:patient(?:'?s)?|home)[ _](?:address|post ?code)(?![a-z]))"
)
OTHER_HEADING = re.compile(r"\b(?:name|surname|forename|ward|clinic|age|sex|gender|consultant|appointment|gp|date)\b")
PROSE = re.compile(
    r"\b(?:the|a|an|we|and|for|ask|is|was|are|were|with|by|in|on|or|to|your|our|that|their|his|her|please|should|must|be|"
    r"if|when|as|from|they|you|i|it|this)\b"
)
# One of these stands in every line that a label stands in; looking for plain words first is what makes it quick.
STEMS = (
    *("nhs", "patient", "birth", "born", "dob", "d.o", "d. o", "d o b", "hosp", "mrn", "m.r.n", "h&c", "h & c"),
    *("chi n", "chi_n", "chi-n", "chi:", "chin", "pas n", "pas i", "pas r", "pas_", "pasn", "pas-", "unit n", "unit_n"),
    *("unitn", "unit-n", "case n", "casen", "case_", "case-", "case r", "caser", "note", "record", "district"),
    *("care n", "k n", "pt ", "pt:", "pt's", "pt_", "home address"),
)
# Words with a capital that may stay in the context of a sign: any other might be a name.
LABEL_WORDS = frozenset(
    [
        "nhs",
        "number",
        "no",
        "dob",
        "date",
        "of",
        "birth",
        "born",
        "hospital",
        "hosp",
        "patient",
        "pt",
        "id",
        "mrn",
        "pas",
        "unit",
        "case",
        "note",
        "notes",
        "casenote",
        "record",
        "medical",
        "district",
        "chi",
        "name",
        "address",
        "email",
        "mail",
        "e",
        "home",
        "postcode",
        "ward",
        "clinic",
        "contact",
        "tel",
        "telephone",
        "phone",
    ]
)
