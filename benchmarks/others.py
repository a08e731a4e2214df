"""Who else is at a server while its load is measured."""

import socket
import threading

from server import Server

SLOW = 200


class nothing:  # noqa: N801 - a context manager reads as a verb
    """Nobody else."""

    def __init__(self, server: Server): ...

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...


class slow_clients:  # noqa: N801 - a context manager reads as a verb
    """Connections that send one byte a second."""

    def __init__(self, server: Server):
        self.stopped = threading.Event()
        self.connections = [
            socket.create_connection(("127.0.0.1", server.port)) for _ in range(SLOW)
        ]

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self._drip)
        self.thread.start()

    def _drip(self) -> None:
        text = b"POST /api/read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
        at = 0
        while not self.stopped.wait(1):
            for connection in self.connections:
                try:
                    connection.send(text[at : at + 1])
                except OSError:
                    continue  # let go by the server
            at += 1

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        self.thread.join()
        for connection in self.connections:
            connection.close()
