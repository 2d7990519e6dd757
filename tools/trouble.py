"""Says in one line why a command could not go on, where the cause is one that we know."""

import re
import sys
from collections.abc import Callable

_CAUSES = (
    (
        r"No space left on device|disk is full|Disk quota exceeded|os error 28",
        "The disk is full: make room (about 1 GB), then start again.",
    ),
    (
        r"error sending request|dns error|Failed to fetch|NewConnectionError|name resolution|Network is unreachable"
        r"|Connection refused.*simple|Max retries exceeded|No matching distribution found for uv|operation timed out",
        "The package registry does not answer: check the network, HTTPS_PROXY or PIP_INDEX_URL.",
    ),
    (r"Permission denied|Read-only file system|readonly database", "This folder may not be written to: {line}"),
    (r"Address already in use", "This port is taken: choose another one, for example PORT=8123 make run."),
)


class Trouble(Exception):
    """A command cannot go on; the message is the one line that its user reads."""


def explain(output: str) -> str | None:
    """The line to show for a failed command whose output is `output`, or None where the cause is unknown."""
    for pattern, sentence in _CAUSES:
        if found := re.search(pattern, output):
            line = output[output.rfind("\n", 0, found.start()) + 1 :].splitlines()[0].strip()
            return sentence.format(line=line)
    return None


def main(command: Callable[[], int | None]) -> None:
    """Runs `command` and exits with its code; trouble is told in one line, without a traceback."""
    try:
        sys.exit(command())
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
        sys.exit(1)
    except OSError as error:
        sentence = explain(f"{error.strerror}: {error.filename}")
        if sentence is None:
            raise
        print(sentence, file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
