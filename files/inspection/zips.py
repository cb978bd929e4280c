"""Files that are ZIPs inside: the ZIP itself first, then what kind it holds, then whatever is embedded in that."""

from collections.abc import Iterator
from functools import partial
from typing import IO

from files.inspection.archives import Archive, Budget
from files.inspection.kinds import Family, Kind
from files.inspection.office import check_office
from files.inspection.open_document import check_open_document
from files.inspection.packages import kind_of_package
from files.inspection.problems import Problem, problem

MOST_NESTING = 2


def check_package(file: IO[bytes], kind: Kind, budget: Budget | None = None, depth: int = 0) -> Iterator[Problem]:
    """`budget` is shared with what is embedded, so that nesting multiplies nothing."""
    budget = budget or Budget()
    archive = Archive(file, budget)
    yield from archive.structure()
    check = check_office if kind.family is Family.OFFICE else check_open_document
    yield from check(archive, kind, partial(check_embedded, budget=budget, depth=depth + 1))


def check_embedded(file: IO[bytes], *, budget: Budget, depth: int) -> Iterator[Problem]:
    """A workbook behind a chart is normal; an archive, or documents within documents within documents, are not."""
    found = kind_of_package(Archive(file, budget)) if depth <= MOST_NESTING else None
    if found is None or found.kind is None:
        yield problem("nested")
    else:
        yield from check_package(file, found.kind, budget, depth)


def check_archive(file: IO[bytes]) -> Iterator[Problem]:
    """An archive is refused anyhow; its list tells whether it is one that was made to harm."""
    yield from Archive(file, Budget()).structure()
