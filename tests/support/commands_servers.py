"""Commands that disturb servers and networks: `server` (needs: own-server) and `proxy`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .expect import Command, Expect
from .process import Failure
from .servers import ServerProblem
from .tcp_proxy import Proxy, parse_faults

if TYPE_CHECKING:
    from .session import Session


def _server(session: Session, args: list[str], _: Expect) -> None:
    server = session.own_server
    if server is None:
        raise Failure("server is for stories with `# needs: own-server`, on PostgreSQL")
    if len(args) != 1 or args[0] not in ("start", "stop", "restart", "kill"):
        raise Failure("usage: server start|stop|restart|kill")
    try:
        if args[0] in ("stop", "restart"):
            server.stop()
        if args[0] == "kill":
            server.kill()
        if args[0] in ("start", "restart"):
            server.start()
    except ServerProblem as problem:
        raise Failure(str(problem)) from problem


def _proxy(session: Session, args: list[str], _: Expect) -> None:
    """Starts NAME, or gives it new faults; sets NAME_PORT and, with a database, NAME_URL."""
    if not args or not re.fullmatch(r"[A-Za-z_]\w*", args[0]):
        raise Failure(f"usage: {COMMANDS['proxy'].usage}")
    name, options = args[0], args[1:]
    if options in (["stop"], ["reset"]):
        if name not in session.proxies:
            raise Failure(f"there is no proxy {name!r}")
        if options == ["reset"]:
            session.proxies[name].reset()
        else:
            session.proxies.pop(name).stop()
        return
    upstream = session.env.get("PG_PORT", "")
    host = "127.0.0.1"
    if session.engine == "pgbouncer":
        upstream = session.env["PGBOUNCER_PORT"]
    for option in [option for option in options if option.startswith("to=")]:
        host, _colon, upstream = option.removeprefix("to=").rpartition(":")
        options.remove(option)
    try:
        faults = parse_faults(options)
    except ValueError as problem:
        raise Failure(str(problem)) from problem
    if name in session.proxies:
        session.proxies[name].faults = faults
        return
    if not upstream.isdigit():
        raise Failure("where to? (to=HOST:PORT)")
    proxy = Proxy(host, int(upstream), faults)
    session.proxies[name] = proxy
    session.env[f"{name}_PORT"] = str(proxy.port)
    url = session.env.get("DATABASE_URL", "")
    if f":{upstream}/" in url:
        session.env[f"{name}_URL"] = url.replace(f":{upstream}/", f":{proxy.port}/", 1)


COMMANDS: dict[str, Command] = {
    "server": Command(_server, "server start|stop|restart|kill"),
    "proxy": Command(_proxy, "proxy NAME [to=HOST:PORT] [FAULT…|reset|stop]"),
}
