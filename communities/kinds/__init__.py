"""Who is told what of a community. Each file gives its `KINDS`; these are all of them."""

from communities.kinds import life, membership, moderation, report, roadmap

KINDS = (*membership.KINDS, *moderation.KINDS, *report.KINDS, *life.KINDS, *roadmap.KINDS)
