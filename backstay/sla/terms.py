"""What a clock is started with. Who starts one knows plans; a clock only knows these terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backstay.calendars.models import CalendarVersion
from backstay.sla.choices import TargetKind
from businesstime import Span


@dataclass(frozen=True, kw_only=True)
class FrozenTerms:
    """The terms of one promise as they stood when it was made.

    `calendar` is the version that `span` counts on, None for elapsed time. `pauses`: may the clock be paused
    at all. `source` is JSON and comes back unchanged in the explanation: plan, version, severity, target.
    """

    span: Span
    calendar: CalendarVersion | None = None
    kind: TargetKind = TargetKind.COMMITMENT
    pauses: bool = False
    warn_percent: int = 75
    source: Mapping[str, Any] = field(default_factory=dict)
