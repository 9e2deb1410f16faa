from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mien.datasets.cache as cache_module
from dataset_trees import picture
from mien.datasets.cache import cached
from mien.datasets.crop import read_crop
from mien.datasets.sample import Sample
from mien.errors import DataError, OutputError


def grey_sample(path: Path, seed: int, size: tuple[int, int] = (24, 24)) -> Sample:
    picture(path, seed, size)
    return Sample(path.name, 0, "fer2013", "train", path)


@pytest.fixture
def samples(tmp_path: Path) -> list[Sample]:
    return [grey_sample(tmp_path / "data" / f"{i}.png", i) for i in range(6)]


@pytest.mark.parametrize(("side", "channels"), [(16, 3), (24, 1), (40, 3), (40, 1)])
def test_same_pixels_with_and_without(
    samples: list[Sample], tmp_path: Path, side: int, channels: int
) -> None:
    held = cached(samples, side, channels, tmp_path / "cache")
    assert len(held) == 6
    for i, sample in enumerate(samples):
        pixels, to_unit = read_crop(sample, side, channels)
        assert (held[i] == pixels).all()
        assert (held.to_unit(i) == to_unit).all()


def test_small_pictures_are_stored_at_their_own_size(samples: list[Sample], tmp_path: Path) -> None:
    held = cached(samples, 224, 3, tmp_path / "cache")
    assert held.form.row == (24, 24, 3)
    assert cached(samples, 112, 3, tmp_path / "cache").folder == held.folder


def test_grey_pictures_take_one_channel(tmp_path: Path) -> None:
    grey = np.random.default_rng(0).integers(0, 256, (5, 24, 24), np.uint8)
    samples = [Sample(str(i), 0, "fer2013", "train", p) for i, p in enumerate(grey)]
    held = cached(samples, 48, 3, tmp_path)
    assert held.form.row == (24, 24, 1)
    assert (held[3] == read_crop(samples[3], 48)[0]).all()


def test_one_picture_of_another_size_is_no_worse_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the ends are probed, so the odd one in the middle is found while making."""
    monkeypatch.setattr("mien.datasets.cache_rows._PROBED", 2)
    sizes = [(24, 24), (30, 20), (24, 24)]
    samples = [grey_sample(tmp_path / f"{i}.png", i, size) for i, size in enumerate(sizes)]
    held = cached(samples, 48, 3, tmp_path / "cache")
    assert held.form.row == (48, 48, 3)
    for i, sample in enumerate(samples):
        assert (held[i] == read_crop(sample, 48)[0]).all()
    assert not list((tmp_path / "cache").glob("*.part"))


def test_nothing_is_made_twice(samples: list[Sample], tmp_path: Path) -> None:
    made: list[tuple[int, int]] = []

    def told(done: int, total: int) -> None:
        made.append((done, total))

    cached(samples, 16, 3, tmp_path / "cache", progress=told)
    cached(samples, 16, 3, tmp_path / "cache", progress=told)
    assert made == [(6, 6)]


def test_a_changed_file_is_read_again_and_only_it(samples: list[Sample], tmp_path: Path) -> None:
    cached(samples, 16, 3, tmp_path / "cache")
    path = picture(tmp_path / "data" / "2.png", 99, (24, 24))
    os.utime(path, ns=(1, 1))
    made = []
    held = cached(samples, 16, 3, tmp_path / "cache", progress=lambda d, n: made.append((d, n)))
    assert made == [(1, 1)]
    assert (held[2] == read_crop(samples[2], 16)[0]).all()


def test_goes_on_after_an_interruption(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "_ROWS_AT_ONCE", 2)

    def stop(done: int, total: int) -> None:
        del total
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cached(samples, 16, 3, tmp_path / "cache", progress=stop)
    assert [p.suffix for p in (tmp_path / "cache").iterdir() if p.is_dir()] == [".part"]
    made = []
    held = cached(samples, 16, 3, tmp_path / "cache", progress=lambda d, n: made.append((d, n)))
    assert made == [(2, 2)]
    for i, sample in enumerate(samples):
        assert (held[i] == read_crop(sample, 16)[0]).all()


def test_unreadable_files_are_told_when_asked_for(samples: list[Sample], tmp_path: Path) -> None:
    (tmp_path / "data" / "3.png").write_bytes(b"broken")
    held = cached(samples, 16, 3, tmp_path / "cache")
    with pytest.raises(DataError, match=r"3\.png"):
        held[3]
    assert held[4].shape == (16, 16, 3)
    again = []
    cached(samples, 16, 3, tmp_path / "cache", progress=lambda d, n: again.append((d, n)))
    assert again == []


def test_splits_share_one_cache(samples: list[Sample], tmp_path: Path) -> None:
    held = cached(samples, 16, 3, tmp_path / "cache")
    part = held.of([samples[4], samples[1]])
    assert (part[0] == held[4]).all()
    assert (part.of([samples[1]])[0] == held[1]).all()
    with pytest.raises(DataError, match="not in the cache"):
        part.of([samples[0]])


def test_workers_open_it_themselves(samples: list[Sample], tmp_path: Path) -> None:
    held = cached(samples, 16, 3, tmp_path / "cache")
    sent = pickle.dumps(held)
    assert len(sent) < 2000, "pixels do not travel"
    assert (pickle.loads(sent)[5] == held[5]).all()


def test_clips(tmp_path: Path) -> None:
    clip = np.random.default_rng(0).integers(0, 256, (10, 20, 30, 3), np.uint8)
    samples = [Sample("a", 0, "dfew", "train", clip)]
    held = cached(samples, 16, 3, tmp_path, frames=4)
    assert held[0].shape == (4, 16, 16, 3)
    assert (held[0] == read_crop(samples[0], 16, frames=4)[0]).all()


def test_refuses_before_it_writes(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="name of its own"):
        cached([samples[0], samples[0]], 16, 3, tmp_path / "cache")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 100})())
    with pytest.raises(OutputError, match="GB"):
        cached(samples, 16, 3, tmp_path / "cache")


def test_a_disk_that_fills_up_is_told(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []

    def full(_: int, start: int, size: int) -> None:
        asked.append((start, size))
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "posix_fallocate", full, raising=False)
        with pytest.raises(OutputError, match=r"cannot be written: No space left on device"):
            cached(samples, 16, 3, tmp_path / "cache")
    assert asked == [(0, 128 + 6 * 16 * 16 * 3)]  # .npy's header and six pictures
    held = cached(samples, 16, 3, tmp_path / "cache")
    assert (held[5] == read_crop(samples[5], 16)[0]).all()


def test_a_disk_that_cannot_take_room_ahead_does_without(
    samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", cannot, raising=False)
    held = cached(samples, 16, 3, tmp_path / "cache")
    assert (held[5] == read_crop(samples[5], 16)[0]).all()


#: Another program takes the last space after the cache asked how much there is.
ON_A_FULL_DISK = """
import shutil, sys
from pathlib import Path
import numpy as np
from mien.datasets.cache import cached
from mien.datasets.sample import Sample
from mien.errors import OutputError
shutil.disk_usage = lambda _: type("Usage", (), {"free": 1 << 40})()
pictures = np.ones((20, 256, 256, 3), np.uint8)
samples = [Sample(str(i), 0, "fer2013", "train", picture) for i, picture in enumerate(pictures)]
try:
    cached(samples, 256, 3, Path(sys.argv[1]))
except OutputError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="no room can be taken ahead")
def test_a_disk_that_is_really_full_does_not_end_the_process(tmp_path: Path) -> None:
    own_mounts = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = 'mount -t tmpfs -o size=1m tmpfs "$1" && shift'
    ready = [*own_mounts, mount, "sh", str(tmp_path)]
    if not shutil.which("unshare") or subprocess.run(ready, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    made = subprocess.run(
        [
            *(*own_mounts, f'{mount} && exec "$@"', "sh", str(tmp_path)),
            *(sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path / "cache")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert "cannot be written: No space left on device" in made.stdout
