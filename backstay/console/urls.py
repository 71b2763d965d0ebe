from django.urls import path

from backstay.console.views import cases, queue

app_name = "console"
urlpatterns = [
    path("", queue.show, name="queue"),
    path("cases/<int:number>", cases.show, name="case"),
    path("cases/<int:number>/reply", cases.reply, name="reply"),
]
