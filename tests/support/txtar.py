"""txtar: a text file that holds a script and, after `-- name --` lines, the files it needs.

The format is the one of Go's testscript (golang.org/x/tools/txtar).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

_MARKER = re.compile(r"^-- (\S(?:.*\S)?) --$")


@dataclass
class Archive:
    """The script above the first marker, and the sections by name in their order."""

    script: str
    sections: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # of each section's marker, from 1


def parse(text: str) -> Archive:
    """Raises ValueError when a name stands twice."""
    archive = Archive(script="")
    name: str | None = None
    body: list[str] = []

    def close() -> None:
        content = "".join(body)
        if name is None:
            archive.script = content
        else:
            archive.sections[name] = content

    for number, line in enumerate(text.splitlines(keepends=True), start=1):
        marker = _MARKER.match(line.rstrip("\r\n"))
        if marker is None:
            body.append(line)
            continue
        close()
        name, body = marker[1], []
        if name in archive.lines:
            raise ValueError(f"line {number}: section {name!r} stands twice")
        archive.lines[name] = number
    close()
    return archive


def replace_section(path: Path, name: str, content: str) -> None:
    """Rewrites one section of a file and nothing else of it; adds it at the end when it is missing."""
    archive = parse(path.read_text(encoding="utf-8"))
    if content and not content.endswith("\n"):
        content += "\n"
    archive.sections[name] = content
    parts = [archive.script]
    for section, body in archive.sections.items():
        parts.append(f"-- {section} --\n{body}")
    path.write_text("".join(parts), encoding="utf-8")
