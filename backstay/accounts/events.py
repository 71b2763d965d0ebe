from dataclasses import dataclass

from backstay.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AccessChanged(Event):
    """What a person may see has changed: open streams check again."""

    user_id: int

    @property
    def key(self) -> str:
        return f"user:{self.user_id}"

    @property
    def topics(self) -> list[str]:
        return [f"access:user:{self.user_id}"]
