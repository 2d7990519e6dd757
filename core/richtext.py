"""Rich text written by people: cleaned on the way in, so that it can be shown as it is stored."""

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

import nh3
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.errors import BusinessRuleError

TAGS: Final = {
    "p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "hr", "a", "img",
}  # fmt: skip
ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"}}
LENGTH_MAX: Final = 100_000

# A parser's time grows with the square of the depth: so many elements are nobody's text.
ELEMENTS_MAX: Final = 3_000

_IMAGE_ADDRESS = re.compile(r"/images/[0-9]+/")
_MARKUP = re.compile(r"<(p|br|ul|ol|h3|h4|blockquote|pre|hr|img|strong|em|a|code)\b", re.IGNORECASE)
_NESTING = re.compile(r"<(?!(?:p|br|li|img|hr)\b)[a-z]", re.IGNORECASE)
_BLOCK_END = re.compile(r"</(?:p|li|h3|h4|blockquote|pre|ul|ol)>|<br ?/?>", re.IGNORECASE)
# Up to the next "<" at most: thousands of them, none closed, would each be read to the end of the text.
_TAG = re.compile(r"<[^<>]*>")
_BARE_AMPERSAND = re.compile(r"&(?!#?[0-9a-z]{1,32};)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")
_BLANK_LINES = re.compile(r"\n{3,}")


class TooLong(BusinessRuleError):
    """Nobody's message is as long as this."""


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _IMAGE_ADDRESS.fullmatch(value) else None
    if tag == "img" and name in {"width", "height"}:
        return value if value.isascii() and value.isdigit() else None
    if tag == "a" and name == "href":
        # "//elsewhere" has no scheme and leads out all the same.
        parts = urlsplit(value)
        if not parts.scheme and parts.netloc:
            return f"https:{value}"
    return value


def sanitise(html: str) -> str:
    """Keeps text, links, lists, quotes, code and our own images; everything else goes. Plain text gets paragraphs.

    Raises TooLong where it would be stored in more than `LENGTH_MAX` characters, before it is read: a bare "&" is
    kept in five, and each costs a parser as much as a word.
    """
    _require_length(len(html) + 4 * len(_BARE_AMPERSAND.findall(html)))
    if len(_NESTING.findall(html)) > ELEMENTS_MAX:
        html = to_text(html)
    if not _MARKUP.search(html):
        html = linebreaks(html.strip(), autoescape=True)
        _require_length(len(html))
        html = urlize(html, autoescape=False)
    clean = nh3.clean(
        html,
        tags=set(TAGS),
        # The star stands for every tag: left out, the library allows `title` and `lang` there.
        attributes={"*": set(), **{tag: set(names) for tag, names in ATTRIBUTES.items()}},
        attribute_filter=_attribute,
        url_schemes={"https", "http", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style"},
    )
    clean = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", clean).strip()
    if is_blank(clean):
        return ""
    # What cannot be sent again from the editor cannot be changed any more.
    _require_length(len(clean))
    # Text that lost all its markup keeps a paragraph: read again as plain, it would be escaped a second time.
    return clean if _MARKUP.search(clean) else f"<p>{clean}</p>"


def _require_length(length: int) -> None:
    if length > LENGTH_MAX:
        raise TooLong(_("This text is too long to be published. Share it as a document."))


def as_html(clean: str) -> SafeString:
    """Marks stored text as what may be shown; only for what came through `sanitise`."""
    return mark_safe(clean)  # noqa: S308


def is_marked_up(html: str) -> bool:
    """Whether a text came from the editor or from storage, and not as plain words."""
    return bool(_MARKUP.search(html))


def to_text(html: str) -> str:
    """The words alone, a line a block."""
    lines = _BLOCK_END.sub("\n", html)
    text = _unescape(_TAG.sub("", lines)).replace("\xa0", " ")
    return _BLANK_LINES.sub("\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))).strip()


def _unescape(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:
        # The number of a character longer than Python reads: there is no such character.
        return text


def excerpt(html: str, length: int = 240) -> str:
    """The first words on one line, cut between words with an ellipsis beyond `length` characters."""
    text = " ".join(to_text(html).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def image_ids(html: str) -> set[int]:
    """The ids of the images that a clean text shows."""
    return {int(number) for number in re.findall(r'src="/images/([0-9]+)/"', html)}


def is_blank(html: str) -> bool:
    """Whether there is neither a word nor an image."""
    return not to_text(html) and "<img" not in html
