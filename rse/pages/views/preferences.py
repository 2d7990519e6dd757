"""Theme and language, chosen in the person's menu; both work without a script."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from django.contrib.auth.decorators import login_not_required

from accounts.actions.profile import set_language
from rse.pages.shell import THEMES

A_YEAR = 365 * 24 * 3600
