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
_COMMAND = re.compile(r"(?<![\w./-])bedstone((?: +(?:[a-z][a-z-]*|--?[a-z][\w-]*))+)")
# Words before the command that take a value, and the words of a sentence that follows the name.
_MENTIONS_IN = re.compile(r"`[^`]*`")


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

    def knows(self, words: list[str]) -> str | None:
        """None, or the word that the program does not know."""
        command: tuple[str, ...] = ()
        text = self.help(()) or ""
        general = text
        for word in words:
            if word.startswith("-"):
                if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text + general):
                    return word
            elif not command or re.search(rf"^\s+(?:bedstone )?(?:{' '.join(command)} )?{word}\b", text, re.MULTILINE):
                longer = self.help((*command, word))
                if longer is None:
                    return word
                command, text = (*command, word), longer
            else:
                return None  # an argument: what follows is the user's
        return None


def commands(tree: Tree) -> Iterator[str]:
    """No document names a command or a flag that does not exist."""
    binary = Path(os.environ.get("BEDSTONE", tree.root / "build/dev/bin/bedstone"))
    if not binary.exists():
        raise NotHere(f"{binary} is not built")
    program = Program(binary)
    for path in tree.of(".md"):
        in_block = False
        for number, line in tree.lines(path):
            if line.lstrip().startswith("```"):
                in_block = not in_block
                continue
            for piece in [line] if in_block else _MENTIONS_IN.findall(line):
                for mention in _COMMAND.findall(piece):
                    unknown = program.knows(mention.split())
                    if unknown is not None:
                        yield f"{path}:{number}: bedstone{mention}: there is no {unknown!r}"


RULES: dict[str, Rule] = {"errors": errors, "commands": commands}
