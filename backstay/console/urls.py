from django.urls import path

from backstay.console.views import bulk, cases, changing, customers, logging, queue, saved, settings, writing
from backstay.console.views.changing import view_of

app_name = "console"
urlpatterns = [
    path("", queue.show, name="queue"),
    path("bulk", bulk.change, name="bulk"),
    path("views", saved.views, name="views"),
    path("views/<int:view_id>", saved.change, name="view"),
    path("cases/new", logging.new, name="new_case"),
    path("cases/<int:number>", cases.show, name="case"),
    path("cases/<int:number>/history", cases.history, name="history"),
    path("cases/<int:number>/attachments/<int:attachment_id>", cases.attachment, name="attachment"),
    path("cases/<int:number>/reply", writing.reply, name="reply"),
    path("cases/<int:number>/note", writing.note, name="note"),
    path("cases/<int:number>/draft", writing.draft, name="draft"),
    path("cases/<int:number>/presence", writing.presence, name="presence"),
    path("cases/<int:number>/severity", view_of(changing.SEVERITY), name="severity"),
    path("cases/<int:number>/state", view_of(changing.STATE), name="state"),
    path("cases/<int:number>/close", view_of(changing.CLOSE), name="close"),
    path("cases/<int:number>/reopen", view_of(changing.REOPEN), name="reopen"),
    path("cases/<int:number>/assign", view_of(changing.ASSIGN), name="assign"),
    path("cases/<int:number>/subject-matter", view_of(changing.SUBJECT_MATTER), name="subject_matter"),
    path("cases/<int:number>/participants", view_of(changing.PARTICIPANTS), name="participants"),
    path("customers", customers.listing, name="customers"),
    path("customers/<int:organisation_id>", customers.organisation, name="organisation"),
    path("settings", settings.show, name="settings"),
    path("settings/tokens", settings.issue_token, name="tokens"),
    path("settings/tokens/<int:token_id>", settings.revoke_token, name="token"),
]
