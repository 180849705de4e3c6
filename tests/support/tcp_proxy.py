"""A TCP proxy on loopback that delays, cuts and loses on purpose.

    delay=50ms           every piece waits so long, in both directions
    cut-bytes=N          the connection breaks after N bytes from the server
    drop-request=TEXT    it breaks when the client sends TEXT, before the server gets it
    drop-reply=TEXT      the server gets TEXT and answers; the answer never arrives
    refuse               new connections break at once
    times=N              faults happen N times, then never again (1; `times=always`)
    close=fin            it ends politely instead of with a reset
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass

from .story import seconds

_PIECE_BYTES = 65536
_LOOK_UP_S = 0.1


@dataclass
class Faults:
    delay_s: float = 0.0
    cut_bytes: int | None = None
    drop_request: bytes = b""
    drop_reply: bytes = b""
    refuse: bool = False
    times: float = 1
    reset: bool = True


def parse_faults(options: list[str]) -> Faults:
    """Raises ValueError."""
    faults = Faults()
    for option in options:
        key, _, value = option.partition("=")
        if key == "delay":
            faults.delay_s = seconds(value)
        elif key == "cut-bytes":
            faults.cut_bytes = int(value)
        elif key in ("drop-request", "drop-reply") and value:
            setattr(faults, key.replace("-", "_"), value.encode())
        elif option == "refuse":
            faults.refuse = True
        elif key == "times":
            faults.times = float("inf") if value == "always" else int(value)
        elif key == "close" and value in ("fin", "reset"):
            faults.reset = value == "reset"
        else:
            raise ValueError(f"unknown fault {option!r} (delay=, cut-bytes=, drop-request=, drop-reply=, refuse, times=, close=)")
    return faults


class Proxy:
    """Thread-safe; `faults` may be replaced while it runs and holds for connections made before, too."""

    def __init__(self, host: str, port: int, faults: Faults) -> None:
        self._upstream = (host, port)
        self.faults = faults
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._generation = 0  # connections of an older one break
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(_LOOK_UP_S)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Connections through it break."""
        self._stopped.set()

    def reset(self) -> None:
        """The connections that there are break now; new ones go through."""
        self._generation += 1

    def _accept(self) -> None:
        with self._listener:
            while not self._stopped.is_set():
                try:
                    client, _ = self._listener.accept()
                except TimeoutError:
                    continue
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        """One connection, in one thread, so that nothing reads a socket while it is closed."""
        with client:
            if self.faults.refuse and self._strike():
                return self._end(client)
            try:
                server = socket.create_connection(self._upstream, timeout=10)
            except OSError:
                return self._end(client)
            with server:
                for one in (client, server):
                    one.settimeout(None)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with contextlib.suppress(OSError):
                    if self._relay(client, server):
                        self._end(client)
                        self._end(server)

    def _relay(self, client: socket.socket, server: socket.socket) -> bool:
        """Until one side closes (False) or a fault strikes (True)."""
        received = 0
        lose_reply = False
        generation = self._generation
        while not self._stopped.is_set() and generation == self._generation:
            readable, _, _ = select.select([client, server], [], [], _LOOK_UP_S)
            for source in readable:
                faults = self.faults
                piece = source.recv(_PIECE_BYTES)
                if not piece:
                    return False
                if faults.delay_s:
                    time.sleep(faults.delay_s)
                if source is client:
                    if faults.drop_request and faults.drop_request in piece and self._strike():
                        return True
                    if faults.drop_reply and faults.drop_reply in piece and self._strike():
                        lose_reply = True
                    server.sendall(piece)
                    continue
                received += len(piece)
                if lose_reply:
                    return True
                if faults.cut_bytes is not None and received >= faults.cut_bytes and self._strike():
                    client.sendall(piece[: len(piece) - (received - faults.cut_bytes)])
                    return True
                client.sendall(piece)
        return True

    def _strike(self) -> bool:
        with self._lock:
            self.faults.times -= 1
            return self.faults.times >= 0

    def _end(self, one: socket.socket) -> None:
        """Closing without lingering sends a reset."""
        if self.faults.reset:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
