"""Which pictures and clips can be explained."""

from pathlib import Path

import pytest

from mien.errors import SettingsError
from mien.explanation.inputs import samples_to_explain
from mien.network_input import NetworkInput


def test_faces_are_not_looked_for_in_clips(tmp_path: Path) -> None:
    """The whole clip would be shown, as if the option had not been given."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"")
    with pytest.raises(SettingsError, match="this network reads clips"):
        samples_to_explain((clip,), NetworkInput(48, frames=8), ("low", "high"), True)
