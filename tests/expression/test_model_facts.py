"""What exported files say of themselves."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mien.errors import ModelError
from mien.expression.calibration import Calibration
from mien.expression.model_facts import ModelFacts, named
from mien.expression.preprocessing import FER2013_CUT, PLAIN_GREY, FaceCut
from mien.labels import CLASSROOM_STATES, ENGAGEMENT_LEVELS, FER2013
from mien.network_input import NetworkInput

HERE = Path("file.onnx")
FACTS = ModelFacts(
    labels=FER2013,
    calibration=Calibration(1.4, (0.0,) * 6 + (0.1,)),
    threshold=0.4,
    output="logits",
    input=NetworkInput(224, landmarks=34, mean=(0.0,) * 3, deviation=(1.0,) * 3),
    cut=FaceCut(picture_px=48, grey=True),
    illumination="dct",
    mapping={},
    system="hafnet",
)


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        replace(FACTS, labels=CLASSROOM_STATES, calibration=Calibration()),
        replace(FACTS, input=NetworkInput(112, frames=16), clip_s=4.0),
        replace(FACTS, covered_threshold=0.7, landmarks=True, mapping={"anger": "sadness"}),
    ],
)
def test_there_and_back(facts: ModelFacts) -> None:
    assert ModelFacts.read(HERE, facts.to_metadata(commit="abc")) == facts


def test_the_bundled_files_short_form() -> None:
    told = {"labels": ["neutral", "fear"], "temperature": 1.2, "bias": [], "threshold": 0.5}
    facts = ModelFacts.read(HERE, {"mien": json.dumps(told)})
    assert (facts.output, facts.input, facts.cut) == ("ferplus", PLAIN_GREY, FER2013_CUT)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labels", ["neutral"]),
        ("labels", ["neutral", "neutral"]),
        ("temperature", 0),
        ("threshold", 1.5),
        ("bias", [0.0]),
        ("illumination", "candle"),
        ("input", {"side_px": 48, "mean": [0.5], "deviation": [1.0], "channels": 3}),
        ("cut", {"wide": 1}),
    ],
)
def test_facts_that_make_no_sense(key: str, value: object) -> None:
    told = json.loads(FACTS.to_metadata()["mien"]) | {key: value}
    with pytest.raises(ModelError, match="does not say how to use it"):
        ModelFacts.read(HERE, {"mien": json.dumps(told)})


def test_words_of_other_data_sets() -> None:
    for labels in (FER2013, CLASSROOM_STATES, ENGAGEMENT_LEVELS):
        assert tuple(named(label, {}) for label in labels) == labels
    assert named("Angry", {}) == "anger"
    assert named("calm", {"calm": "neutral"}) == "neutral"
    with pytest.raises(ModelError, match="--map calm=NAME"):
        named("calm", {})
    with pytest.raises(ModelError, match="'joyful' means nothing"):
        named("calm", {"calm": "joyful"})


def test_outputs_of_one_name_add_up() -> None:
    facts = ModelFacts(
        ("calm", "anger", "neutral"), Calibration(), 0.5, mapping={"calm": "neutral"}
    )
    shares = facts.shares(np.log([[0.3, 0.5, 0.2]]))
    assert list(shares) == ["neutral", "anger"]
    assert shares["neutral"] == pytest.approx([0.5])
