"""Names of expressions and learning states, and the mappings between data sets.

Sources: FER+ (Barsoum et al. 2016, eight classes), FER2013 (Goodfellow et al.
2013, seven classes), the classroom states of SFER-MDFAE (six classes).
"""

from __future__ import annotations

from typing import Final

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

#: Expressions counted as engaged (systems.md §2).
ENGAGED: Final = frozenset({"happiness", "surprise"})
