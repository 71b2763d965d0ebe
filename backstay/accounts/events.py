from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AccessChanged(Event):
    """What a person may see has changed: open streams are checked, then open pages are read again."""

    user_id: int

    @property
    def key(self) -> str:
        return f"user:{self.user_id}"

    @property
    def topics(self) -> list[str]:
        return [f"access:user:{self.user_id}", f"user:{self.user_id}"]


@dataclass(frozen=True, kw_only=True)
class SignedOut(AccessChanged):
    """A person has signed out somewhere: their streams are checked; pages elsewhere stay as they are."""

    @property
    def topics(self) -> list[str]:
        return [f"access:user:{self.user_id}"]
