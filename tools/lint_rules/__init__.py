"""The rules of tools/lint: each takes a Tree and yields `file:line: what is wrong`."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Rule = Callable[["Tree"], Iterator[str]]


class NotHere(Exception):
    """A rule that needs something which is not installed or not built; the text says what."""


@dataclass
class Tree:
    """The repository's files, as paths relative to its root, and their texts."""

    root: Path
    files: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = sorted(path for path in self._tracked() if (self.root / path).is_file())
        self._texts: dict[Path, str] = {}

    def _tracked(self) -> Iterator[Path]:
        listing = subprocess.run(
            ["git", "-C", str(self.root), "-c", f"safe.directory={self.root}", "ls-files", "-z"],
            capture_output=True, text=True, check=False,
        ) if (self.root / ".git").exists() else None  # fmt: skip
        if listing is not None and listing.returncode == 0:
            yield from (Path(name) for name in listing.stdout.split("\0") if name)
            return
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in (".git", "build", "__pycache__")]
            yield from (Path(folder, name).relative_to(self.root) for name in names)

    def text(self, path: Path) -> str:
        """Empty for what is no UTF-8 text."""
        if path not in self._texts:
            try:
                with (self.root / path).open(encoding="utf-8", newline="") as file:
                    self._texts[path] = file.read()
            except UnicodeDecodeError:
                self._texts[path] = ""
        return self._texts[path]

    def lines(self, path: Path) -> Iterator[tuple[int, str]]:
        yield from enumerate(self.text(path).split("\n"), start=1)

    def of(self, *suffixes: str, under: str = "") -> Iterator[Path]:
        """Files with these suffixes; "" means files without any."""
        for path in self.files:
            if path.suffix in suffixes and (not under or path.is_relative_to(under)):
                yield path
