"""A YAML file read node by node, so that whatever is wrong in it can be told with its line."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml


class Problem(NamedTuple):
    """What is wrong and what to do; line 0 is the file as a whole."""

    line: int
    message: str


class FileReader:
    """Turns nodes into plain values, and collects problems instead of stopping at the first.

    Scalars are read as they are written, so 1.10 stays “1.10” whether quoted or not. A node that is None was missing,
    which `mapping` has reported already; it reads as an empty value.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def open(self, path: Path) -> yaml.Node | None:
        """The top of the file, or None with the reason among the problems."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except IsADirectoryError:
            self._report_at(0, "this is a folder: give the YAML file in it.")
        except OSError as error:
            self._report_at(0, f"cannot be read ({error.strerror}): check the name and its permissions.")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self._report_at(line, "this is not UTF-8 text: save the file as UTF-8.")
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            self._report_at(line, "there is a character that YAML does not allow: remove it.")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what = ", ".join(part for part in (error.context, error.problem) if part)
            self._report_at(
                mark.line + 1 if mark else 0, f"this is not valid YAML ({what}): correct it here or just above."
            )
        except RecursionError:
            self._report_at(0, "its lists and mappings are nested too deeply: keep to the layout of a standard.")
        else:
            if root is not None:
                return root
            self._report_at(0, "the file is empty: write the standard in it.")
        return None

    def line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + 1

    def report(self, node: yaml.Node, message: str) -> None:
        self._report_at(self.line(node), message)

    def _report_at(self, line: int, message: str) -> None:
        problem = Problem(line, message)
        if problem not in self.problems:
            self.problems.append(problem)

    def mapping(
        self,
        node: yaml.Node | None,
        what: str,
        *,
        required: Sequence[str] | None = None,
        optional: Sequence[str] = (),
    ) -> dict[str, yaml.Node] | None:
        """Keys to nodes; with `required`, no other keys than these and the optional ones."""
        if node is None:
            return None
        if not isinstance(node, yaml.MappingNode):
            self.report(node, f"{what} must be a mapping: write it as “key: value” lines.")
            return None
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                self.report(key, f"{what} has the key “{name}” twice: remove one.")
            elif required is not None and name not in (*required, *optional):
                self.report(key, _unknown_key(what, name, [*required, *optional]))
            else:
                found[name] = value
        for name in required or ():
            if name not in found:
                self.report(node, f"{what} lacks the key “{name}”: add it.")
        return found

    def sequence(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.report(node, f"{what} must be a list with at least one item: start each item with “- ”.")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, what: str, *, longest: int | None = None, may_be_empty: bool = False) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.report(node, f"{what} must be text, not a list or a mapping: write it on one line after “{what}: ”.")
            return ""
        text = "" if node.tag.endswith(":null") else str(node.value).strip()
        if not text and not may_be_empty:
            self.report(node, f"{what} is empty: write it.")
        if longest and len(text) > longest:
            self.report(node, f"{what} has {len(text)} characters: shorten it to {longest}.")
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
            self.report(node, f"{what} holds a control character: remove it.")
        return text

    def slug(self, node: yaml.Node | None, what: str, *, longest: int) -> str:
        text = self.text(node, what, longest=longest)
        if node is not None and text and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
            self.report(node, f"{what} “{text}” must be small letters, digits and single hyphens, such as cse-2008.")
        return text

    def number(
        self, node: yaml.Node | None, what: str, *, under: str | None, seen: dict[str, int], longest: int
    ) -> str:
        """A number such as 4.3.2 that belongs under 4.3 and has not been seen before there; empty when it is wrong.

        `under` is None at the top, and empty below a number that was wrong itself: then any stem will do.
        """
        text = self.text(node, "number", longest=longest)
        if node is None or not text:
            return ""
        stem, _, last = text.rpartition(".")
        if not re.fullmatch(r"([1-9][0-9]*\.)*[1-9][0-9]*", text) or (under is None and stem):
            self.report(
                node, f"{what} number “{text}” is not of the form {f'{under}.1' if under else '1'}: correct it."
            )
            return ""
        if under and stem != under:
            self.report(node, f"{what} {text} stands under {under}: number it {under}.{last} or move it.")
        elif text in seen:
            self.report(node, f"{what} {text} is already on line {seen[text]}: give each its own number.")
        seen.setdefault(text, self.line(node))
        return text

    def one_of(self, node: yaml.Node | None, what: str, allowed: Sequence[str], *, seen: dict[str, int]) -> str:
        text = self.text(node, what)
        if node is None or not text:
            return text
        if text not in allowed:
            self.report(node, f"unknown {what} “{text}”: use one of {', '.join(allowed)}.")
        elif text in seen:
            self.report(node, f"{what} {text} is already on line {seen[text]}: remove one.")
        seen.setdefault(text, self.line(node))
        return text

    def whole(self, node: yaml.Node | None, what: str, *, least: int = 0) -> int:
        text = self.text(node, what)
        if node is None or not text:
            return least
        if re.fullmatch(r"[0-9]{1,4}", text) and int(text) >= least:
            return int(text)
        self.report(node, f"{what} is “{text}”: it must be a whole number from {least} to 9999.")
        return least

    def yes_or_no(self, node: yaml.Node | None, what: str) -> bool:
        text = self.text(node, what).lower()
        if node is not None and text and text not in ("true", "false"):
            self.report(node, f"{what} is “{text}”: write true or false.")
        return text == "true"


def _unknown_key(what: str, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean “{near[0]}”?" if near else f"remove it, or use one of {', '.join(known)}."
    return f"{what} has the unknown key “{name}”: {advice}"
