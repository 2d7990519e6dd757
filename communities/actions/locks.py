from communities.models import Community


def lock_community(community: Community) -> Community:
    """The community as it stands now, held until the transaction ends.

    Whoever moves memberships, roles or settings of one community waits here for the one before, so that rights and
    the number of animators are read as they are. NO KEY: posting into the community must not wait.
    """
    return Community.objects.select_for_update(no_key=True).get(pk=community.pk)
