from django.urls import include, path

from backstay.api.endpoints import api
from backstay.project import views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("healthz", views.health, name="health"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("ui/", include("backstay.ui.urls")),
    path("console/", include("backstay.console.urls")),
    path("api/v1/", api.urls),
    path("", include("backstay.portal.urls")),
]
