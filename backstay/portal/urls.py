from django.urls import path

from backstay.portal.views import cases

app_name = "portal"
urlpatterns = [
    path("cases", cases.listing, name="cases"),
    path("cases/new", cases.new, name="new_case"),
    path("cases/<int:number>", cases.show, name="case"),
    path("plans", cases.plans, name="plans"),
]
