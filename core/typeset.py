"""The compiler of `core/paper.py`, alone in its process: what it takes in time and memory ends with it.

Run as `python -I typeset.py <folder of templates> <template>`; reads the data as JSON, writes the PDF.
"""

import resource
import sys

import typst

MEMORY = 1 << 30  # bytes
SECONDS = 20


def main(folder: str, template: str) -> None:
    """Compiles one document."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    pdf = typst.compile(
        f"{folder}/{template}",
        root=folder,
        sys_inputs={"data": sys.stdin.buffer.read().decode()},
        # The fonts that come with the compiler: a page looks the same wherever it is made.
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
