"""Two people at the same moment: changes in threads that start together, each in a real transaction of its own."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connection

from assessments.services.refusals import Refused, SavedByAColleague


def at_once(*changes: Callable[[], object]) -> list[str]:
    """What each change was refused with, or "done", sorted."""
    results: list[str] = []
    start = Barrier(len(changes))

    def run(change: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            change()
            results.append("done")
        except (Refused, SavedByAColleague) as error:
            results.append(str(error) or type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[change]) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(results)
