"""Who was who, where a run goes on, and what counts once."""

from collections.abc import Iterator

import numpy as np

from mien.observations import Frame, Observation
from mien.resumption import LOOKS, UnreadFrames, instants_to_recall

BOX = (0.0, 0.0, 10.0, 10.0)


def test_looks_to_recall_are_spread_and_include_the_last() -> None:
    rows = [Observation(float(t), 1, BOX) for t in range(100)]
    times = list(instants_to_recall(rows))
    assert len(times) == LOOKS
    assert (times[0], times[-1]) == (0.0, 99.0)
    assert instants_to_recall([Observation(0.0)]) == {}


class Counting:
    """Frames at 0, 1, 2 and 3 s, before each as many that cannot be decoded; then two."""

    def __init__(self, start_s: float) -> None:
        self.start_s, self.undecodable = start_s, 0

    def __iter__(self) -> Iterator[Frame]:
        for number in range(4):
            self.undecodable += number
            if number >= self.start_s:
                yield Frame(np.zeros((4, 4, 3), np.uint8), float(number), number)
        self.undecodable += 2


def test_what_comes_again_before_the_last_instant_counts_once() -> None:
    whole = UnreadFrames(Counting(0.0), float("-inf"), 0)
    times = [frame.time_s for frame in whole]
    assert times == [0.0, 1.0, 2.0, 3.0]
    assert [whole.undecodable_before(time_s) for time_s in times] == [0, 1, 3, 6]
    assert whole.undecodable == 8
    rest = UnreadFrames(Counting(1.0), 1.0, 1)  # 1 came again on the way there
    times = [frame.time_s for frame in rest]
    assert times == [2.0, 3.0]
    assert [rest.undecodable_before(time_s) for time_s in times] == [3, 6]
    assert rest.undecodable == 8
