"""Throw-away servers for tests: PostgreSQL, a standby of it, PgBouncer before it.

Everything lives in one temporary folder and listens on loopback and on a Unix socket there. Servers are direct
children of the runner, and the kernel ends them with it (setpriv --pdeathsig), however it ends; `Servers.stop`
does so politely. Because that signal follows the *thread* that started a server, shared servers are started from
the main thread, before any story runs.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

SUPERUSER = "postgres"
# LOGIN CREATEDB CREATEROLE. Not "bedstone": the "$user" in its search path would be the schema of the store.
APPLICATION_ROLE = "app_owner"
PASSWORD_ROLE, PASSWORD = "bedstone_password", "open sesame/42%"
SCRAM_GROUP = "bedstone_scram"  # its members must give their passwords
_START_TIMEOUT_S = 60.0


class ServerProblem(Exception):
    """A server that is not installed or does not start; the text says what to do."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_tool(name: str) -> Path:
    """The newest installed server's program. Raises ServerProblem."""
    folders = [Path(os.environ["BEDSTONE_PG_BIN"])] if "BEDSTONE_PG_BIN" in os.environ else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True)
    for folder in folders:
        if (folder / name).exists():
            return folder / name
    found = shutil.which(name)
    if found is None:
        raise ServerProblem("PostgreSQL is not installed (apt-get install postgresql-15)")
    return Path(found)


def _version_of(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


class Account:
    """Whom the servers run as: they refuse root, so root hands over to the postgres account."""

    def __init__(self) -> None:
        self.other = os.geteuid() == 0
        if self.other:
            try:
                entry = pwd.getpwnam("postgres")
            except KeyError as problem:
                raise ServerProblem("no account 'postgres' (apt-get install postgresql-15)") from problem
            self.uid, self.gid = entry.pw_uid, entry.pw_gid

    def folder(self, path: Path) -> Path:
        path.mkdir(mode=0o755)
        if self.other:
            os.chown(path, self.uid, self.gid)
        return path

    def command(self, argv: Sequence[str], last_signal: str = "") -> list[str]:
        prefix = ["setpriv"]
        if self.other:
            prefix += [f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups"]
        if last_signal:
            prefix += [f"--pdeathsig={last_signal}"]
        return [*prefix, *argv] if len(prefix) > 1 else list(argv)

    def run(self, argv: Sequence[str], cwd: Path) -> None:
        done = subprocess.run(
            self.command(argv), cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ServerProblem(f"{argv[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


class Daemon:
    """A server process in the foreground of its own session, with a log file."""

    def __init__(self, name: str, account: Account, argv: Sequence[str], folder: Path, last_signal: str) -> None:
        self.name, self.log = name, folder / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                account.command(argv, last_signal),
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            )  # fmt: skip

    def running(self) -> bool:
        return self.process.poll() is None

    def wait_until(self, ready: Sequence[str]) -> None:
        """Until the command `ready` succeeds."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < deadline and self.running():
            if subprocess.run(ready, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        tail = self.log.read_text(errors="replace")[-2000:]
        self.stop(signal.SIGQUIT)
        raise ServerProblem(f"{self.name} did not start; the end of its log:\n{tail}")

    def stop(self, *signals: signal.Signals) -> None:
        for sign in (*signals, signal.SIGKILL):
            if not self.running():
                break
            self.process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=15)
        self.process.wait()


class Postgres:
    """One cluster; `start` may follow `stop` and `kill`, on the same port with the same data."""

    def __init__(self, folder: Path, account: Account) -> None:
        self.account, self.port = account, free_port()
        self.folder = account.folder(folder)
        self.data = self.folder / "data"
        self.daemon: Daemon | None = None

    def create(self) -> None:
        initdb = [str(postgres_tool("initdb")), "-D", str(self.data), "-U", SUPERUSER, "-A", "trust"]
        self.account.run([*initdb, "-N", "-E", "UTF8", "--locale=C.UTF-8"], self.folder)
        hba = "".join(
            f"{kind} {base} {role} {where} {how}\n"
            for base, role, how in (
                ("all", PASSWORD_ROLE, "scram-sha-256"),
                ("all", f"+{SCRAM_GROUP}", "scram-sha-256"),
                ("all", "all", "trust"),
                ("replication", "all", "trust"),
            )
            for kind, where in (("local", ""), ("host", "127.0.0.1/32"))
        )
        (self.data / "pg_hba.conf").write_text(hba)
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(
                "listen_addresses = '127.0.0.1'\nmax_connections = 300\nfsync = off\nfull_page_writes = off\n"
                "shared_buffers = 64MB\nmax_wal_size = 256MB\nwal_keep_size = 64MB\nmax_locks_per_transaction = 256\n"
                "timezone = 'UTC'\nlog_timezone = 'UTC'\nlog_line_prefix = '%m [%p] %q%u@%d %a '\n"
            )

    def start(self) -> None:
        argv = [str(postgres_tool("postgres")), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder)]
        self.daemon = Daemon("postgres", self.account, argv, self.folder, "QUIT")
        self.daemon.wait_until(["psql", "-XAtq", "-d", self.url("postgres", SUPERUSER), "-c", "select 1"])

    def create_roles(self) -> None:
        self.sql(
            f"create role {APPLICATION_ROLE} login createdb createrole;"
            f"create role {PASSWORD_ROLE} login createdb password '{PASSWORD}';"
            f"create role {SCRAM_GROUP} nologin;"
        )

    def stop(self) -> None:
        """Fast: sessions are ended, data are flushed."""
        self._end(signal.SIGINT, signal.SIGQUIT)

    def kill(self) -> None:
        """As a power cut: no process of the server lives to say goodbye."""
        if self.daemon is not None and self.daemon.running():
            self.daemon.process.kill()
        self._end(signal.SIGKILL)
        deadline = time.monotonic() + _START_TIMEOUT_S
        while (self.folder / "data" / "postmaster.pid").exists() and time.monotonic() < deadline:
            if not _has_attached_processes(self.data):
                break
            time.sleep(0.02)

    def _end(self, *signals: signal.Signals) -> None:
        if self.daemon is not None:
            self.daemon.stop(*signals)
            self.daemon = None

    def url(self, database: str, role: str = APPLICATION_ROLE) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def sql(self, query: str, database: str = "postgres") -> str:
        """As the superuser. Raises ServerProblem."""
        argv = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database, SUPERUSER), "-c", query]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServerProblem(f"psql: {done.stderr.strip()}")
        return done.stdout

    def create_database(self, name: str) -> None:
        self.sql(f'create database "{name}" owner {APPLICATION_ROLE}')

    def drop_all(self, prefix: str) -> None:
        """Drops the databases and then the roles whose names begin so."""
        like = prefix.replace("_", r"\_") + "%"
        for name in self.sql(f"select datname from pg_database where datname like '{like}'").splitlines():
            self.sql(f'drop database if exists "{name}" with (force)')
        for name in self.sql(f"select rolname from pg_roles where rolname like '{like}'").splitlines():
            self.sql(f'drop role if exists "{name}"')


def _has_attached_processes(data: Path) -> bool:
    """Whether a server process still works in this data folder."""
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if os.readlink(link) == str(data):
                return True
    return False


class Standby(Postgres):
    """A hot standby of a running cluster: it answers queries and takes no writes."""

    def __init__(self, primary: Postgres, folder: Path) -> None:
        super().__init__(folder, primary.account)
        self.primary = primary

    def create(self) -> None:
        argv = [str(postgres_tool("pg_basebackup")), "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "-N"]
        self.account.run([*argv, "-d", self.primary.url("postgres", SUPERUSER)], self.folder)


class PgBouncer:
    """PgBouncer in transaction mode before a cluster, for every database and role of it."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        binary = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if binary is None:
            raise ServerProblem("PgBouncer is not installed (apt-get install pgbouncer)")
        self.server, self.port = server, free_port()
        self.folder = server.account.folder(folder)
        settings = self.folder / "pgbouncer.ini"
        users = self.folder / "users.txt"
        settings.write_text(
            f"[databases]\n* = host=127.0.0.1 port={server.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {self.port}\nunix_socket_dir =\n"
            f"pool_mode = transaction\nauth_type = trust\nauth_file = {users}\nauth_user = {SUPERUSER}\n"
            "max_client_conn = 500\ndefault_pool_size = 20\nserver_login_retry = 1\n"
            "server_idle_timeout = 10\nignore_startup_parameters = extra_float_digits\n"
        )
        users.write_text(f'"{SUPERUSER}" ""\n"{APPLICATION_ROLE}" ""\n')
        self.daemon = Daemon("pgbouncer", server.account, [binary, str(settings)], self.folder, "TERM")
        ready = ["psql", "-XAtq", "-d", self.url("postgres", SUPERUSER), "-c", "select 1"]
        self.daemon.wait_until(ready)

    def url(self, database: str, role: str = APPLICATION_ROLE) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        self.daemon.stop(signal.SIGTERM)


class Servers:
    """The shared servers, started as `start` is told, and the folder they live in."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bedstone-servers."))
        self.folder.chmod(0o755)
        self.postgres: Postgres | None = None
        self.standby: Standby | None = None
        self.pgbouncer: PgBouncer | None = None

    def start(self, *, standby: bool = False, pgbouncer: bool = False) -> None:
        """From the main thread. Raises ServerProblem."""
        self.postgres = Postgres(self.folder / "postgres", Account())
        self.postgres.create()
        self.postgres.start()
        self.postgres.create_roles()
        if pgbouncer:
            self.pgbouncer = PgBouncer(self.postgres, self.folder / "pgbouncer")
        if standby:
            self.standby = Standby(self.postgres, self.folder / "standby")
            self.standby.create()
            self.standby.start()

    def own(self, name: str) -> Postgres:
        """A cluster for one story, running; the story stops it. Raises ServerProblem."""
        server = Postgres(self.folder / name, Account())
        server.create()
        server.start()
        server.create_roles()
        return server

    def stop(self) -> None:
        for server in (self.pgbouncer, self.standby, self.postgres):
            if server is not None:
                server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
