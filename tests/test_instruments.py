"""What a report says that a lesson was read with."""

from pathlib import Path

from mien.instruments import Instruments


def test_the_bundled_model_has_no_name_and_others_their_files() -> None:
    assert Instruments.chosen("blazeface", None, None) == Instruments("blazeface", "", False)
    own = Instruments.chosen("haar", Path("models/ours.onnx"), None)
    assert own == Instruments("haar", "ours.onnx", False)
    assert Instruments.chosen("haar", None, "video.onnx") == Instruments("haar", "video.onnx", True)
