"""Faults that no page of ours may have, whatever the test was about."""

import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

_HANDLER = re.compile(r"^on[a-z]+$")
_REFERENCES = frozenset({"for", "aria-labelledby", "aria-describedby", "aria-controls"})


def parse(html: str | bytes) -> BeautifulSoup:
    """The tree of a page or of a fragment."""
    return BeautifulSoup(html, "html.parser")


def faults_of(page: BeautifulSoup) -> list[str]:
    """What is wrong with a page: double ids, labels of nothing, what our Content-Security-Policy would block, …"""
    # Walked once: this is asked of thousands of pages.
    elements = page.find_all(True)
    counts = Counter(str(element["id"]) for element in elements if element.has_attr("id"))
    faults = [f"id {identifier!r} is there {count} times" for identifier, count in counts.items() if count > 1]
    for element in elements:
        faults += _blocked_by_csp(element)
        if page.html is not None:  # a fragment may point into its page
            faults += [f"{attribute} points to nothing" for attribute, to in _references(element) if to not in counts]
        if _posts(element) and not element.find("input", attrs={"name": "csrfmiddlewaretoken"}):
            faults.append(f"form without a CSRF token: {element.get('action')}")
    return faults


def _posts(element: Tag) -> bool:
    return element.name == "form" and str(element.get("method", "")).lower() == "post"


def _references(element: Tag) -> Iterator[tuple[str, str]]:
    """The attributes that name another element of the page, and the id that each names."""
    for attribute in _REFERENCES.intersection(element.attrs):
        value = element[attribute]
        for name in value if isinstance(value, list) else str(value).split():
            yield f"{attribute}={name!r}", name


def _blocked_by_csp(element: Tag) -> Iterator[str]:
    if element.name == "style" or element.has_attr("style"):
        yield f"inline style: {str(element)[:120]}"
    is_data = str(element.get("type", "")) in {"application/json", "application/ld+json"}
    if element.name == "script" and not element.get("src") and not element.get("nonce") and not is_data:
        yield f"inline script without a nonce: {str(element)[:120]}"
    for name in element.attrs:
        if name.startswith("on") and _HANDLER.match(name):
            yield f"inline handler {name}: {str(element)[:120]}"
