"""API v1: the same actions and rules as the pages, for machines."""

from django.views.decorators.http import require_safe

from backstay.api import problems
from backstay.api.authentication import Token
from backstay.api.cases.endpoints import router as cases
from backstay.api.cases.escalations import router as escalations
from backstay.api.cases.messages import router as messages
from backstay.api.document import Api, Renderer
from backstay.api.oncall.calls import router as calls
from backstay.api.oncall.endpoints import router as pages
from backstay.api.reference.parties import router as parties
from backstay.api.reference.promises import router as promises
from backstay.api.reference.things import router as things

api = Api(
    title="Backstay",
    version="1",
    urls_namespace="api",
    description="Cases and what is promised for them. Errors are problem details (RFC 9457).",
    docs_url=None,  # interactive pages would load code from other hosts
    docs_decorator=require_safe,
    renderer=Renderer(),
    auth=Token(),
)
problems.register(api)
api.add_router("/cases", cases)
api.add_router("/cases", messages)
api.add_router("/cases", escalations)
api.add_router("/pages", pages)
api.add_router("/on-call", calls)
for reference in (parties, things, promises):
    api.add_router("", reference)
