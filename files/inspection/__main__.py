"""`python -m files.inspection PATH NAME` prints what was found as JSON, for a parent that keeps us within limits."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from files.inspection.look import inspect

if __name__ == "__main__":
    path, name = sys.argv[1:]
    sys.stdout.write(json.dumps(asdict(inspect(Path(path), name))))
