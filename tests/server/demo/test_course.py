"""The demonstration's course as teaching: whole, readable, and right where it reckons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest
from scipy.signal import square

from mien.server.demo.course import load_course, load_drawings
from mien.server.markdown import MEDIA_PATH, render
from mien.server.media_types import Kind, kind_of
from mien.server.schemas.courses import PointDraft, QuestionDraft

COURSE = load_course()
POINTS = [point for lesson in COURSE.lessons for point in lesson.points]
MEDIA = {name: f"{MEDIA_PATH}{name}" for name in load_drawings()}


def texts(point: PointDraft) -> Iterator[str]:
    yield from (point.body, point.fuller, point.easier, point.story)
    for question in point.questions:
        yield from (question.prompt, question.explanation, *question.options)


def question(words: str) -> QuestionDraft:
    (found,) = (q for p in POINTS for q in p.questions if words in q.prompt)
    return found


def right(words: str) -> list[str]:
    asked = question(words)
    return [asked.options[index] for index in asked.correct]


def test_there_are_eight_points_and_more() -> None:
    assert len(POINTS) >= 8
    assert len({point.title for point in POINTS}) == len(POINTS)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.title)
class TestPoint:
    def test_has_all_that_adaptation_can_offer(self, point: PointDraft) -> None:
        for part in (point.body, point.fuller, point.easier, point.story):
            assert len(part.split()) > 40
        assert len(point.questions) >= 2
        assert all(question.explanation for question in point.questions)

    def test_every_formula_and_drawing_is_shown(self, point: PointDraft) -> None:
        for text in texts(point):
            page = render(text, MEDIA)
            assert "formula-error" not in page
            assert 'src=""' not in page
            visible = re.sub(r"<[^>]+>", "", page)
            assert not re.search(r"[$\\]", visible), visible

    def test_has_a_drawing_with_words_for_those_who_do_not_see_it(self, point: PointDraft) -> None:
        alternative = re.findall(r"!\[([^\]]*)\]\(media:", point.body)
        assert alternative
        assert all(len(words.split()) > 5 for words in alternative)

    def test_the_easier_variant_needs_no_formula(self, point: PointDraft) -> None:
        assert "$$" not in point.easier


def test_every_drawing_is_used_and_is_a_plain_svg() -> None:
    written = "".join(text for point in POINTS for text in texts(point))
    for name, content in load_drawings().items():
        assert f"media:{name}" in written
        assert kind_of(content) is Kind.SVG
        root = ElementTree.fromstring(content)
        assert root.findtext("{http://www.w3.org/2000/svg}title")
        tags = {element.tag.split("}")[1] for element in root.iter()}
        assert tags <= {"svg", "title", "g", "rect", "line", "polyline", "circle", "text"}


def test_pulses_of_the_drawing_have_one_area() -> None:
    drawn = load_drawings()["impulse-and-step.svg"].decode()
    areas = set()
    for points in re.findall(r'points="(1[0-9., ]+)"/>', drawn):
        x, y = np.array([pair.split(",") for pair in points.split()], float).T
        areas.add(float(np.ptp(x) * np.ptp(y)))
    assert len(areas) == 1


class TestArithmetic:
    """The figures of the texts, by another way than the texts go."""

    def test_convolution(self) -> None:
        body = next(p for p in POINTS if p.title == "Convolution").fuller
        assert list(np.convolve([1, 2], [3, 1, 4])) == [3, 7, 6, 8]
        assert "| sum $y[n]$ | 3 | 7 | 6 | 8 |" in body
        assert right("$x = (1, 1)$ and $h = (2, 3)$") == ["$(2, 5, 3)$"]
        assert list(np.convolve([1, 1], [2, 3])) == [2, 5, 3]

    def test_square_wave(self) -> None:
        t = (np.arange(20_000) + 0.5) / 20_000
        wave = square(2 * np.pi * t)
        heights = [2 * np.mean(wave * np.sin(2 * np.pi * k * t)) for k in (1, 2, 3, 5, 7)]
        assert heights == pytest.approx([1.273, 0, 0.424, 0.255, 1.273 / 7], abs=1e-3)
        eight = sum(4 / np.pi / k * np.sin(2 * np.pi * k * t) for k in range(1, 400, 2))
        assert (eight.max() - 1) / 2 == pytest.approx(0.09, abs=2e-3)  # Gibbs

    def test_low_pass(self) -> None:
        table = next(p for p in POINTS if p.title.startswith("Filters")).fuller
        for product, written, decibels in (
            (0.1, "0.995", "0.0"),
            (1, "0.707", "−3.0"),
            (10, "0.0995", "−20.0"),
            (100, "0.0100", "−40.0"),
        ):
            height = abs(1 / (1 + 1j * product))
            assert float(written) == pytest.approx(height, rel=2e-3)
            assert float(decibels.replace("−", "-")) == pytest.approx(
                20 * np.log10(height), abs=0.05
            )
            assert f"| {written} | {decibels} |" in table
        assert right("RC low-pass has") == ["$0.71$"]

    @pytest.mark.parametrize(("tone_hz", "seen_hz"), [(900, 100), (700, 300), (2000, 0)])
    def test_aliases(self, tone_hz: float, seen_hz: float) -> None:
        n = np.arange(50)
        tone, seen = (np.cos(2 * np.pi * f * n / 1000) for f in (tone_hz, seen_hz))
        np.testing.assert_allclose(tone, seen, atol=1e-9)
        assert right("A tone of 700 Hz") == ["300 Hz"]

    def test_mean_over_a_pulse(self) -> None:
        for width, written in ((0.1, "9.303"), (0.01, "9.030")):
            mean = ((3 + width) ** 3 - 27) / 3 / width
            assert f"{mean:.3f}" == written
            assert written in POINTS[1].fuller
