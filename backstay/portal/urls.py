from django.urls import path

from backstay.portal.views import (
    account,
    cases,
    changes,
    devices,
    escalation,
    listing,
    opening,
    plans,
    workflow,
)

app_name = "portal"
urlpatterns = [
    path("plans", plans.plans, name="plans"),
    path("plans/advisor", plans.advisor, name="advisor"),
    path("workflow", workflow.workflow, name="workflow"),
    path("cases", listing.listing, name="cases"),
    path("cases/new", opening.new_case, name="new_case"),
    path("cases/<int:number>", cases.show, name="case"),
    path("cases/<int:number>/files/<int:attachment_id>", cases.download, name="download"),
    path("cases/<int:number>/severity", changes.severity, name="severity"),
    path("cases/<int:number>/close", changes.close, name="close"),
    path("cases/<int:number>/reopen", changes.reopen, name="reopen"),
    path("cases/<int:number>/more-time", changes.more_time, name="more_time"),
    path("cases/<int:number>/participants", changes.participants, name="participants"),
    path("cases/<int:number>/escalate", escalation.escalate, name="escalate"),
    path(
        "cases/<int:number>/escalations/<int:request_id>/withdraw",
        escalation.withdraw,
        name="withdraw_escalation",
    ),
    path("escalation", escalation.escalation, name="escalation"),
    path("devices", devices.devices, name="devices"),
    path("account", account.account, name="account"),
    path("account/tokens", account.new_token, name="new_token"),
    path("account/tokens/<int:token_id>/revoke", account.revoke_token, name="revoke_token"),
]
