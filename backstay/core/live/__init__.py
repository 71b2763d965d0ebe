"""Live pages: a stream of "something about this changed" from the outbox to every open browser.

A stream carries numbers and names, never contents; the page reads again through its ordinary view. It
stands in front of Django as a plain ASGI application, since ten thousand idle readers must cost little.
"""

from backstay.core.live.access import Access, Caller, LiveAccess, access_topic
from backstay.core.live.application import LiveApplication

__all__ = ["Access", "Caller", "LiveAccess", "LiveApplication", "access_topic"]
