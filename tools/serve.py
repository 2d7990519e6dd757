"""One process for pages and sockets, answering on localhost and 127.0.0.1 at the port given as PORT."""

import uvicorn

from tools.ports import listen, port
from tools.trouble import main


def command() -> None:
    sockets = listen(port())
    config = uvicorn.Config(
        "rse.asgi:application",
        lifespan="off",
        access_log=False,
        log_config=None,
        ws_max_size=65536,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run(sockets=sockets)


if __name__ == "__main__":
    main(command)
