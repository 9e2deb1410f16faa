"""Names of expressions and learning states, and the mappings between data sets.

Sources: FER+ (Barsoum et al. 2016, eight classes), FER2013 (Goodfellow et al.
2013, seven classes), the classroom states of SFER-MDFAE (six classes); the order
of every other set is its owners' (named beside it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mien.errors import SettingsError, choose_from

#: FER+ in the order of ``fer2013new.csv`` (Barsoum et al. 2016, Table 1).
FERPLUS: Final = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
)

#: FER2013 in the order of the ICML challenge's ``emotion`` column (0 to 6).
FER2013: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")

#: The value of a reading that could not, or should not, be made.
UNKNOWN: Final = "unknown"

#: FER2013's names in ``labels.csv`` to ours.
FER2013_ALIASES: Final = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}

#: Classroom states of SFER-MDFAE (SCFED).
CLASSROOM_STATES: Final = ("happy", "dedicated", "neutral", "confused", "tired", "bored")

#: Expressions that systems.md §2 calls "anger or distress".
DISTRESS: Final = frozenset({"anger", "sadness", "fear", "disgust"})

#: Expressions counted as engaged (systems.md §2); "happy" is the classroom sets' word.
ENGAGED: Final = frozenset({"happiness", "surprise", "happy"})

#: RAF-DB's basic set in the order of its numbers 1 to 7 (Li et al. 2017).
RAFDB: Final = ("surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral")

#: RAF-DB's compound set in the order of its numbers 1 to 11 (Li et al. 2017).
RAFDB_COMPOUND: Final = (
    "happily surprised",
    "happily disgusted",
    "sadly fearful",
    "sadly angry",
    "sadly surprised",
    "sadly disgusted",
    "fearfully angry",
    "fearfully surprised",
    "angrily surprised",
    "angrily disgusted",
    "disgustedly surprised",
)

#: AffectNet's numbers 0 to 7 (Mollahosseini et al. 2017); the set of seven has no contempt.
AFFECTNET8: Final = (
    "neutral",
    "happiness",
    "sadness",
    "surprise",
    "fear",
    "disgust",
    "anger",
    "contempt",
)

#: CK+'s numbers 0 to 7 (Lucey et al. 2010).
CKPLUS: Final = (
    "neutral",
    "anger",
    "contempt",
    "disgust",
    "fear",
    "happiness",
    "sadness",
    "surprise",
)

#: KDEF's letters AF AN DI HA NE SA SU, in that order (Lundqvist et al. 1998).
KDEF: Final = ("fear", "anger", "disgust", "happiness", "neutral", "sadness", "surprise")

#: AFEW's and SFEW's folders in alphabetical order (Dhall et al. 2011, 2012).
AFEW: Final = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")

#: DFEW's numbers 1 to 7 (Jiang et al. 2020).
DFEW: Final = ("happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear")

#: DAiSEE's levels of engagement 0 to 3 (Gupta et al. 2016).
ENGAGEMENT_LEVELS: Final = ("very low", "low", "high", "very high")

#: What a reading of a face may say beside *unknown*: expressions, states of a lesson that a
#: network was trained on, levels of engagement.
READABLE: Final = tuple(dict.fromkeys((*FERPLUS, *CLASSROOM_STATES, *ENGAGEMENT_LEVELS)))

#: The classes of every data set that mien reads, by the name that ``Sample.label_set`` gives.
LABEL_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "fer2013": FER2013,
    "ferplus": FERPLUS,
    "rafdb": RAFDB,
    "rafdb-compound": RAFDB_COMPOUND,
    "affectnet7": AFFECTNET8[:7],
    "affectnet8": AFFECTNET8,
    "ckplus": CKPLUS,
    "kdef": KDEF,
    "sfew": AFEW,
    "afew": AFEW,
    "dfew": DFEW,
    "daisee": ENGAGEMENT_LEVELS,
    "classroom": CLASSROOM_STATES,
}

#: A label set that belongs to a folder tree alone: this, then its classes with commas.
OWN_CLASSES: Final = "classes:"

#: Spellings of owners and of folder names to ours; all are compared in lower case.
ALIASES: Final[Mapping[str, str]] = {
    **FER2013_ALIASES,
    "afraid": "fear",
    "fearful": "fear",
    "disgusted": "disgust",
    "happiness": "happiness",
    "sadness": "sadness",
    "anger": "anger",
    "surprised": "surprise",
    "contempt": "contempt",
    "contemptuous": "contempt",
}

#: What becomes of a class that the other set does not name alike: another class of it,
#: or None where its pictures are left out. Classes named alike map to each other and are
#: not repeated here. Contempt is left out of the sets of seven, as AffectNet-7 does.
MAPPINGS: Final[Mapping[tuple[str, str], Mapping[str, str | None]]] = {
    **{
        (source, target): {"contempt": None}
        for source in ("ferplus", "affectnet8", "ckplus")
        for target in ("fer2013", "rafdb", "affectnet7", "kdef", "sfew", "afew", "dfew")
    },
}


def labels_of(label_set: str) -> tuple[str, ...]:
    """Names of a set's classes, in the order of ``Sample.label``.

    Args:
        label_set: a key of :data:`LABEL_SETS`, or ``"classes:calm,cross"``.

    Raises:
        SettingsError: for any other, naming the valid ones.
    """
    if label_set.startswith(OWN_CLASSES):
        return tuple(label_set.removeprefix(OWN_CLASSES).split(","))
    if label_set not in LABEL_SETS:
        raise SettingsError(choose_from("Label set", label_set, LABEL_SETS))
    return LABEL_SETS[label_set]


def mapping(source: str, target: str) -> tuple[int, ...]:
    """For every class of ``source``, its index in ``target``; -1 where it is left out.

    Raises:
        SettingsError: a class of ``source`` has no counterpart and no rule says to leave
            it out, so that pictures would vanish silently.
    """
    theirs = labels_of(target)
    rules = MAPPINGS.get((source, target), {})
    found = []
    for name in labels_of(source):
        goal = rules.get(name, name)
        if goal is not None and goal not in theirs:
            raise SettingsError(
                f"{name!r} of {source} has no counterpart in {target} "
                f"({', '.join(theirs)}). Add the pair to MAPPINGS in mien/labels.py, "
                "or choose data sets with the same classes."
            )
        found.append(-1 if goal is None else theirs.index(goal))
    return tuple(found)
