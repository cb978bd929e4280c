"""What was read in a file, a part at a time: PostgreSQL cuts it, so that no page loads eight megabytes."""

import json
from collections.abc import Sequence
from typing import Any, overload

from django.db import connection

from feedback.models import FeedbackImport

PART = """
    SELECT jsonb_path_query_array(found, %s::jsonpath), coalesce(jsonb_array_length(found -> %s), 0)
    FROM feedback_feedbackimport WHERE id = %s
"""
HEAD = "SELECT found - 'rows' - 'problems' FROM feedback_feedbackimport WHERE id = %s"


class Listed(Sequence[dict[str, Any]]):
    """One of the lists of what was found, `rows` or `problems`, as a paginator asks for it: its length, and a slice."""

    def __init__(self, brought: FeedbackImport, key: str) -> None:
        self.pk, self.key = brought.pk, key
        self.length: int | None = None

    def __len__(self) -> int:
        if self.length is None:
            self.ask(0, 1)
        assert self.length is not None
        return self.length

    @overload
    def __getitem__(self, part: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, part: slice) -> list[dict[str, Any]]: ...

    def __getitem__(self, part: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(part, int):
            return self.ask(part, part + 1)[0]
        return self.ask(part.start or 0, len(self) if part.stop is None else part.stop)

    def ask(self, start: int, stop: int) -> list[dict[str, Any]]:
        """From one number up to another; `key` is one of ours, and numbers are numbers."""
        path = f"$.{self.key}[{int(start)} to {int(stop) - 1}]"
        with connection.cursor() as cursor:
            cursor.execute(PART, [path, self.key, self.pk])
            rows, self.length = cursor.fetchone()
        found: list[dict[str, Any]] = json.loads(rows) if isinstance(rows, str) else rows
        return found


def head_of(brought: FeedbackImport) -> dict[str, Any]:
    """Everything that was found but the long lists: sheets, what was left out, tables of a file that is not known."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD, [brought.pk])
        (head,) = cursor.fetchone()
    found: dict[str, Any] = json.loads(head) if isinstance(head, str) else head
    return found
