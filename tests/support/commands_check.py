"""Commands that look at what came out: output, files, JSON, schemas."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import jsonpath
from .expect import Command, Expect
from .normalise import normalise
from .process import Failure

if TYPE_CHECKING:
    from .session import Session


def _matches(name: str) -> Callable[[Session, list[str], Expect], None]:
    usage = f"usage: {name} [-count=N] PATTERN"

    def run(session: Session, args: list[str], expect: Expect) -> None:
        count: int | None = None
        if args and args[0].startswith("-count="):
            count, args = int(args[0].removeprefix("-count=")), args[1:]
        if len(args) != 1 or (count is not None and (expect.negated or count < 1)):
            raise Failure(usage)
        pattern = _pattern(args[0])
        found = len(pattern.findall(session.output(name)))
        if count is not None and found != count:
            raise Failure(f"{name} matches {args[0]!r} {found} times, expected {count}")
        if expect.negated and found:
            raise Failure(f"{name} matches {args[0]!r}")
        if not expect.negated and not found:
            raise Failure(f"{name} does not match {args[0]!r}")

    return run


def _pattern(text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text, re.MULTILINE)
    except re.error as problem:
        raise Failure(f"not a pattern: {text!r}: {problem}") from problem
    if pattern.search("") is not None:
        raise Failure(f"the pattern {text!r} matches an empty text, and so anything (`! stdout .` asks for silence)")
    return pattern


def _cmp(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 2:
        raise Failure("usage: cmp FILE|stdout|stderr GOLDEN")
    name, golden = args
    actual = normalise(read(session, name), session.placeholders())
    if golden not in session.story.archive.sections and not session.house.update:
        if not session.path(golden).exists():
            raise Failure(f"there is no section {golden!r} (UPDATE_GOLDEN=1 writes it)")
        expected = session.path(golden).read_text(encoding="utf-8", errors="replace")
    else:
        expected = session.story.archive.sections.get(golden, "")
    expected = normalise(expected, session.placeholders())
    if actual and not actual.endswith("\n"):
        actual += "\n"
    if actual == expected:
        session.goldens.setdefault(golden, actual)
        return
    if session.house.update:
        if session.goldens.setdefault(golden, actual) != actual:
            raise Failure(f"{golden} is compared twice, with different texts")
        return
    diff = difflib.unified_diff(expected.splitlines(), actual.splitlines(), golden, name, lineterm="")
    raise Failure(f"{name} differs from {golden}:\n" + "\n".join(diff))


def read(session: Session, name: str) -> str:
    """stdout, stderr or a file. Raises Failure."""
    if name in ("stdout", "stderr"):
        return session.output(name)
    try:
        return session.path(name).read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise Failure(f"{name}: {problem.strerror}") from problem


def _exists(session: Session, args: list[str], expect: Expect) -> None:
    if not args:
        raise Failure("usage: exists FILE…")
    for name in args:
        there = session.path(name).exists() or session.path(name).is_symlink()
        if there == expect.negated:
            raise Failure(f"{name} {'exists' if there else 'does not exist'}")


def _mode(session: Session, args: list[str], _: Expect) -> None:
    if len(args) < 2 or not re.fullmatch(r"0[0-7]{3,4}", args[0]):
        raise Failure("usage: mode 0600 FILE…")
    for name in args[1:]:
        try:
            mode = session.path(name).stat().st_mode & 0o7777
        except OSError as problem:
            raise Failure(f"{name}: {problem.strerror}") from problem
        if mode != int(args[0], 8):
            raise Failure(f"{name} has mode {mode:#06o}".replace("0o", "0"))


def _document(session: Session) -> Any:
    try:
        return json.loads(session.output("stdout"))
    except ValueError as problem:
        raise Failure(f"stdout is not one JSON document: {problem}") from problem


def _json(session: Session, args: list[str], expect: Expect) -> None:
    if len(args) != 1:
        raise Failure("usage: json EXPRESSION")
    try:
        why_not = jsonpath.check(_document(session), args[0])
    except jsonpath.ExpressionProblem as problem:
        raise Failure(str(problem)) from problem
    if (why_not is None) == expect.negated:
        raise Failure("it holds" if why_not is None else f"it does not hold: {why_not}")


def _schema(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 1:
        raise Failure("usage: schema NAME (docs/schemas/NAME.json)")
    try:
        import jsonschema
    except ImportError as problem:
        raise Failure("python3-jsonschema is not installed") from problem
    file = session.house.repository / "docs" / "schemas" / f"{args[0]}.json"
    if not file.exists():
        raise Failure(f"there is no {file}")
    schema = json.loads(file.read_text(encoding="utf-8"))
    validator = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    validator.check_schema(schema)
    problems = sorted(validator(schema).iter_errors(_document(session)), key=lambda error: list(map(str, error.path)))
    if problems:
        lines = [f"{problem.json_path}: {problem.message}" for problem in problems]
        raise Failure(f"stdout does not fit {args[0]}:\n" + "\n".join(lines))


COMMANDS: dict[str, Command] = {
    "stdout": Command(_matches("stdout"), "stdout [-count=N] PATTERN", "not"),
    "stderr": Command(_matches("stderr"), "stderr [-count=N] PATTERN", "not"),
    "cmp": Command(_cmp, "cmp FILE|stdout|stderr GOLDEN"),
    "exists": Command(_exists, "exists FILE…", "not"),
    "mode": Command(_mode, "mode 0600 FILE…"),
    "json": Command(_json, "json EXPRESSION", "not"),
    "schema": Command(_schema, "schema NAME"),
}
