"""What a line promises about its command, and the shape of the commands themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .process import Failure, Outcome, crashed, shell_status

if TYPE_CHECKING:
    from .session import Session


@dataclass(frozen=True)
class Expect:
    """Success; failure (`!`); or one exit status (`exitcode N`, `? N`)."""

    negated: bool = False
    status: int | None = None

    def check(self, outcome: Outcome) -> None:
        """Every program of the outcome must keep the promise. Raises Failure."""
        for status in outcome.statuses:
            if self.status is not None:
                if shell_status(status) != self.status:
                    raise Failure(f"{outcome.describe()}, expected {self.status}")
            elif self.negated:
                if crashed(status):
                    raise Failure(f"it crashed ({outcome.describe()}); `!` takes only failures with an exit status")
                if status == 0:
                    raise Failure("it succeeded, but must fail")
            elif status != 0:
                raise Failure(outcome.describe())


@dataclass(frozen=True)
class Command:
    """`takes`: "status" (!, exitcode), "not" (! only) or "" (neither)."""

    run: Callable[[Session, list[str], Expect], None]
    usage: str
    takes: str = ""


def read_prefix(words: list[str]) -> tuple[Expect, list[str]]:
    """Takes `!`, `exitcode N` and `? N` off the front. Raises Failure."""
    if words and words[0] == "!":
        return Expect(negated=True), words[1:]
    if words and words[0] in ("?", "exitcode"):
        if len(words) < 3 or not words[1].isdigit():
            raise Failure("usage: exitcode N COMMAND…")
        return Expect(status=int(words[1])), words[2:]
    return Expect(), words
