"""What a request can be refused for, told as RFC 9457 ``application/problem+json``.

::

    MienError
    └── Problem          status, code, detail
        ├── SignInNeeded     401
        ├── Forbidden        403
        │   ├── AffectOff        affect_off
        │   └── ConsentNeeded    consent_needed
        ├── NotFound         404
        ├── Conflict         409
        ├── TooLarge         413
        ├── WrongType        415
        ├── NotAccepted      422
        ├── TooManyRequests  429
        └── Unavailable      503
"""

from __future__ import annotations

import math
from typing import ClassVar

from pydantic import BaseModel

from mien.errors import MienError


class Problem(MienError):
    """A request that cannot be answered as asked; ``detail`` is shown to the person."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(self, detail: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        """``Retry-After`` in whole seconds, where there is one."""
        if self.retry_after_s is None:
            return {}
        return {"Retry-After": str(max(1, math.ceil(self.retry_after_s)))}


class SignInNeeded(Problem):
    """Nobody is logged in, or name and password do not fit."""

    status, code = 401, "sign_in_needed"


class Forbidden(Problem):
    """The role or the ownership does not allow it."""

    status, code = 403, "forbidden"


class AffectOff(Forbidden):
    """Expressions came, and may not be read here."""

    code = "affect_off"


class ConsentNeeded(Forbidden):
    """The learner has not agreed to be observed in this course, or no longer does."""

    code = "consent_needed"


class NotFound(Problem):
    """It does not exist, or the caller may not know that it does."""

    status, code = 404, "not_found"


class Conflict(Problem):
    """The present state does not allow it."""

    status, code = 409, "conflict"


class ChangedSince(Conflict):
    """Somebody else has changed it since it was read."""

    code = "changed_since"


class TooLarge(Problem):
    """More bytes than a setting allows."""

    status, code = 413, "too_large"


class WrongType(Problem):
    """The content is not of a type that is taken here."""

    status, code = 415, "wrong_type"


class NotAccepted(Problem):
    """Well-formed, but the values do not do."""

    status, code = 422, "not_accepted"


class TooManyRequests(Problem):
    """A limit on how often."""

    status, code = 429, "too_many_requests"


class Unavailable(Problem):
    """The database cannot answer now."""

    status, code = 503, "unavailable"


class WrongField(BaseModel):
    """One value of a request that does not do."""

    place: str
    message: str


class ProblemBody(BaseModel):
    """The body of every refusal."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    fields: list[WrongField] = []
