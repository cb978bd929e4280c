"""The command that the worker runs with limits: `python -m files.reading PATH CONTENT_TYPE FOLDER [PDF] [--text-only]`.

Exit status 3 means that the file cannot be read; the last line of the errors is then the sentence for the person.
"""

import argparse
import sys
import warnings
from pathlib import Path

from files.reading.pages import CannotRead
from files.reading.reader import write_pages

CANNOT_READ = 3


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("content_type")
    parser.add_argument("folder", type=Path)
    parser.add_argument("rendered", type=Path, nargs="?", help="the PDF that files.reading.office made of it")
    parser.add_argument("--text-only", action="store_true", help="no pictures, for a file whose pictures crashed")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # libraries warn of what they do not know in a file; nobody here can act on it
    try:
        write_pages(given.path, given.content_type, given.folder, rendered=given.rendered, pictured=not given.text_only)
    except CannotRead as failure:
        sys.stderr.write(f"{failure.reason}\n")
        return CANNOT_READ
    return 0


if __name__ == "__main__":
    sys.exit(main())
