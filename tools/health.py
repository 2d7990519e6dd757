"""Asks a process of the product in the same container whether it is well: `python -m tools.health 8000`."""

import os
import sys
import urllib.request

from tools.trouble import Trouble, main


def command() -> None:
    number = sys.argv[1] if len(sys.argv) == 2 else "8000"
    # The product answers to its public names only.
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip()
    request = urllib.request.Request(f"http://127.0.0.1:{number}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:
            print(answer.read().decode())
    except OSError as error:
        raise Trouble(f"Not well: {error}") from None


if __name__ == "__main__":
    main(command)
