"""What differs from run to run is replaced before texts are compared: times, ids, hosts, paths."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable

_TIMES = re.compile(
    r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?UTC|Z|[+-]\d\d(?::?\d\d)?)?"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (_TIMES, "<time>"),
    # Keys of the JSON reports, before the shapes of their values.
    (re.compile(r'("(?:\w+_)?(?:duration|elapsed|seconds|age)(?:_\w+)?"\s*:\s*)-?[\d.]+(?:e-?\d+)?'), r"\1<duration>"),
    (re.compile(r'("\w+_(?:ms|us)"\s*:\s*)-?[\d.]+'), r"\1<duration>"),
    (re.compile(r'("(?:pid|holder_pid|backend_pid)"\s*:\s*)\d+'), r"\1<pid>"),
    (re.compile(r'("(?:run|run_id|instance|instance_id)"\s*:\s*)"[^"]+"'), r'\1"<id>"'),
    (re.compile(r"\b(run )[0-9a-f]{32}\b"), r"\1<id>"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b0[0-9A-HJKMNP-TV-Z]{25}\b"), "<id>"),  # a ULID
    (re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b"), "<hash>"),
    (re.compile(r"\b(pid|process)([ =:]+)\d+\b"), r"\1\2<pid>"),
    (re.compile(r"(?<![\d.])\d+(?:\.\d+)?\s?(?:ms|µs|us|ns|s|seconds?|min|minutes?)\b(?!-)"), "<duration>"),
    # Columns are as wide as what stands in them.
    (re.compile(r" +$", re.MULTILINE), ""),
    (re.compile(r"(?<=[^ \n]) {2,}"), "  "),
    # Versions of programs have three parts or stand behind a name; addresses have four.
    (re.compile(r"\b(PostgreSQL|SQLite|PgBouncer|[Bb]edstone)([ /]v?)\d+(?:\.\d+)+(?:[-+][\w.+]+)?(?: \([^)\n]*\))?"), r"\1\2<version>"),
    (re.compile(r"(?<![\d.])\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+]+)?(?![\d.])"), "<version>"),
)


def normalise(text: str, names: Iterable[tuple[str, str]]) -> str:
    """`names` are (value, placeholder) pairs of this run, such as the folder it works in."""
    for value, placeholder in sorted(names, key=lambda pair: -len(pair[0])):
        if value:
            text = text.replace(value, placeholder)
    text = re.sub(rf"(?<![\w-]){re.escape(socket.gethostname())}(?![\w-])", "<host>", text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
