"""Faults that no page of ours may have, whatever the test was about."""

import re
from collections import Counter

from bs4 import BeautifulSoup

_HANDLER = re.compile(r"^on[a-z]+$")


def parse(html: str | bytes) -> BeautifulSoup:
    """The tree of a page or of a fragment."""
    return BeautifulSoup(html, "html.parser")


def faults_of(page: BeautifulSoup) -> list[str]:
    """What is wrong with a page: double ids, labels of nothing, what our Content-Security-Policy would block, …"""
    return [*_double_ids(page), *_dangling_references(page), *_blocked_by_csp(page), *_unsafe_forms(page)]


def _double_ids(page: BeautifulSoup) -> list[str]:
    counts = Counter(str(element["id"]) for element in page.select("[id]"))
    return [f"id {identifier!r} is there {count} times" for identifier, count in counts.items() if count > 1]


def _dangling_references(page: BeautifulSoup) -> list[str]:
    if page.html is None:  # a fragment may point into its page
        return []
    identifiers = {str(element["id"]) for element in page.select("[id]")}
    faults = []
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for element in page.select(f"[{attribute}]"):
            value = element[attribute]
            names = value if isinstance(value, list) else str(value).split()
            faults += [f"{attribute}={name!r} points to nothing" for name in names if name not in identifiers]
    return faults


def _blocked_by_csp(page: BeautifulSoup) -> list[str]:
    faults = [f"inline style: {str(element)[:120]}" for element in page.select("[style], style")]
    for script in page.select("script"):
        is_data = str(script.get("type", "")) in {"application/json", "application/ld+json"}
        if not script.get("src") and not script.get("nonce") and not is_data:
            faults.append(f"inline script without a nonce: {str(script)[:120]}")
    for element in page.find_all(True):
        faults += [f"inline handler {name}: {str(element)[:120]}" for name in element.attrs if _HANDLER.match(name)]
    return faults


def _unsafe_forms(page: BeautifulSoup) -> list[str]:
    return [
        f"form without a CSRF token: {form.get('action')}"
        for form in page.select("form[method=post i]")
        if not form.select_one("input[name=csrfmiddlewaretoken]")
    ]
