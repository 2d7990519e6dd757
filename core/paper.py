"""Documents on paper: PDF/UA-1, which a screen reader reads as well as a printer prints."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError

log = logging.getLogger(__name__)

FOLDER: Final = Path(settings.BASE_DIR) / "templates" / "paper"
SECONDS: Final = 30
PDF: Final = "pdf"


class PaperFailed(BusinessRuleError):
    """The document could not be made."""


def paper(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF that a template of `templates/paper/` makes of `data`: `paper("roadmap.typ", {"title": …})`.

    The data goes over as JSON and stays text, whatever people typed in it; `lang` and `service` are added. A template
    reads it with `#import "sheet.typ": data` and can open nothing outside its folder. The compiler runs in a process
    of its own, bounded in time and memory.

    Raises PaperFailed, in words, where it does not come to an end or refuses: a document without a title, a picture
    without an alternative.
    """
    told = {"lang": translation.get_language() or settings.LANGUAGE_CODE, "service": settings.SERVICE_NAME, **data}
    try:
        done = subprocess.run(  # noqa: S603 - a script of ours, on a template of ours; the data comes in by its input
            [sys.executable, "-I", str(Path(__file__).with_name("typeset.py")), str(FOLDER), template],
            input=json.dumps(told, cls=DjangoJSONEncoder).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except subprocess.CalledProcessError as error:
        log.error("paper: %s failed: %s", template, error.stderr.decode(errors="replace")[-600:])  # noqa: TRY400 - the trace says nothing more
        raise PaperFailed(_("The document could not be made. Nothing was lost; try again.")) from None
    except subprocess.TimeoutExpired:
        log.error("paper: %s did not end within %d s", template, SECONDS)  # noqa: TRY400 - the trace says nothing more
        raise PaperFailed(_("The document takes too long to make. Try again later.")) from None
    return done.stdout


def paper_response(template: str, data: Mapping[str, Any], *, title: str) -> HttpResponse:
    """The same document as a file named after `title` and today. Raises PaperFailed as `paper` does."""
    name = f"{slugify(title) or 'document'}-{timezone.localdate():%Y-%m-%d}.{PDF}"
    return HttpResponse(
        paper(template, data),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )
