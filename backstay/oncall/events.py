from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PageEvent(Event):
    """Something about one page; `subject` is what it is about, such as "case:12"."""

    page_id: int
    purpose: str
    subject: str

    @property
    def key(self) -> str:
        return self.subject

    @property
    def topics(self) -> list[str]:
        return ["staff"]


@dataclass(frozen=True, kw_only=True)
class PageMade(PageEvent):
    """Paging began."""


@dataclass(frozen=True, kw_only=True)
class PageSteppedOn(PageEvent):
    """Somebody is being asked: `level` of the list, `turn` 1 or 2 through it."""

    staff_id: int
    level: int
    turn: int


@dataclass(frozen=True, kw_only=True)
class PageAcknowledged(PageEvent):
    staff_id: int


@dataclass(frozen=True, kw_only=True)
class PageWithdrawn(PageEvent):
    """What it was about is settled."""


@dataclass(frozen=True, kw_only=True)
class PageUnanswered(PageEvent):
    """Nobody can be asked now (it is tried again), or everybody was asked twice: `reason` says which."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class NoticeGiven(PageEvent):
    """Somebody was told something that they need not answer."""

    staff_id: int | None
