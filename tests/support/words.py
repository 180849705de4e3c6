"""How a line of a story becomes words.

Words are separated by blanks. 'single quotes' keep everything as it is ('' is a quote inside them);
"double quotes" keep blanks, expand variables, and know \\" and \\\\ and \\$. A backslash elsewhere is
itself, so that patterns read well. $NAME, ${NAME} and ${NAME:-default} expand outside single quotes;
`$$` stays. A word that starts with # starts a comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_VARIABLE = re.compile(r"\$\$|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$([A-Za-z_]\w*)")


class SyntaxProblem(Exception):
    """A line that cannot be read."""


@dataclass(frozen=True)
class Piece:
    """A part of a word: literal text, or text whose variables expand."""

    text: str
    literal: bool


Word = tuple[Piece, ...]


def split(line: str) -> list[Word]:
    """Raises SyntaxProblem for a quote that is never closed."""
    words: list[Word] = []
    pieces: list[Piece] = []
    in_word = False
    at = 0
    while at < len(line):
        char = line[at]
        if char in " \t":
            if in_word:
                words.append(tuple(pieces))
                pieces, in_word = [], False
            at += 1
        elif char == "#" and not in_word:
            break
        elif char == "'":
            text, at = _single_quoted(line, at + 1)
            pieces.append(Piece(text, literal=True))
            in_word = True
        elif char == '"':
            quoted, at = _double_quoted(line, at + 1)
            pieces.extend(quoted)
            in_word = True
        else:
            end = at
            while end < len(line) and line[end] not in " \t'\"":
                end += 1
            pieces.append(Piece(line[at:end], literal=False))
            in_word, at = True, end
    if in_word:
        words.append(tuple(pieces))
    return words


def _single_quoted(line: str, at: int) -> tuple[str, int]:
    text = ""
    while True:
        end = line.find("'", at)
        if end < 0:
            raise SyntaxProblem("a ' is never closed")
        text += line[at:end]
        if line[end + 1 : end + 2] != "'":
            return text, end + 1
        text += "'"
        at = end + 2


def _double_quoted(line: str, at: int) -> tuple[list[Piece], int]:
    pieces: list[Piece] = []
    text = ""
    while at < len(line):
        char = line[at]
        if char == '"':
            pieces.append(Piece(text, literal=False))
            return pieces, at + 1
        if char == "\\" and line[at + 1 : at + 2] in ('"', "\\", "$"):
            pieces += [Piece(text, literal=False), Piece(line[at + 1], literal=True)]
            text = ""
            at += 2
            continue
        text += char
        at += 1
    raise SyntaxProblem('a " is never closed')


def expand(word: Word, variables: Mapping[str, str]) -> str:
    """Raises SyntaxProblem for a variable that is not set."""
    return "".join(p.text if p.literal else expand_text(p.text, variables) for p in word)


def expand_text(text: str, variables: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1] or match[3]
        if name is None:
            return match[0]
        if name in variables:
            return variables[name]
        if match[2] is not None:
            return match[2]
        raise SyntaxProblem(f"the variable {name} is not set (a literal $ goes into single quotes)")

    return _VARIABLE.sub(value, text)
