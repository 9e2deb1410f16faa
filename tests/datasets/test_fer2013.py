"""The reader on a made archive, and the published counts on the real one."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.datasets.fer2013 import read_fer2013

HEADER = (
    "image,usage,emotion,ferplus_name,votes_neutral,votes_happiness,votes_surprise,"
    "votes_sadness,votes_anger,votes_disgust,votes_fear,votes_contempt,votes_unknown,votes_NF\n"
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    rows = [
        "images/0.webp,Training,angry,a,4,0,0,1,3,2,0,0,0,0",
        "images/1.webp,Training,happy,b,1,9,0,0,0,0,0,0,0,0",
        "images/2.webp,PublicTest,neutral,c,0,0,0,0,0,0,0,0,6,4",
        "images/3.webp,Training,sad,,0,0,0,0,0,0,0,0,0,10",
    ]
    path = tmp_path / "fer2013.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("labels.csv", HEADER + "\n".join(rows) + "\n")
        for number in range(4):
            buffer = io.BytesIO()
            Image.new("L", (48, 48), number * 40).save(buffer, "WEBP", lossless=True)
            file.writestr(f"images/{number}.webp", buffer.getvalue())
    return path


def test_votes_majority_and_distribution_by_hand(archive: Path) -> None:
    data = read_fer2013(archive, "train")
    assert data.images.shape == (3, 48, 48)
    assert data.images[:, 0, 0].tolist() == [0, 40, 120]
    assert data.labels.tolist() == [0, 3, 4]
    # single votes become 0: 4 neutral, 3 anger, 2 disgust of 9: no majority
    label, keep = data.majority()
    assert keep.tolist() == [False, True, False]
    assert label[1] == 1
    shares, weight = data.distribution()
    np.testing.assert_allclose(shares[0], [4 / 9, 0, 0, 0, 3 / 9, 2 / 9, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(shares[1], [0, 1, 0, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(weight, [1, 1, 0])
    assert data.is_face.tolist() == [True, True, False]


def test_unknown_split(archive: Path) -> None:
    with pytest.raises(ValueError, match="valid: train, validation, test"):
        read_fer2013(archive, "private")


def test_published_counts(shared: Path) -> None:
    # FER2013's PublicTest, and FER+ majority as its authors' rule gives it
    data = read_fer2013(shared / "data/fer2013.zip", "validation")
    assert len(data.labels) == 3589
    assert int(data.majority()[1].sum()) == 3199
