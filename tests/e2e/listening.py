"""Hears what a page complains of: errors of scripts, what the Content-Security-Policy blocked, requests to others."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

_TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""
# The browser says it in the console for any answer ≥ 400, expected ones too; answers are judged by their status below.
_EXPECTED = ("Failed to load resource", "Response Status Error Code 422", "Response Status Error Code 409")


class Complaints:
    """What the pages of one context complained of. A test that provokes one takes it out with `forgive`."""

    def __init__(self, context: BrowserContext, host: str) -> None:
        """Listens to every page of `context`; requests to another host than `host` are complaints."""
        self._lines: list[str] = []
        self._host = host
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("page", self._listen)

    def forgive(self, part: str) -> None:
        """Forgets complaints that contain `part`; fails when there is none."""
        kept = [line for line in self._lines if part not in line]
        assert len(kept) < len(self._lines), f"nothing complained of {part!r}: {self._lines}"
        self._lines = kept

    def assert_none(self) -> None:
        """Fails with what was heard since it was last asked."""
        lines, self._lines = self._lines, []
        assert not lines, "\n".join(lines)

    def _listen(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._lines.append(f"script: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("dialog", self._on_dialog)

    def _on_dialog(self, dialog: object) -> None:
        if getattr(dialog, "type", "") != "beforeunload":
            self._lines.append(f"dialog: {getattr(dialog, 'message', '')}")
        dialog.accept()  # type: ignore[attr-defined]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(part in message.text for part in _EXPECTED):
            self._lines.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._host:
            self._lines.append(f"request to {parts.netloc}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._lines.append(f"{response.status}: {response.url}")
