"""A line between a browser and the server that a test can cut, as a tunnel cuts a train's."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Line:
    """Passes bytes on, both ways, and counts those towards the server; `cut_after` drops everything at such a count."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server = server
        self.sent = 0
        self.cut_after: int | None = None
        self.cuts = 0
        self.ends: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.listen, daemon=True)]
        self.threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                browser, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                self.ends += [browser, server]
                for one, other, counted in ((browser, server, True), (server, browser, False)):
                    threading.Thread(target=self.pass_on, args=(one, other, counted), daemon=True).start()

    def pass_on(self, one: socket.socket, other: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if counted:
                    self.sent += len(data)
                    if self.cut_after is not None and self.sent >= self.cut_after:
                        self.cut_after = None
                        self.cut()
                        return
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Drop every connection in the middle of whatever it carries."""
        self.cuts += 1
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.ends = []

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()


@contextlib.contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line to the server at this address."""
    host, _, port = url.removeprefix("http://").partition(":")
    line = Line((host, int(port)))
    try:
        yield line
    finally:
        line.close()
