"""Pictures a second are of whole steps, and each batch is begun once."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from benchmarks.system_speed import Timed, page_of  # noqa: E402


class Faces:
    """Three pictures."""

    def __len__(self) -> int:
        return 3

    def drawn(self, index: int, draw: int) -> dict[str, torch.Tensor]:
        return {"image": torch.tensor([index, draw])}


def test_a_time_a_batch_and_the_data_as_they_are() -> None:
    timed = Timed(Faces(), batch=2)
    drawn = [timed.drawn(index, 7)["image"].tolist() for index in (0, 1, 2, 0, 1)]
    assert drawn == [[0, 7], [1, 7], [2, 7], [0, 7], [1, 7]]
    assert len(timed.begun_s) == 3
    assert timed.begun_s == sorted(timed.begun_s)
    assert len(timed) == 3


def test_the_table_says_how_many_times_as_fast() -> None:
    rows = [
        {
            "system": "hafnet",
            "published_ms": 47.76,
            "small_ms": 5.04,
            "plain_images_per_s": 120.0,
            "images_per_s": 300.0,
        },
        {"system": "r2plus1d-attention", "published_ms": 900.0},
    ]
    told = {"cores": 2, "date": "d", "commit": "c", "processor": "p", "load_average": [0.1]}
    page = page_of({**told, "systems": rows})
    assert "| `hafnet` | 47.8 | 5.0 | 120 | 300 | 2.5× |" in page
    assert "| `r2plus1d-attention` | 900.0 | – | – | – | – |" in page
