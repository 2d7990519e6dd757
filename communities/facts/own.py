"""The facts that this app knows itself."""

from communities.facts import members, moderation, reports, roadmap

FACTS = {
    "members": members.FACT,
    "roadmap": roadmap.FACT,
    "moderation": moderation.FACT,
    "reports": reports.FACT,
}
