from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin with our site: administrators only, signed in through the same door as everyone."""

    default_site = "core.admin_site.AdministrationSite"
