from django.urls import path

from backstay.portal.views import account, cases, changes, devices, listing, opening, plans

app_name = "portal"
urlpatterns = [
    path("plans", plans.plans, name="plans"),
    path("plans/advisor", plans.advisor, name="advisor"),
    path("cases", listing.listing, name="cases"),
    path("cases/new", opening.new_case, name="new_case"),
    path("cases/<int:number>", cases.show, name="case"),
    path("cases/<int:number>/files/<int:attachment_id>", cases.download, name="download"),
    path("cases/<int:number>/severity", changes.severity, name="severity"),
    path("cases/<int:number>/close", changes.close, name="close"),
    path("cases/<int:number>/reopen", changes.reopen, name="reopen"),
    path("cases/<int:number>/participants", changes.participants, name="participants"),
    path("devices", devices.devices, name="devices"),
    path("account", account.account, name="account"),
    path("account/tokens", account.new_token, name="new_token"),
    path("account/tokens/<int:token_id>/revoke", account.revoke_token, name="revoke_token"),
]
