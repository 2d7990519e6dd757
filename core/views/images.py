from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.actions.images import upload_image
from core.errors import BusinessRuleError
from core.forms import ImageForm
from core.models import Image


@require_GET
def image_show(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture, for whoever sees what it illustrates; 404 for everybody else."""
    return send_image(get_object_or_404(Image.objects.visible_to(request.user), pk=pk))


def send_image(image: Image) -> HttpResponseBase:
    """The picture itself, for whoever was found to see it."""
    response = FileResponse(image.file.open("rb"), content_type=image.content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # The browser keeps it an hour; an hour after leaving a community its pictures are asked for again and refused.
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@require_POST
def image_upload(request: HttpRequest) -> HttpResponse:
    """Takes a picture pasted or dropped in a text; it is loose until the text that shows it is saved."""
    form = ImageForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": _("Choose a picture to send.")}, status=422)
    file = form.cleaned_data["file"]
    try:
        image = upload_image(actor=request.user, file=file, size=file.size)
    except BusinessRuleError as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({"id": image.pk, "url": image.get_absolute_url(), "width": image.width, "height": image.height})
