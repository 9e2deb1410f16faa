"""``/health``, ``/ready`` and ``/metrics``, for machines."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from mien.server.access import AnyServices, allow
from mien.server.database.upgrade import DatabaseError, require_newest
from mien.server.problems import Forbidden, Unavailable
from mien.server.services import Services
from mien.server.settings import is_loopback
from mien.version import VERSION

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    status: str = "ok"
    version: str = VERSION


@router.get("/health", dependencies=[allow("operation.read")])
def health() -> Health:
    """The process answers."""
    return Health()


@router.get("/ready", dependencies=[allow("operation.read")])
def ready(services: AnyServices) -> Health:
    """The database answers and has this version's schema."""
    if not services.database.answers():
        raise Unavailable("The database does not answer.", retry_after_s=2)
    try:
        require_newest(services.database)
    except DatabaseError as error:
        raise Unavailable(str(error), retry_after_s=30) from error
    return Health()


@router.get("/metrics", dependencies=[allow("operation.read")], response_class=Response)
def metrics(request: Request, services: AnyServices) -> Response:
    """Figures for Prometheus: with the bearer token, or from loopback where none is set."""
    if not _may_scrape(request, services):
        raise Forbidden("Send the token of MIEN_METRICS_TOKEN as bearer authorisation.")
    return Response(services.metrics.text(), media_type="text/plain; version=0.0.4")


def _may_scrape(request: Request, services: Services) -> bool:
    token = services.settings.metrics_token.get_secret_value()
    if not token:
        return is_loopback(request.client.host if request.client else "")
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
