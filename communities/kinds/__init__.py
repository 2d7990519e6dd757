"""Who is told what of a community. Each file gives its `KINDS`; these are all of them."""

from communities.kinds import life, membership, moderation, partners, report, roadmap

KINDS = (
    *life.KINDS,
    *membership.KINDS,
    *moderation.KINDS,
    *partners.KINDS,
    *report.KINDS,
    *roadmap.KINDS,
)
