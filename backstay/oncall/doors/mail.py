"""E-mail, as the mail settings send it."""

from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from backstay.oncall.doors.outgoing import DoorFailed, Outgoing


def send_mail(outgoing: Outgoing) -> None:
    """The stable id is the Message-ID, so that a mail program shows a double once."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{outgoing.stable_id}@{domain}>", "Auto-Submitted": "auto-generated"}
    if outgoing.may_be_double:
        headers["X-Backstay-May-Be-Double"] = "yes"
    message = EmailMessage(outgoing.title, _body(outgoing), to=[outgoing.address], headers=headers)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        raise DoorFailed("the mail server refuses the address", is_final=True) from error
    except (SMTPServerDisconnected, TimeoutError) as error:
        raise DoorFailed("the mail server went silent", may_have_arrived=True) from error
    except (SMTPException, OSError) as error:
        raise DoorFailed(f"the mail server did not take it ({type(error).__name__})") from error


def _body(outgoing: Outgoing) -> str:
    if not outgoing.acknowledge:
        return f"{outgoing.text}\n\n{outgoing.link}\n"
    with override(outgoing.language):
        acknowledge = _("Say here that you look after it; until then the next on call is asked:")
    return f"{outgoing.text}\n\n{outgoing.link}\n\n{acknowledge}\n{outgoing.acknowledge}\n"
