"""The API object, and its OpenAPI document with what ninja does not say by itself."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder

from backstay.api.problems import TYPE
from backstay.core.idempotency import MAX_KEY

IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key with the same request has one effect and one answer, for a week.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
}


class Encoder(NinjaJSONEncoder):
    """Instants to the microsecond, as the answers to a POST give them; Django's own encoder cuts them."""

    def default(self, o: Any) -> Any:
        return o.isoformat().replace("+00:00", "Z") if isinstance(o, datetime) else super().default(o)


class Renderer(JSONRenderer):
    encoder_class = Encoder


class Api(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """A problem leaves nothing of its request behind, whose transaction may be one piece."""
        transaction.set_rollback(True)
        return super().on_exception(request, exc)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        document = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in document["paths"].values():
            for method, operation in methods.items():
                _refine(method, operation)
        return document


def _refine(method: str, operation: dict[str, Any]) -> None:
    if method == "post":
        operation["parameters"].append(IDEMPOTENCY_KEY)
    for status, response in operation["responses"].items():
        if status >= 400:
            response["content"] = {TYPE: next(iter(response["content"].values()))}
