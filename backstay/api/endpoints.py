"""API v1: the same actions and rules as the pages, for machines."""

from ninja import NinjaAPI

from backstay.api import problems
from backstay.api.answering import caller
from backstay.api.cases.endpoints import router as cases
from backstay.api.reference.endpoints import router as reference

api = NinjaAPI(
    title="Backstay",
    version="1",
    urls_namespace="api",
    description="Cases and what is promised for them. Errors are problem details (RFC 9457).",
    openapi_extra={"components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}},
    auth=caller,
)
problems.register(api)
api.add_router("/cases", cases)
api.add_router("", reference)
