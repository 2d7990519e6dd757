"""The facts that this app knows itself."""

from communities.facts import members, reports, roadmap

FACTS = {"members": members.FACT, "roadmap": roadmap.FACT, "reports": reports.FACT}
