from django.urls import path

from backstay.ui import views

app_name = "ui"
urlpatterns = [
    path("assets/<str:version>/<path:path>", views.asset, name="asset"),
    path("gallery", views.gallery, name="gallery"),
]
