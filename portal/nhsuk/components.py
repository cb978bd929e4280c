"""Rendering of one NHS component by name, through NHS England's own Jinja macros."""

from functools import cache
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader

MACRO_NAMES = {"do-dont-list": "list", "images": "image", "tables": "table"}


@cache
def environment() -> Environment:
    """The one Jinja environment: it only ever loads the templates inside the package nhsuk-frontend-jinja."""
    return Environment(
        loader=PackageLoader("nhsuk_frontend_jinja"), undefined=ChainableUndefined, autoescape=True, auto_reload=False
    )


@cache
def macro(name: str) -> Any:
    """The macro of the component `name`, called as in its folder: "date-input" gives dateInput."""
    first, *rest = MACRO_NAMES.get(name, name).split("-")
    module = environment().get_template(f"nhsuk/components/{name}/macro.jinja").module
    return getattr(module, first + "".join(part.capitalize() for part in rest))


def component(name: str, params: dict[str, Any]) -> SafeString:
    """HTML of the NHS component `name`; plain strings are escaped, strings marked safe are not."""
    return mark_safe(str(macro(name)(params)).strip())


def words(value: Any) -> dict[str, str]:
    """`value` as the text of a component, or as its HTML when Django already calls it safe."""
    text = value if isinstance(value, str) else str(value)
    return {"html": text} if hasattr(text, "__html__") else {"text": text}


def plain(value: Any) -> str:
    """`value` as a bare string, so that the components escape it: they would print a SafeString as it stands."""
    return "" if value is None else "".join(list(str(value)))


def joined(values: list[Any]) -> SafeString:
    """Several messages as one piece of HTML, a line each."""
    return mark_safe("<br>".join(conditional_escape(value) for value in values))
