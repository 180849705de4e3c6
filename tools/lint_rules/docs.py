"""Rules that hold the documents against the program: error codes, commands, flags."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from . import NotHere, Rule, Tree

_CODES = Path("include/bedstone/error_codes.def")
_CODE = re.compile(r"^BEDSTONE_ERROR\((\w+), (\d+),", re.MULTILINE)
_SECTION = re.compile(r"^## BED(\d{4})\b")
_INLINE = re.compile(r"`([^`]*)`")
# Up to what ends a command: a comment, a pipe, a backtick, the column of explanations after two blanks.
_COMMAND = re.compile(r"(?<![\w./-])bedstone((?: [^\s;&|#`)\]][^\s`]*)+)")
# What stands behind a command that is a string in JSON or YAML.
_STRING_END = "\"',"



def errors(tree: Tree) -> Iterator[str]:
    """Each error code has its section in docs/errors/, and each section its code."""
    codes = {f"{int(number):04}": name for name, number in _CODE.findall(tree.text(_CODES))}
    if not codes:
        yield f"{_CODES}:1: no codes"
    told: dict[str, str] = {}
    for path in tree.of(".md", under="docs/errors"):
        for number, line in tree.lines(path):
            section = _SECTION.match(line)
            if section is None:
                continue
            where = f"{path}:{number}"
            if section[1] not in codes:
                yield f"{where}: BED{section[1]} is not in {_CODES}"
            if section[1] in told:
                yield f"{where}: BED{section[1]} is told in {told[section[1]]}, too"
            told[section[1]] = where
    for code, name in sorted(codes.items()):
        if code not in told:
            yield f"{_CODES}:1: BED{code} ({name}) has no section `## BED{code}` in docs/errors/"


class Program:
    """What the built command says about itself."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cache
    def help(self, command: tuple[str, ...]) -> str | None:
        """None when there is no such command."""
        done = subprocess.run(
            [str(self._path), *command, "--help"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        return done.stdout if done.returncode == 0 else None

    def unknown(self, words: list[str]) -> str | None:
        """The first word that the program does not know."""
        general = self.help(()) or ""
        command: tuple[str, ...] = ()
        text, in_group = general, True
        rest = iter(words)
        for word in rest:
            if word == "--":
                return None
            if word.startswith("-"):
                flag = word.partition("=")[0]
                known = re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])(?:, --[\w-]+)?( [A-Z])?", text + "\n" + general)
                if known is None:
                    return flag
                if known[1] and "=" not in word:
                    next(rest, None)
            elif in_group and not word[0].islower():
                return None  # a placeholder: COMMAND, …
            elif in_group:
                unknown = next((part for part in word.split("|") if self.help((*command, part)) is None), None)
                if unknown is not None or "|" in word:
                    return unknown
                command = (*command, word)
                text = self.help(command) or ""
                in_group = f"bedstone {' '.join(command)} COMMAND" in text
        return None


def _mentions(tree: Tree, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The words after `bedstone` in code: a line of a block, or what stands between backticks."""
    in_block = False
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            in_block = not in_block
            continue
        for piece in [line] if in_block else _INLINE.findall(line):
            for mention in _COMMAND.findall(piece):
                yield number, [kept for word in mention.split() if (kept := word.rstrip(_STRING_END))]


def commands(tree: Tree) -> Iterator[str]:
    """No document names a command or a flag that does not exist."""
    binary = Path(os.environ.get("BEDSTONE", tree.root / "build/dev/bin/bedstone"))
    if not binary.exists():
        raise NotHere(f"{binary} is not built")
    program = Program(binary)
    for path in tree.of(".md"):
        for number, words in _mentions(tree, path):
            unknown = program.unknown(words)
            if unknown is not None:
                yield f"{path}:{number}: bedstone {' '.join(words)}: there is no {unknown!r}"


RULES: dict[str, Rule] = {"errors": errors, "commands": commands}
