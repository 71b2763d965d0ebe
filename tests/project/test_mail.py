from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from backstay.project.mail import MailSettings, mail_settings

SMTP = "django.core.mail.backends.smtp.EmailBackend"
SENDER = "Support <support@example.org>"


def test_mail_without_an_address_goes_to_files() -> None:
    assert mail_settings("", "") == MailSettings(
        backend="django.core.mail.backends.filebased.EmailBackend", sender="Backstay <support@localhost>"
    )


@pytest.mark.parametrize(
    ("url", "scheme", "host", "port", "user", "password"),
    [
        ("smtp://mail.example.org", "smtp", "mail.example.org", 25, "", ""),
        ("smtp://127.0.0.1:2525", "smtp", "127.0.0.1", 2525, "", ""),
        ("submission://ana:p%40ss@mail.example.org", "submission", "mail.example.org", 587, "ana", "p@ss"),
        ("smtps://ana%40x.org:s@[2001:db8::1]:465", "smtps", "2001:db8::1", 465, "ana@x.org", "s"),
    ],
)
def test_mail_address_is_read(url: str, scheme: str, host: str, port: int, user: str, password: str) -> None:
    assert mail_settings(url, SENDER) == MailSettings(
        backend=SMTP, sender=SENDER, scheme=scheme, host=host, port=port, user=user, password=password
    )


def test_mail_password_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a secret\n")
    found = mail_settings(f"smtps://ana@mail.example.org?password_file={tmp_path}/password", SENDER)
    assert (found.user, found.password) == ("ana", "a secret")


@pytest.mark.parametrize(
    ("url", "sender", "why"),
    [
        ("smtps://mail.example.org", "", "EMAIL_FROM must name"),
        ("mail.example.org", SENDER, "begins with one of smtps, submission, smtp"),
        ("http://mail.example.org", SENDER, "begins with one of"),
        ("smtps://", SENDER, "names a host"),
        ("smtps://mail.example.org:many", SENDER, "no readable port"),
        ("smtp://ana:secret@mail.example.org", SENDER, "unencrypted"),
        ("smtps://mail.example.org?tls=no", SENDER, "one option, password_file"),
        ("smtps://ana@mail.example.org?password_file=/nowhere", SENDER, "no file /nowhere"),
    ],
)
def test_mail_setting_that_cannot_work_is_refused(url: str, sender: str, why: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=why):
        mail_settings(url, sender)
