"""A message of a case from one pattern: a conversation has dozens."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from backstay.console.rows import Said
from backstay.conversations.choices import ScanState
from backstay.conversations.models import Attachment
from backstay.ui import icons, prose
from backstay.ui.markup import html, joined
from backstay.ui.routes import address
from backstay.ui.templatetags.kit.marks import tag
from backstay.ui.templatetags.kit.talk import message, note

register = template.Library()


@register.simple_tag(name="said")
def said(*, each: Said, number: int, now: datetime) -> SafeString:
    """What somebody said in the case of this number, and the files that hang on it."""
    written = each.message
    content = html("{}{}", prose.html(written.body), _files(each.files, number))
    if each.is_note:
        return note(content, author=written.author_name, at=written.sent_at, now=now, id=each.anchor)
    return message(
        content,
        author=written.author_name,
        at=written.sent_at,
        now=now,
        role=each.role,
        side=each.side,
        id=each.anchor,
    )


def _files(files: Sequence[Attachment], number: int) -> SafeString | str:
    if not files:
        return ""
    lines = joined("<li>{}</li>", ((_file(file, number),) for file in files))
    return html('<ul class="files" aria-label="{}">{}</ul>', gettext("Files"), lines)


def _file(file: Attachment, number: int) -> SafeString:
    if file.scan_state == ScanState.INFECTED:
        locked = tag(label=file.name, kind="late", icon="bug")
        return html("{} {}", locked, gettext("infected, locked away"))
    return html(
        '<a class="tag tag-plain" href="{}" download>{}{}</a> <span class="soft small num">{}{}</span>',
        address("console:attachment", number, file.pk),
        icons.svg("paperclip", 12),
        file.name,
        filesizeformat(file.size),
        html(" · {}", gettext("scanned")) if file.scan_state == ScanState.CLEAN else "",
    )
