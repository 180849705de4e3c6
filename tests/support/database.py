"""The database of one run of a story: where it is, how to ask it, how to be rid of it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from .process import Failure
from .servers import APPLICATION_ROLE, PASSWORD, PASSWORD_ROLE, SUPERUSER, PgBouncer, Postgres, Servers, postgres_tool

_numbers_lock = threading.Lock()
_numbers = iter(range(1, 1_000_000))


def _new_name(story: str) -> str:
    """A database name nobody else uses, at most 40 characters, the same prefix as all that belongs to it."""
    slug = re.sub(r"[^a-z0-9]+", "_", story.lower()).strip("_")[-22:].lstrip("_")
    with _numbers_lock:
        return f"t{os.getpid()}_{next(_numbers)}x_{slug}"


def sql_command(url: str, query: Sequence[str]) -> list[str]:
    """The engine's own client; `query` is ["-c", TEXT] or ["-f", FILE]. Raises Failure."""
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:").partition("?")[0]
        if path.startswith("//"):
            path = path.removeprefix("//")
        kind, text = query
        statement = text if kind == "-c" else f".read '{text}'"
        return ["sqlite3", "-batch", "-bail", "-cmd", ".timeout 10000", path, statement]
    if re.match(r"postgres(ql)?://", url):
        return ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url, *query]
    raise Failure("this story has no database (engines: none); say which with -d URL")


class Database:
    """Variables for the story in `variables`; `forget` drops what the story made on a server."""

    def __init__(self, engine: str, story: str, wish: str, work: Path, servers: Servers, own: Postgres | None) -> None:
        self.engine = engine
        self.name = _new_name(story)
        self.variables: dict[str, str] = {"DBNAME": self.name}
        self.server = own or servers.postgres
        self.direct_url = ""
        created = wish == "created" or (not wish and engine == "pgbouncer")
        if engine == "sqlite":
            file = work / "test.db"
            self.direct_url = f"sqlite:{file}"
            self.variables |= {"DATABASE_URL": self.direct_url, "DATABASE_FILE": str(file)}
            if created:
                file.touch(mode=0o600)
        elif engine in ("postgres", "pgbouncer"):
            if self.server is None:
                raise Failure("the server was not started")
            self.direct_url = self.server.url(self.name)
            self.variables["DATABASE_URL"] = self.direct_url
            if created:
                self.server.create_database(self.name)
        if self.server is not None:
            self._add_server(self.server, servers)

    def _add_server(self, server: Postgres, servers: Servers) -> None:
        self.variables |= {
            "DIRECT_URL": server.url(self.name),
            "PG_SOCKET": str(server.folder),
            "PG_PORT": str(server.port),
            "PG_ROLE": APPLICATION_ROLE,
            "PG_SUPERUSER": server.url("postgres", SUPERUSER),
            "PG_PASSWORD_ROLE": PASSWORD_ROLE,
            "PG_PASSWORD": PASSWORD,
            "PG_DATA": str(server.data),
            "PG_BIN": str(postgres_tool("postgres").parent),
        }
        bouncer = servers.pgbouncer
        if isinstance(bouncer, PgBouncer):
            self.variables["PGBOUNCER_PORT"] = str(bouncer.port)
            self.variables["PGBOUNCER_URL"] = bouncer.url(self.name)
            if self.engine == "pgbouncer":
                self.variables["DATABASE_URL"] = bouncer.url(self.name)
        if servers.standby is not None:
            self.variables["STANDBY_URL"] = servers.standby.url(self.name)

    def superuser_url(self) -> str:
        if self.server is None or self.engine == "sqlite":
            raise Failure("-super is for servers")
        return self.server.url(self.name, SUPERUSER)

    def forget(self) -> None:
        if self.server is not None and self.engine in ("postgres", "pgbouncer"):
            self.server.drop_all(self.name)
