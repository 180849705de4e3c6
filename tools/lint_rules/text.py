"""Rules for every text: size, leftovers, blanks, paths of one machine, dead links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from . import Rule, Tree

_MAX_LINES = 800
_CODE = (".cpp", ".hpp", ".h", ".def", ".py", ".sh", ".cmake", ".js", ".mjs", ".css", ".html", "")
_PROSE = (".md", ".txt", ".yaml", ".yml", ".txtar")
# Written apart, so that this file obeys its own rule.
_LEFTOVER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
_MACHINE = re.compile(r"(?<![\w.$}~/-])/(?:work|root|home/[a-z]\w*)/")
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def size(tree: Tree) -> Iterator[str]:
    """No file passes 800 lines."""
    for path in tree.of(*_CODE, *_PROSE):
        count = tree.text(path).count("\n")
        if count > _MAX_LINES and path.name != "LICENSE":
            yield f"{path}:{_MAX_LINES}: {count} lines; split it by what it is about"


def leftovers(tree: Tree) -> Iterator[str]:
    """What is left to do is done, or written down as an issue."""
    for path in tree.of(*_CODE, *_PROSE):
        for number, line in tree.lines(path):
            if _LEFTOVER.search(line):
                yield f"{path}:{number}: {line.strip()}"


def blanks(tree: Tree) -> Iterator[str]:
    """No blanks at a line's end, no tabs in C++, one newline at the end."""
    for path in tree.of(*_CODE, *_PROSE):
        text = tree.text(path)
        script_ends = _first_section(path, text)
        for number, line in tree.lines(path):
            if line != line.rstrip() and number < script_ends:
                yield f"{path}:{number}: blanks at the end"
            if "\t" in line and path.suffix in (".cpp", ".hpp", ".h", ".def"):
                yield f"{path}:{number}: a tab"
        if text and (not text.endswith("\n") or text.endswith("\n\n")) and path.suffix != ".txtar":
            yield f"{path}:{text.count(chr(10)) + 1}: ends with {'empty lines' if text.endswith(chr(10)) else 'no newline'}"


def _first_section(path: Path, text: str) -> float:
    """The line where a story's files begin: these hold what they hold."""
    if path.suffix == ".txtar":
        for number, line in enumerate(text.split("\n"), start=1):
            if re.fullmatch(r"-- .+ --", line):
                return number
    return float("inf")


def paths(tree: Tree) -> Iterator[str]:
    """No absolute path of somebody's machine."""
    for path in tree.files:
        for number, line in tree.lines(path):
            if _MACHINE.search(line):
                yield f"{path}:{number}: a path of one machine: {line.strip()[:120]}"


def links(tree: Tree) -> Iterator[str]:
    """Links between pages lead somewhere."""
    for path in tree.of(".md"):
        for number, line in tree.lines(path):
            for target in _LINK.findall(line):
                if "://" in target or target.startswith("mailto:"):
                    continue
                if not (tree.root / path.parent / target).exists():
                    yield f"{path}:{number}: the link {target} leads nowhere"


RULES: dict[str, Rule] = {"size": size, "leftovers": leftovers, "blanks": blanks, "paths": paths, "links": links}
