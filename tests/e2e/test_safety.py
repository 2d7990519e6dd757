"""What somebody writes does nothing in the browser of who reads it. TRUST rows 3, 6, 32."""

from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from tests.e2e.doing import SECONDS_LIVE, TELEWORK, answer, publish

Open = Callable[..., Page]

PAYLOADS = (
    "<script>window.attacked=1</script>",
    "<img src=x onerror='window.attacked=1'>",
    "<svg onload='window.attacked=1'><animate onbegin='window.attacked=1' attributeName=x dur=1s></svg>",
    "<a href='javascript:window.attacked=1' id='trap'>lien</a>",
    "<a href=' java&#10;script:window.attacked=1'>lien</a>",
    "<iframe srcdoc='<script>parent.attacked=1</script>'></iframe>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=window.attacked=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=window.attacked=1>'></noscript>",
    "<img src='data:image/svg+xml,<svg onload=window.attacked=1>'>",
    "<img src='//tracker.example/pixel.png'><img src='https://tracker.example/pixel.png'>",
    "<link rel=stylesheet href='//tracker.example/a.css'><style>@import '//tracker.example/b.css'</style>",
    "<form action='/accounts/logout/' method=post><button autofocus>ok</button></form>",
    "<input name='csrfmiddlewaretoken' id='csrfmiddlewaretoken' value='x'>",
    "<meta http-equiv=refresh content='0;url=/accounts/logout/'><base href='//tracker.example/'>",
    "<div hx-get='/attack/a' hx-trigger='load'>a</div><p data-hx-post='/attack/b' data-hx-trigger='load'>b</p>",
    "<p hx-trigger='load' hx-delete='/attack/c'>c</p><p hx-on::load='window.attacked=1'>d</p>",
    "<p hx-ext='sse' sse-connect='/attack/d'>e</p><p hx-get='/attack/e' hx-trigger='revealed'>f</p>",
    "<p data-rse-watch='*' data-rse-fetch='/attack/f' id='news' data-rse-toast data-rse-copy='x'>g</p>",
)

# What is left in a written text of what only the page itself may hold.
_LEFTOVERS = """[...document.querySelectorAll(".rich-text *")].filter((element) =>
    element.matches("script, style, link, iframe, object, embed, svg, math, base, meta, form, input, button, noscript")
    || [...element.attributes].some(({ name }) => /^(on|hx-|data-|sse-|id$|style$|srcdoc$)/.test(name))
    || /^\\s*(javascript|data):|script:|^\\/\\/|tracker/i.test(element.getAttribute("src") ?? "")
    || /^\\s*(javascript|data):|script:/i.test(element.getAttribute("href") ?? ""),
).map((element) => element.outerHTML)"""


def test_what_is_written_sends_nothing_runs_nothing_and_takes_nothing_over(page_as: Open) -> None:
    page = page_as("animateur")
    page.goto(f"/communities/{TELEWORK}/posts/new/")
    form: dict[str, str | float | bool] = {
        "csrfmiddlewaretoken": page.locator("#compose input[name=csrfmiddlewaretoken]").input_value(),
        "kind": "message",
        "title": "\"><img src=x onerror='window.attacked=1'>",
        "body": "<p>Bonjour à tous</p>" + "".join(PAYLOADS),
    }
    sent = page.request.post(
        f"/communities/{TELEWORK}/posts/new/", form=form, headers={"Referer": page.url}, max_redirects=0
    )
    assert sent.status == 302, sent.status
    address = sent.headers["location"]

    requests: list[Request] = []
    page.context.on("request", lambda request: requests.append(request))
    # A page that listens to nobody yet, then one that does: in the feed and on the page of the post.
    for path in (f"/communities/{TELEWORK}/", address, f"{address}history/", "/"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator("main")).to_contain_text("Bonjour à tous")
        assert page.evaluate("window.attacked") is None
        assert page.evaluate(_LEFTOVERS) == []
    attacks = [request.url for request in requests if "attack" in request.url or "logout" in request.url]
    assert not attacks
    # Requests to other hosts, dialogs, errors and violations of the policy fail at the end: see Complaints.


def test_whoever_is_removed_sees_it_at_once_and_hears_no_more(page_as: Open) -> None:
    removed, team = page_as("ambassadrice"), page_as("cheffe")
    heard: list[str] = []
    removed.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    address = publish(removed, "partenaires-de-l-accueil", "Qui vient jeudi ?", "À Lille.")
    removed.wait_for_load_state("networkidle")
    removed.evaluate("window.isSamePage = true")
    team.goto("/communities/partenaires-de-l-accueil/members/")
    team.locator("#member-q").fill("delcourt")
    row = team.locator("li.member", has_text="Amélie Delcourt")
    team.wait_for_url("**q=delcourt**")
    row.locator("details.menu summary").first.click()
    row.locator("form[action$='/remove/'] button").click()
    expect(team.locator("#toasts .toast")).to_be_visible()

    expect(removed.locator("main .notice--amber")).to_be_visible(timeout=SECONDS_LIVE * 1000)
    heard.clear()
    team.goto(address)
    answer(team, "Un mot entre nous.")
    expect(team.locator("#comments article", has_text="Un mot entre nous.")).to_have_count(1)
    team.wait_for_timeout(1500)
    expect(removed.locator("main")).not_to_contain_text("Un mot entre nous.")
    assert not [frame for frame in heard if "comment." in frame or "post." in frame]
    assert removed.evaluate("window.isSamePage")
    refused = removed.goto(address)
    assert refused is not None
    assert refused.status == 404
