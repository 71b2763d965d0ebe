"""Where django-helpdesk hangs in its own process; see helpdesk_site."""

from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls"))]
