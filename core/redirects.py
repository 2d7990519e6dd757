"""Where a person goes after an act: back to the page they came from, never out of the service."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def next_address(request: HttpRequest, default: str) -> str:
    """The address that the form names as `next`, where it is ours; `default` otherwise."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else default
