"""Rich text: what people write is kept, what would act on a reader is not."""

from __future__ import annotations

import contextlib
import time

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from core import richtext

PAYLOADS = [
    "<p>a</p><script>alert(1)</script>",
    "<p><img src=x onerror=alert(1)></p>",
    "<p><svg onload=alert(1)></p>",
    '<p><a href="javascript:alert(1)">a</a></p>',
    '<p><a href="JaVaScRiPt&#58;alert(1)">a</a></p>',
    '<p><a href=" &#14; javascript:alert(1)">a</a></p>',
    '<p><a href="data:text/html,<script>alert(1)</script>">a</a></p>',
    '<p><a href="vbscript:msgbox(1)">a</a></p>',
    '<p><img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4="></p>',
    '<p><img src="https://elsewhere.example/pixel.gif"></p>',
    '<p><img src="//elsewhere.example/pixel.gif"></p>',
    '<p><img src="/images/1/../../accounts/logout/"></p>',
    '<p><img src="/images/1/" srcset="https://elsewhere.example/a 2x" onload="alert(1)"></p>',
    '<p hx-get="/posts/1/delete/" hx-trigger="load">a</p>',
    '<p data-hx-post="/posts/1/delete/" data-hx-trigger="load">a</p>',
    '<p><a href="#" hx-on:click="alert(1)" hx-vals="js:{a:alert(1)}">a</a></p>',
    '<p id="csrfmiddlewaretoken" name="csrfmiddlewaretoken" class="toast" data-rse-draft="x" data-rse-copy="/">a</p>',
    '<form action="https://elsewhere.example"><p><input name="password"><button>ok</button></p></form>',
    '<p><iframe src="https://elsewhere.example"></iframe><object data="x"></object><embed src="x"></p>',
    '<p style="position:fixed;inset:0">a</p><style>body{display:none}</style>',
    '<meta http-equiv="refresh" content="0;url=//elsewhere.example"><base href="//elsewhere.example"><p>a</p>',
    '<link rel="stylesheet" href="//elsewhere.example/a.css"><p>a</p>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">a</noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<p><textarea></p><img src=x onerror=alert(1)></textarea>",
    "<p><!--><img src=x onerror=alert(1)>--></p>",
    '<p><a href="https://a.example" target="_blank" rel="opener" onclick="alert(1)">a</a></p>',
    "<template><p><script>alert(1)</script></p></template><p>a</p>",
    '<p><a href="/ok/" ping="https://elsewhere.example">a</a></p>',
]


def faults(html: str) -> list[str]:
    """What in a cleaned text could act on whoever reads it."""
    found = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        allowed = richtext.ATTRIBUTES.get(element.name, set()) | ({"rel"} if element.name == "a" else set())
        if element.name not in richtext.TAGS:
            found.append(element.name)
        found += [f"{element.name}[{name}]" for name in element.attrs if name not in allowed]
        if element.name == "img" and not str(element.get("src", "")).startswith("/images/"):
            found.append(str(element))
        href = str(element.get("href", "")).strip().lower()
        scheme = href.split(":")[0] if ":" in href.split("/")[0] else ""
        if scheme not in {"", "http", "https", "mailto", "tel"}:
            found.append(href)
    return found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_that_acts_comes_through(payload: str) -> None:
    clean = richtext.sanitise(payload)
    assert not faults(clean), clean
    assert richtext.sanitise(clean) == clean


@example("<i", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">a</noscript>')
@given(st.text(alphabet="<>\"'=/ aipm:&;#!-\n", max_size=200), st.sampled_from(PAYLOADS))
def test_nothing_that_acts_comes_through_whatever_stands_around(noise: str, payload: str) -> None:
    clean = richtext.sanitise(noise + payload + noise)
    assert not faults(clean), clean
    assert richtext.sanitise(clean) == clean


def test_what_people_write_is_kept() -> None:
    text = (
        '<p>Bonjour <strong>à tous</strong>, <em>voici</em> <a href="https://example.org/a?b=1&amp;c=2" '
        'rel="noopener noreferrer nofollow">la note</a></p><ul><li>un</li></ul><ol start="3"><li>trois</li></ol>'
        "<blockquote><p>cité</p></blockquote><pre><code>a &lt; b</code></pre>"
        '<img src="/images/12/" alt="Vue" width="800" height="600">'
    )
    assert richtext.sanitise(text) == text


def test_plain_text_gets_paragraphs_and_links() -> None:
    clean = richtext.sanitise("Bonjour,\n\nvoir https://example.org & <ceci>\nmerci")
    assert clean.startswith("<p>Bonjour,</p>")
    assert 'href="https://example.org"' in clean
    assert "&amp; &lt;ceci&gt;<br>merci" in clean


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("//elsewhere.example/a", "https://elsewhere.example/a"),
        ("/posts/12/", "/posts/12/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_a_link_without_a_scheme_that_leads_out_says_so(href: str, expected: str) -> None:
    clean = richtext.sanitise(f'<p><a href="{href}">a</a></p>')
    assert f'href="{expected}"' in clean
    assert "nofollow" in clean


def test_a_text_too_long_is_refused() -> None:
    with pytest.raises(richtext.TooLong, match="long"):
        richtext.sanitise("a" * (richtext.LENGTH_MAX + 1))


@pytest.mark.parametrize("text", ["&" * 50_000, "a&" * 50_000, "<p>" + "a&" * 40_000, "&lt" * 33_000])
def test_a_text_that_would_be_kept_too_long_is_refused_before_it_is_read(text: str, monkeypatch) -> None:
    monkeypatch.setattr(richtext.nh3, "clean", lambda *args, **options: pytest.fail("it was read"))
    with pytest.raises(richtext.TooLong):
        richtext.sanitise(text)


def test_what_is_kept_may_be_sent_again() -> None:
    for piece in ("a & b ", "<p>a &amp; b</p>", "un mot < un autre ", "http://a.fr/?a=1&b=2 ", "a\n\n"):
        clean = richtext.sanitise(piece * 800)
        assert len(clean) <= richtext.LENGTH_MAX
        assert richtext.sanitise(clean) == clean


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<p>",
        "<b><i>",
        "</p>",
        "&",
        "&#",
        "a&",
        "&amp;",
        "[",
        "*a_",
        "`",
        "<a href='",
        "<!--",
        "<li><ul>",
        "<blockquote>",
        "<p><em>",
        "http://a.",
        "a@",
        "www.a.b(",
        "\n\n",
        "<img src=/images/1/",
        "<table><tr><td>",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * richtext.LENGTH_MAX)[: richtext.LENGTH_MAX]
    begun = time.process_time()
    with contextlib.suppress(richtext.TooLong):
        clean = richtext.sanitise(text)
        richtext.excerpt(clean)
        richtext.image_ids(clean)
    assert time.process_time() - begun < 1


def test_words_are_drawn_out_of_the_markup() -> None:
    html = '<p>Un&nbsp;mot</p><ul><li>a</li><li>b</li></ul><img src="/images/3/" alt="">'
    assert richtext.to_text(html) == "Un mot\na\nb"
    assert richtext.excerpt("<p>" + "mot " * 100 + "</p>", 20).endswith("mot…")
    assert richtext.image_ids(html) == {3}
    assert not richtext.is_blank(html)
    assert richtext.is_blank("<p> </p><br>")


@pytest.mark.parametrize("text", ["<" * 100_000, "<a" * 50_000, "<br " * 25_000, "<p>x" + "<a <" * 24_000])
def test_a_text_of_tags_that_never_close_is_read_in_the_time_of_any_other(text: str) -> None:
    begun = time.process_time()
    richtext.excerpt(text * 2)
    with contextlib.suppress(richtext.TooLong):
        richtext.sanitise(text)
    assert time.process_time() - begun < 1


def test_a_character_whose_number_is_longer_than_python_reads_stays_as_it_was_typed() -> None:
    assert richtext.to_text("&#" + "9" * 5000 + ";").startswith("&#999")
