"""One uvicorn for sockets, and on a laptop for pages too.

`python -m tools.serve` answers on localhost and 127.0.0.1 at the port given as PORT; `python -m tools.serve 8001` on
every address of the machine, for a container.
"""

import socket
import sys

import uvicorn

from tools.ports import listen, port
from tools.trouble import main


def command() -> None:
    sockets = [socket.create_server(("", int(sys.argv[1])))] if len(sys.argv) == 2 else listen(port())
    config = uvicorn.Config(
        "rse.asgi:application",
        lifespan="off",
        access_log=False,
        # The logging of the settings holds for uvicorn too.
        log_config=None,
        ws_max_size=65536,  # bytes; a page only ever says what it watches
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main(command)
