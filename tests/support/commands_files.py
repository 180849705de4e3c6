"""Commands that set the stage: files, variables, the folder; and those that end a story early."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from .commands_check import read
from .expect import Command, Expect
from .process import Failure, Skip, Stop

if TYPE_CHECKING:
    from .session import Session


def _mkdir(session: Session, args: list[str], _: Expect) -> None:
    if not args:
        raise Failure("usage: mkdir FOLDER…")
    for name in args:
        session.own_path(name).mkdir(parents=True, exist_ok=True)


def _rm(session: Session, args: list[str], _: Expect) -> None:
    """What is not there cannot be removed: a story that thinks so is wrong about something."""
    if not args:
        raise Failure("usage: rm FILE|FOLDER…")
    for name in args:
        path = session.own_path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists() or path.is_symlink():
            path.unlink()
        else:
            raise Failure(f"{name} does not exist")


def _cp(session: Session, args: list[str], _: Expect) -> None:
    if len(args) < 2:
        raise Failure("usage: cp FILE|FOLDER|stdout|stderr… TO")
    to = session.own_path(args[-1])
    if len(args) > 2 and not to.is_dir():
        raise Failure(f"{args[-1]} is no folder")
    for name in args[:-1]:
        target = to / session.path(name).name if to.is_dir() else to
        if name in ("stdout", "stderr"):
            target.write_text(read(session, name), encoding="utf-8", newline="")
        elif session.path(name).is_dir():
            shutil.copytree(session.path(name), target, dirs_exist_ok=not to.is_dir())
        elif session.path(name).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(session.path(name), target)
        else:
            raise Failure(f"{name} does not exist")


def _mv(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 2 or not session.path(args[0]).exists():
        raise Failure("usage: mv FILE TO" if len(args) != 2 else f"{args[0]} does not exist")
    shutil.move(session.own_path(args[0]), session.own_path(args[1]))


def _chmod(session: Session, args: list[str], _: Expect) -> None:
    if len(args) < 2 or not re.fullmatch(r"0[0-7]{3,4}", args[0]):
        raise Failure("usage: chmod 0600 FILE…")
    for name in args[1:]:
        try:
            session.own_path(name).chmod(int(args[0], 8))
        except OSError as problem:
            raise Failure(f"{name}: {problem.strerror}") from problem


def _append(session: Session, args: list[str], _: Expect) -> None:
    if len(args) < 2:
        raise Failure("usage: append FILE TEXT…")
    with session.own_path(args[0]).open("a", encoding="utf-8", newline="") as file:
        file.write(" ".join(args[1:]) + "\n")


def _replace(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 3 or not args[1]:
        raise Failure("usage: replace FILE OLD NEW")
    text = read(session, args[0])
    if args[1] not in text:
        raise Failure(f"{args[0]} does not hold {args[1]!r}")
    session.own_path(args[0]).write_text(text.replace(args[1], args[2]), encoding="utf-8", newline="")


def _env(session: Session, args: list[str], _: Expect) -> None:
    if not args or not all(re.match(r"[A-Za-z_]\w*=", arg) for arg in args):
        raise Failure("usage: env NAME=VALUE…")
    for arg in args:
        name, _equals, value = arg.partition("=")
        session.env[name] = value


def _unset(session: Session, args: list[str], _: Expect) -> None:
    for name in args or [""]:
        if session.env.pop(name, None) is None:
            raise Failure(f"{name or 'usage: unset NAME…'} is not set")


def _cd(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 1 or not session.path(args[0]).is_dir():
        raise Failure("usage: cd FOLDER" if len(args) != 1 else f"{args[0]} is no folder")
    session.cwd = session.path(args[0]).resolve()


def _stdin(session: Session, args: list[str], _: Expect) -> None:
    if len(args) != 1:
        raise Failure("usage: stdin FILE|stdout")
    session.stdin = read(session, args[0]).encode()


def _skip(session: Session, args: list[str], _: Expect) -> None:
    raise Skip(" ".join(args) or "the story says so")


def _stop(session: Session, args: list[str], _: Expect) -> None:
    raise Stop(" ".join(args))


COMMANDS: dict[str, Command] = {
    "mkdir": Command(_mkdir, "mkdir FOLDER…"),
    "rm": Command(_rm, "rm FILE|FOLDER…"),
    "cp": Command(_cp, "cp FILE|FOLDER|stdout|stderr… TO"),
    "mv": Command(_mv, "mv FILE TO"),
    "chmod": Command(_chmod, "chmod 0600 FILE…"),
    "append": Command(_append, "append FILE TEXT…"),
    "replace": Command(_replace, "replace FILE OLD NEW"),
    "env": Command(_env, "env NAME=VALUE…"),
    "unset": Command(_unset, "unset NAME…"),
    "cd": Command(_cd, "cd FOLDER"),
    "stdin": Command(_stdin, "stdin FILE|stdout"),
    "skip": Command(_skip, "skip REASON"),
    "stop": Command(_stop, "stop [REASON]"),
}
