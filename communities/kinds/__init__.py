"""Who is told what of a community. Each file gives its `KINDS`; these are all of them."""

from communities.kinds import companions, life, membership, moderation, partners, proposal, reach, report, roadmap

KINDS = (
    *companions.KINDS,
    *life.KINDS,
    *membership.KINDS,
    *moderation.KINDS,
    *partners.KINDS,
    *proposal.KINDS,
    *reach.KINDS,
    *report.KINDS,
    *roadmap.KINDS,
)
