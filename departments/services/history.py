"""Whose change it is: what a service does in somebody's name, the history says they did."""

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import pghistory

P = ParamSpec("P")
T = TypeVar("T")


def remembered_as_theirs(service: Callable[P, T]) -> Callable[P, T]:
    """Every row that the service writes is remembered as the change of `by`, in a command or a task too."""

    @functools.wraps(service)
    def changed(*args: P.args, **kwargs: P.kwargs) -> T:
        by: Any = cast(dict[str, Any], kwargs)["by"]
        with pghistory.context(user=by.pk):
            return service(*args, **kwargs)

    return changed
