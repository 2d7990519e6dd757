"""Pictures for tests."""

import io

from PIL import Image


def picture(side: int = 8) -> io.BytesIO:
    """A small picture, as a browser sends one."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "PNG")
    out.seek(0)
    return out
