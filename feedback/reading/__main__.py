"""The command that the worker runs with limits: `python -m feedback.reading PATH FILE_NAME ODS_CODE [MAPPING_JSON]`."""

import argparse
import json
import sys
import warnings
from pathlib import Path

from feedback.reading.reader import read


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("file_name")
    parser.add_argument("ods_code")
    parser.add_argument("mapping", nargs="?", default="")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # openpyxl warns of what it does not know in a workbook; nobody here can act on it
    json.dump(read(given.path, given.file_name, given.ods_code, given.mapping).said(), sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
