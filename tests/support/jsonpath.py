"""A small check of JSON: `.steps[0].name == "lock"`, `len(.errors) == 2`, `.errors[].code contains "BED0101"`.

    EXPR  = VALUE [OP VALUE]          OP = == != < <= > >= contains =~
    VALUE = PATH | len(PATH) | keys(PATH) | type(PATH) | a JSON literal
    PATH  = .  |  .name  ."any name"  [0]  [-1]  []  …            ([] takes every element)

Without OP the value must be there, and be neither null nor false.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

_STEP = re.compile(r'\.([A-Za-z_]\w*)|\.?"((?:[^"\\]|\\.)*)"|\[(-?\d+)\]|\[(\])|\["((?:[^"\\]|\\.)*)"\]|(\.)(?=$|\[)')
_OPERATOR = re.compile(r"\s+(==|!=|<=|>=|<|>|=~|contains)\s+(?=(?:[^\"]*\"(?:[^\"\\]|\\.)*\")*[^\"]*$)")
_FUNCTION = re.compile(r"(len|keys|type)\((.*)\)")
_TYPE_NAMES: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "len": len,
    "keys": lambda value: sorted(value.keys()),
    "type": lambda value: _TYPE_NAMES.get(type(value), "null"),
}


class ExpressionProblem(Exception):
    """An expression that cannot be understood; always a failure of the story."""


class Missing(Exception):
    """A path that leads nowhere in this document."""


def check(document: Any, expression: str) -> str | None:
    """None when the expression holds, else why it does not. Raises ExpressionProblem."""
    parts = _OPERATOR.split(expression.strip())
    if len(parts) not in (1, 3):
        raise ExpressionProblem(f"one comparison per check: {expression}")
    try:
        left = _value(document, parts[0])
        if len(parts) == 1:
            return f"it is {_show(left)}" if left is None or left is False else None
        operator, right = parts[1], _value(document, parts[2])
        holds = _compare(left, operator, right)
    except Missing as problem:
        return str(problem)
    return None if holds else f"{parts[0]} is {_show(left)}"


def _compare(left: Any, operator: str, right: Any) -> bool:
    if operator in ("==", "!="):
        same = bool(left == right) and isinstance(left, bool) == isinstance(right, bool)
        return same if operator == "==" else not same
    if operator == "contains":
        if isinstance(left, str):
            return bool(right) and str(right) in left
        return isinstance(left, (list, dict)) and right in left
    if operator == "=~":
        if not isinstance(right, str) or re.search(right, "") is not None:
            raise ExpressionProblem("=~ needs a pattern that does not match an empty text")
        return isinstance(left, str) and re.search(right, left) is not None
    try:
        return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator])
    except TypeError as problem:
        raise ExpressionProblem(f"{_show(left)} {operator} {_show(right)} cannot be compared") from problem


def _value(document: Any, text: str) -> Any:
    text = text.strip()
    function = _FUNCTION.fullmatch(text)
    if function is not None:
        value = _walk(document, function[2].strip())
        try:
            return _FUNCTIONS[function[1]](value)
        except (TypeError, AttributeError) as problem:
            raise Missing(f"{text}: {_show(value)} has none") from problem
    if text.startswith("."):
        return _walk(document, text)
    try:
        return json.loads(text)
    except ValueError as problem:
        raise ExpressionProblem(f"neither a path (.name) nor JSON: {text}") from problem


def _walk(document: Any, path: str) -> Any:
    if path == ".":
        return document
    steps: list[str | int | None] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ExpressionProblem(f"cannot read the path {path} at {path[at:]!r}")
        name, quoted, index, every, bracketed, self_ = step.groups()
        text = quoted if quoted is not None else bracketed
        if name is not None:
            steps.append(name)
        elif text is not None:
            steps.append(str(json.loads(f'"{text}"')))
        elif index is not None:
            steps.append(int(index))
        elif every is not None:
            steps.append(None)
        elif self_ is None:
            raise ExpressionProblem(f"cannot read the path {path}")
        at = step.end()
    return _follow(document, steps, path)


def _follow(value: Any, steps: list[str | int | None], path: str) -> Any:
    for position, step in enumerate(steps):
        if step is None:
            if not isinstance(value, list):
                raise Missing(f"{path}: {_show(value)} is no list")
            return [_follow(item, steps[position + 1 :], path) for item in value]
        try:
            if isinstance(step, int) != isinstance(value, list):
                raise KeyError(step)
            value = value[step]
        except (KeyError, IndexError, TypeError) as problem:
            raise Missing(f"{path}: there is no {step!r} in {_show(value)}") from problem
    return value


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "…"
