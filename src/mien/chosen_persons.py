"""Some of the persons who were found, as ``--person-ids`` chooses them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mien.errors import SettingsError
from mien.observations import Observation


def chosen(
    observations: Sequence[Observation], person_ids: frozenset[int] | None
) -> Sequence[Observation]:
    """Only the wanted persons; an instant at which none of them was seen stays as an
    instant without a face, so that their absence is counted.

    Raises:
        SettingsError: for a person who was not found; those who were are named.
    """
    if person_ids is None:
        return observations
    found = {o.person_id for o in observations if o.person_id is not None}
    if not person_ids <= found:
        raise SettingsError(
            f"--person-ids {numbers(person_ids)}: there is no person {numbers(person_ids - found)}"
            f" among those found ({numbers(found) or 'nobody'}). Give the command again with "
            "some of these, or without --person-ids; what was read is kept."
        )
    kept: list[Observation] = []
    for time_s in dict.fromkeys(o.time_s for o in observations):
        kept.append(Observation(time_s))
    by_time = {o.time_s: i for i, o in enumerate(kept)}
    wanted = [o for o in observations if o.person_id in person_ids]
    seen = {o.time_s for o in wanted}
    rest = [o for o in kept if o.time_s not in seen]
    return sorted([*rest, *wanted], key=lambda o: (by_time[o.time_s], o.person_id or 0))


def numbers(person_ids: Collection[int]) -> str:
    """Persons as they are given on the command line: "1,3"."""
    return ",".join(str(person) for person in sorted(person_ids))
