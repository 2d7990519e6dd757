from django.urls import path

from core.views import drafts, images, outbox, parameters
from core.views.health import health

app_name = "core"

urlpatterns = [
    path("drafts/", drafts.draft_list, name="draft_list"),
    path("drafts/save/", drafts.draft_save, name="draft_save"),
    path("drafts/show/", drafts.draft_show, name="draft_show"),
    path("drafts/<int:pk>/delete/", drafts.draft_delete, name="draft_delete"),
    path("images/", images.image_upload, name="image_upload"),
    path("images/<int:pk>/", images.image_show, name="image_show"),
    path("administration/settings/", parameters.parameter_form, name="parameter_form"),
    path("dev/outbox/", outbox.outbox, name="outbox"),
    path("dev/outbox/<int:pk>/", outbox.outbox_mail, name="outbox_mail"),
    path("healthz", health, name="health"),
]
