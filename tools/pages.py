"""Every page of the product that a person looks at, for pictures and for tests in a browser."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page


@dataclass(frozen=True)
class Screen:
    """A page of the demo administration: its name, who looks (nobody: not signed in), and where.

    Where an address is not known beforehand, `follow` finds it: from `path`, the first link that matches, and so on.
    """

    name: str
    person: str
    path: str
    follow: tuple[str, ...] = ()

    def open(self, page: Page) -> None:
        """Goes there; raises AssertionError when it does not answer 200."""
        answer = page.goto(self.path)
        for selector in self.follow:
            link = page.locator(selector).first.get_attribute("href")
            assert link, f"{self.name}: {selector} leads nowhere"
            answer = page.goto(urlsplit(link)._replace(fragment="").geturl())
        assert answer is not None
        assert answer.status == 200, f"{self.name}: {answer.status}"
        page.wait_for_load_state("networkidle")


TELEWORK = "/communities/teletravail/"
PURCHASES = "/communities/achats-durables/"
POST = "main a[href^='/posts/']"
# The menu of a card is fetched when it opens; that of the post's own page is there.
OWN_POST = "article:has(.who a[href='/people/claire-bonnet/']) h2 a"
EDITED_POST = "article:has(.who__facts:has-text('modifi')) h2 a"
CASE = "main a[href^='/cases/']"
PERSON = "main a[href^='/people/']:not([href*='?'])"

SCREENS = (
    Screen("signin", "", "/accounts/login/"),
    Screen("first-sign-in", "", "/accounts/first/"),
    Screen("reset", "", "/accounts/password/reset/"),
    Screen("home", "agent", "/"),
    Screen("home-external", "partenaire", "/"),
    Screen("community", "agent", TELEWORK),
    Screen("community-about", "agent", f"{TELEWORK}about/"),
    Screen("community-members", "animateur", f"{PURCHASES}members/"),
    Screen("charter", "agent", f"{PURCHASES}charter/"),
    Screen("charter-edit", "animateur", f"{PURCHASES}charter/edit/"),
    Screen("moderation", "animateur", f"{PURCHASES}moderation/"),
    Screen("case", "animateur", f"{PURCHASES}moderation/", (CASE,)),
    Screen("case-decided", "animateur", f"{PURCHASES}moderation/?state=decided", (CASE,)),
    Screen("moderation-everywhere", "gestionnaire", "/moderation/"),
    Screen("case-contested", "gestionnaire", "/moderation/?state=contested", (CASE,)),
    Screen("report", "agent", f"{TELEWORK}questions/", (POST, "a[href^='/reports/feed.post/']")),
    Screen("community-settings", "animateur", f"{PURCHASES}settings/"),
    Screen("community-questions", "agent", f"{TELEWORK}questions/"),
    Screen("community-deletions", "animateur", f"{PURCHASES}deletions/"),
    Screen("community-dashboard", "animateur", f"{PURCHASES}dashboard/"),
    Screen("community-reports", "animateur", f"{PURCHASES}reports/"),
    Screen("community-report", "sponsor", f"{PURCHASES}reports/", ("main h3 a[href*='/reports/']",)),
    Screen("roadmap", "agent", f"{TELEWORK}roadmap/"),
    Screen("roadmap-animator", "animateur", f"{PURCHASES}roadmap/"),
    Screen("roadmap-milestone", "animateur", f"{PURCHASES}roadmap/", ("a.menu__item[href*='/milestones/']",)),
    Screen("roadmap-objective", "animateur", f"{PURCHASES}roadmap/objectives/new/"),
    Screen("roadmap-history", "animateur", f"{PURCHASES}roadmap/history/"),
    Screen("roadmap-none", "agent", "/communities/chorale-du-ministere/roadmap/"),
    Screen("calendar", "agent", "/calendar/"),
    Screen("community-on-request", "agent", "/communities/donnees-personnelles/"),
    Screen("community-invited", "agent", "/communities/facilitateurs-de-reunions/"),
    Screen("communities", "agent", "/communities/"),
    Screen("community-new", "gestionnaire", "/communities/new/direct/"),
    Screen("proposal-new", "agent", "/communities/new/"),
    Screen("proposal-audience", "agent", "/communities/new/audience/"),
    Screen("proposal-team", "agent", "/communities/new/team/"),
    Screen("proposal-roadmap", "agent", "/communities/new/roadmap/"),
    Screen("proposal-sending", "agent", "/communities/new/sending/"),
    Screen("validations", "sponsor", "/validations/"),
    Screen("validation", "sponsor", "/validations/", ("main a[href^='/proposals/']",)),
    Screen("proposal-check", "gestionnaire", "/validations/", ("main a[href^='/proposals/']",)),
    Screen("deputies", "sponsor", "/people/me/deputies/"),
    Screen("question", "agent", f"{TELEWORK}questions/", (POST,)),
    Screen("post-new", "agent", f"{TELEWORK}posts/new/"),
    Screen("post-edit", "agent", TELEWORK, (OWN_POST, "a[href^='/posts/'][href$='/edit/']")),
    Screen("history", "gestionnaire", "/communities/facilitateurs-de-reunions/", (EDITED_POST, "a[href$='/history/']")),
    Screen("directory", "agent", "/people/"),
    Screen("profile", "agent", "/people/", (PERSON,)),
    Screen("profile-edit", "agent", "/people/me/edit/"),
    Screen("unit", "agent", "/people/", (PERSON, "main a[href^='/units/']")),
    Screen("search", "agent", "/search/?q=teletravail"),
    Screen("notifications", "agent", "/notifications/"),
    Screen("drafts", "agent", "/drafts/"),
    Screen("deletions", "agent", "/deletions/"),
    Screen("invitations", "ambassadrice", "/invitations/"),
    Screen("invitation-new", "ambassadrice", "/invitations/new/"),
    Screen("roles", "admin", "/administration/roles/"),
    Screen("publish", "agent", "/publish/"),
    Screen("sessions", "agent", "/accounts/sessions/"),
    Screen("security", "agent", "/accounts/2fa/"),
    Screen("outbox", "admin", "/dev/outbox/"),
    Screen("help", "", "/legal/help/"),
    Screen("accessibility", "", "/legal/accessibility/"),
    Screen("personal-data", "", "/legal/personal-data/"),
    Screen("contact", "", "/legal/contact/"),
)

# The pages that docs/ shows and that the design is judged by.
PICTURES = ("home", "community", "question", "communities", "directory", "signin")
