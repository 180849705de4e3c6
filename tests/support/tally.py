"""Counts, and the lines that tell them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)  # what failed, one name each

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def count(self, status: str, name: str) -> None:
        """`status` is "passed", "failed" or "skipped"."""
        setattr(self, status, getattr(self, status) + 1)
        if status == "failed":
            self.failures.append(name)

    def add(self, other: Tally) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
