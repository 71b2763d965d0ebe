"""Cases and messages as the console's lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backstay.cases import listing
from backstay.cases.listing import Listed
from backstay.cases.models import Case
from backstay.cases.standing import Standing
from backstay.console import wording
from backstay.conversations import queries as conversations
from backstay.conversations.choices import AuthorKind, Visibility
from backstay.conversations.models import Attachment, Message
from backstay.core.scoping import Viewer


@dataclass(frozen=True, slots=True)
class Row:
    """A case as a row shows it; `state` in words."""

    case: Listed
    standing: Standing
    state: str
    is_mine: bool


def rows_of(cases: Sequence[Listed], viewer: Viewer, at: datetime) -> list[Row]:
    """The rows of cases read by `listing.read`: one query."""
    standings = listing.standings(cases, at=at)
    return [
        Row(
            case=case,
            standing=standings[case.pk],
            state=wording.state_label(case.state),
            is_mine=case.assignee_id == viewer.id,
        )
        for case in cases
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """A message as the time line shows it."""

    message: Message
    files: Sequence[Attachment]
    is_note: bool
    side: str
    role: str

    @property
    def anchor(self) -> str:
        return f"message-{self.message.pk}"


def said(case: Case) -> list[Said]:
    """The conversation in order, notes among the messages."""
    organisation = case.organisation.name if case.organisation else ""
    return [
        Said(
            message=message,
            files=files,
            is_note=message.visibility == Visibility.INTERNAL,
            side="them" if message.author_kind == AuthorKind.CONTACT else "us",
            role=organisation if message.author_kind == AuthorKind.CONTACT else "",
        )
        for message, files in conversations.written(case.conversation_id)
    ]
