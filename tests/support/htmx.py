"""What htmx would do with an answer, so that a test compares the page after a click with the page loaded afresh."""

import copy
import json
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client

from tests.support.pages import parse

_METHODS = ("get", "post", "put", "patch", "delete")
_SWAPPED_ERRORS = {422}


def trigger(client: Client, page: BeautifulSoup, selector: str, values: dict[str, Any] | None = None) -> Any:
    """Activates the element found by `selector` and swaps the answer into `page`, which changes; gives the response.

    The values of the form around it are sent too, and `values` over them. Raises AssertionError when the element is
    not there, or is not htmx's.
    """
    element = page.select_one(selector)
    assert element is not None, f"{selector} is not on the page"
    method = next((name for name in _METHODS if element.has_attr(f"hx-{name}")), None)
    assert method is not None, f"{selector} has no hx-get, hx-post, …"
    data = {**_form_values(element), **json.loads(str(element.get("hx-vals", "{}"))), **(values or {})}
    target = _target(page, element)
    headers = {"HX-Request": "true", "HX-Target": str(target.get("id", ""))}
    response = getattr(client, method)(str(element[f"hx-{method}"]) or "", data, headers=headers)
    if response.status_code < 400 or response.status_code in _SWAPPED_ERRORS:
        swap(page, response, target, _inherited(element, "hx-swap") or "innerHTML", _inherited(element, "hx-select"))
    return response


def swap(page: BeautifulSoup, response: Any, target: Tag, how: str, select: str | None = None) -> None:
    """Puts the answer into `page`: its main part at `target`, and each part out of band at its own place."""
    if response.status_code == 204 or response.headers.get("HX-Redirect") or response.headers.get("HX-Refresh"):
        return
    if other := response.headers.get("HX-Retarget"):
        found = page.select_one(other)
        assert found is not None, f"HX-Retarget {other} is not on the page"
        target = found
    how = (response.headers.get("HX-Reswap") or how).split()[0]
    answer = parse(response.content)
    for part in answer.select("[hx-swap-oob]"):
        _out_of_band(page, part.extract())
    main = answer.select(select) if select else list(answer.contents)
    _place(target, how, [copy.copy(node) for node in main])


def _place(target: Tag, how: str, nodes: list[Any]) -> None:
    if how == "innerHTML":
        target.clear()
        target.extend(nodes)
    elif how == "outerHTML":
        target.replace_with(*nodes)
    elif how == "beforebegin":
        target.insert_before(*nodes)
    elif how == "afterend":
        target.insert_after(*nodes)
    elif how == "beforeend":
        target.extend(nodes)
    elif how == "afterbegin":
        for node in reversed(nodes):
            target.insert(0, node)
    elif how == "delete":
        target.decompose()
    else:
        assert how == "none", f"unknown hx-swap {how!r}"


def _out_of_band(page: BeautifulSoup, part: Tag) -> None:
    order = str(part["hx-swap-oob"])
    del part["hx-swap-oob"]
    how, _, selector = order.partition(":")
    target = page.select_one(selector or f"#{part.get('id')}")
    if target is None:  # htmx ignores it too
        return
    if how in {"true", "outerHTML"}:
        target.replace_with(part)
    else:
        _place(target, how, list(part.contents))


def _inherited(element: Tag, name: str) -> str | None:
    for node in (element, *element.parents):
        if node.has_attr(name):
            return str(node[name])
    return None


def _target(page: BeautifulSoup, element: Tag) -> Tag:
    for node in (element, *element.parents):
        if not node.has_attr("hx-target"):
            continue
        selector = str(node["hx-target"])
        word, _, rest = selector.partition(" ")
        if selector == "this":
            found: Tag | None = node
        elif word == "closest":
            found = next((outer for outer in (element, *element.parents) if outer.css.match(rest)), None)
        elif word == "find":
            found = element.select_one(rest)
        elif word == "next":
            found = element.find_next(lambda tag, rest=rest: bool(tag.css.match(rest)))
        else:
            found = page.select_one(selector)
        assert found is not None, f"hx-target {selector!r} is not on the page"
        return found
    return element


def _form_values(element: Tag) -> dict[str, Any]:
    form = element if element.name == "form" else element.find_parent("form")
    if form is None or (element.name != "form" and element.has_attr("hx-get")):
        return {}
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(field["name"]), str(field.get("type", ""))
        if kind in {"submit", "button", "file"} or (kind in {"checkbox", "radio"} and not field.has_attr("checked")):
            continue
        if field.name == "select":
            chosen = [str(option.get("value", option.text)) for option in field.select("option[selected]")]
            first = field.select_one("option")
            values[name] = chosen or ([str(first.get("value", first.text))] if first else [])
        else:
            values[name] = field.text if field.name == "textarea" else str(field.get("value", ""))
    if element.name == "button" and element.get("name"):
        values[str(element["name"])] = str(element.get("value", ""))
    return values


def path_of(url: str) -> str:
    """The path of an address, for comparing where one was sent."""
    return urlsplit(url).path
