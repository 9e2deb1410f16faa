"""Who may do what: the only place where permissions are decided.

Every route names one action of :data:`PERMISSIONS`; :mod:`mien.server.access` finds how
the caller relates to the thing in the path and asks this table. A test walks every route.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What an account is; a visitor has none."""

    VISITOR = "visitor"
    LEARNER = "learner"
    TEACHER = "teacher"
    ADMINISTRATOR = "administrator"


class Relation(StrEnum):
    """How the caller relates to the thing asked for.

    OWN: it is theirs, or there is no particular thing. ENROLLED: of a course that they
    study. OPEN: of a published course that they neither teach nor study. FOREIGN: other.
    """

    OWN = "own"
    ENROLLED = "enrolled"
    OPEN = "open"
    FOREIGN = "foreign"


Reach = frozenset[Relation]

NOBODY: Final[Reach] = frozenset()
OWN: Final = frozenset({Relation.OWN})
STUDIED: Final = frozenset({Relation.ENROLLED})
PUBLISHED: Final = frozenset({Relation.ENROLLED, Relation.OPEN})
READABLE: Final = OWN | PUBLISHED
ALL: Final = frozenset(Relation)


def _by_role(
    visitor: Reach = NOBODY,
    learner: Reach = NOBODY,
    teacher: Reach = NOBODY,
    administrator: Reach = NOBODY,
) -> dict[Role, Reach]:
    return dict(zip(Role, (visitor, learner, teacher, administrator), strict=True))


_EVERYONE: Final = _by_role(OWN, OWN, OWN, OWN)
_SIGNED_IN: Final = _by_role(NOBODY, OWN, OWN, OWN)
_STUDENT: Final = _by_role(NOBODY, OWN, OWN, NOBODY)
_AUTHOR: Final = _by_role(teacher=OWN)
_ADMINISTRATOR: Final = _by_role(administrator=ALL)

#: action -> role -> relations for which it is allowed.
PERMISSIONS: Final[dict[str, dict[Role, Reach]]] = {
    "operation.read": _EVERYONE,
    "session.read": _EVERYONE,
    "session.create": _EVERYONE,
    "session.end": _SIGNED_IN,
    "account.create": _EVERYONE,
    "account.change": _SIGNED_IN,
    "account.delete": _SIGNED_IN,
    "login.list": _SIGNED_IN,
    "login.revoke": _SIGNED_IN,
    "accounts.list": _ADMINISTRATOR,
    "accounts.suspend": _ADMINISTRATOR,
    "accounts.erase": _ADMINISTRATOR,
    "invitation.manage": _ADMINISTRATOR,
    "legal-basis.manage": _ADMINISTRATOR,
    "course.list": _SIGNED_IN,
    "course.create": _AUTHOR,
    "course.read": _by_role(NOBODY, PUBLISHED, READABLE, ALL),
    "course.source": _by_role(teacher=OWN, administrator=ALL),
    "course.edit": _AUTHOR,
    "course.publish": _by_role(teacher=OWN, administrator=ALL),
    "course.delete": _by_role(teacher=OWN, administrator=ALL),
    "course.enrol": _by_role(NOBODY, PUBLISHED, PUBLISHED, NOBODY),
    "course.study": _by_role(NOBODY, STUDIED, STUDIED, NOBODY),
    "studies.read": _STUDENT,
    "observation.send": _by_role(NOBODY, STUDIED, STUDIED, NOBODY),
    "offer.answer": _STUDENT,
    "help.withdraw": _by_role(NOBODY, STUDIED, STUDIED, NOBODY),
    "help.answer": _AUTHOR,
    "live.read": _AUTHOR,
    "live.switch": _AUTHOR,
    "learning.read": _by_role(NOBODY, STUDIED, STUDIED, NOBODY),
    "observations.erase": _by_role(NOBODY, STUDIED, STUDIED, NOBODY),
    "account.export": _SIGNED_IN,
    "class.report": _AUTHOR,
    "thresholds.edit": _AUTHOR,
    "retention.manage": _ADMINISTRATOR,
    "audit.read": _ADMINISTRATOR,
    "usage.read": _ADMINISTRATOR,
}


def allowed(action: str, role: Role, relation: Relation) -> bool:
    """Whether the table holds it. An unknown action is a KeyError, never a yes."""
    return relation in PERMISSIONS[action][role]


def role_may_ever(action: str, role: Role) -> bool:
    """Whether there is anything at all that the role may do it to."""
    return bool(PERMISSIONS[action][role])
