"""Word files, spreadsheets and slides to PDF by LibreOffice, where this machine has it.

`to_pdf` is for the worker. It runs this module as a child, which becomes LibreOffice: with a profile of its own that
lasts for one file, without macros, without a network and without following what a file links to.
"""

import contextlib
import json
import os
import shutil
import sys
from pathlib import Path

from files.child import ChildFailed, run_limited
from files.reading import reader

PROGRAM = "soffice"
SECONDS = 60
# Two million cells go into it; with too little it may stand still until its time is over.
MEGABYTES = 600
MOST_BYTES = 150 * 2**20

WRITER, CALC, IMPRESS = "writer_pdf_Export", "calc_pdf_Export", "impress_pdf_Export"
# The ending by which LibreOffice knows what a file is, and what it writes a PDF with.
KINDS = {
    reader.DOCX: ("docx", WRITER),
    reader.ODT: ("odt", WRITER),
    reader.RTF: ("rtf", WRITER),
    "text/rtf": ("rtf", WRITER),
    reader.XLSX: ("xlsx", CALC),
    reader.XLSM: ("xlsm", CALC),
    reader.ODS: ("ods", CALC),
    reader.PPTX: ("pptx", IMPRESS),
    reader.ODP: ("odp", IMPRESS),
}
# A page for every sheet and for every slide, hidden ones too: page n is then sheet n, which `sheets` relies on.
CHOICES = {
    WRITER: {},
    CALC: {"SinglePageSheets": ("boolean", "true")},
    IMPRESS: {"ExportHiddenSlides": ("boolean", "true")},
}
SMALL_PICTURES = {
    "Quality": ("long", "80"),
    "ReduceImageResolution": ("boolean", "true"),
    "MaxImageResolution": ("long", "150"),
    "ExportBookmarks": ("boolean", "false"),
}

SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
INTERNET = "/org.openoffice.Inet/Settings"
NOWHERE = "127.0.0.1"  # a proxy that is not there, on the port that discards
SETTINGS: dict[tuple[str, str], str] = {
    (SCRIPTING, "MacroSecurityLevel"): "3",
    (SCRIPTING, "DisableMacrosExecution"): "true",
    (SCRIPTING, "BlockUntrustedRefererLinks"): "true",
    ("/org.openoffice.Office.Writer/Content/Update", "Link"): "2",
    ("/org.openoffice.Office.Calc/Content/Update", "Link"): "1",
    (INTERNET, "ooInetProxyType"): "2",
    (INTERNET, "ooInetNoProxy"): "",
    **{(INTERNET, f"ooInet{kind}ProxyName"): NOWHERE for kind in ("HTTP", "HTTPS", "FTP")},
    **{(INTERNET, f"ooInet{kind}ProxyPort"): "9" for kind in ("HTTP", "HTTPS", "FTP")},
}


def to_pdf(path: Path, content_type: str, folder: Path, *, seconds: float = SECONDS) -> Path | None:
    """A PDF in `folder` with the file's pages; None where LibreOffice is not here, or makes none of this file."""
    if content_type not in KINDS or shutil.which(PROGRAM) is None or path.stat().st_size > MOST_BYTES:
        return None
    made = folder / "document.pdf"
    with contextlib.suppress(ChildFailed):
        words = (str(path.resolve()), content_type, str(folder.resolve()))
        run_limited("files.reading.office", *words, seconds=seconds, megabytes=MEGABYTES)
        if made.is_file() and made.stat().st_size:
            return made
    made.unlink(missing_ok=True)
    return None


def command(document: Path, content_type: str, folder: Path, profile: Path) -> list[str]:
    _, export = KINDS[content_type]
    choices = {
        name: dict(zip(("type", "value"), of, strict=True)) for name, of in (CHOICES[export] | SMALL_PICTURES).items()
    }
    quiet = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"]
    return [
        PROGRAM,
        f"-env:UserInstallation={profile.as_uri()}",
        *quiet,
        "--convert-to",
        f"pdf:{export}:{json.dumps(choices)}",
        "--outdir",
        str(folder),
        str(document),
    ]


def settings() -> str:
    """The profile's settings, as LibreOffice writes them."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for (path, name), value in SETTINGS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>"
    )


def main(path: str, content_type: str, folder: str) -> None:
    """In the child: lay the file and the profile into its own folder, and become LibreOffice."""
    home = Path.home()
    ending, _ = KINDS[content_type]
    document = home / f"document.{ending}"
    document.symlink_to(path)
    profile = home / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user/registrymodifications.xcu").write_text(settings(), encoding="utf-8")
    nowhere = f"http://{NOWHERE}:9"
    env = os.environ | {"http_proxy": nowhere, "https_proxy": nowhere, "ALL_PROXY": nowhere, "SAL_USE_VCLPLUGIN": "svp"}
    os.execvpe(PROGRAM, command(document, content_type, Path(folder), profile), env)  # noqa: S606


if __name__ == "__main__":
    main(*sys.argv[1:])
