"""Thin routes, one file a subject. Every one names its action of the permission table."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from mien.server.routes.accounts import router as accounts
from mien.server.routes.administration import router as administration
from mien.server.routes.courses import router as courses
from mien.server.routes.governance import router as governance
from mien.server.routes.learning import router as learning
from mien.server.routes.live import router as live
from mien.server.routes.media import router as media
from mien.server.routes.models import router as models
from mien.server.routes.observations import router as observations
from mien.server.routes.offers import router as offers
from mien.server.routes.operation import router as operation
from mien.server.routes.reports import router as reports
from mien.server.routes.sessions import router as sessions
from mien.server.routes.study import router as study

#: All routes under ``/api/v1``, in the order of the API's description.
ROUTERS: Final[tuple[APIRouter, ...]] = (
    observations,  # first: hundreds a second, and routes are tried in order
    sessions,
    accounts,
    media,  # before courses: /courses/import is no identifier
    courses,
    study,
    offers,
    live,
    learning,
    reports,
    administration,
    governance,
)
#: Outside it.
FILES: Final[tuple[APIRouter, ...]] = (operation, models)
