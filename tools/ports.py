"""The port of this machine on which the pages answer."""

import errno
import os
import socket

from tools.trouble import Trouble


def port() -> int:
    """The port asked for; raises Trouble when it is none."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def listen(number: int) -> list[socket.socket]:
    """Sockets on both addresses that `localhost` may mean.

    Raises Trouble when the port is taken, or reserved for the system.
    """
    sockets = []
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            sockets.append(socket.create_server((address, number), family=family, backlog=512))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Trouble(f"Port {number} is taken. Choose another one: PORT={number + 1} make run") from None
            if error.errno == errno.EACCES:
                raise Trouble(f"Port {number} is reserved. Choose another one: PORT=8000 make run") from None
            if family == socket.AF_INET:
                raise
            # A machine without IPv6 answers on 127.0.0.1 alone.
    return sockets
