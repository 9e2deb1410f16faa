"""The expression model's card as a page, from its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mien.whole_file import write_whole

#: What the project set out to reach on PrivateTest: key, words, target, at least?
TARGETS: Final = (
    ("ferplus_accuracy", "FER+ majority accuracy", 0.89, True),
    ("ferplus_uar", "FER+ UAR over eight classes", 0.72, True),
    ("fer2013_accuracy", "FER2013 accuracy, seven classes", 0.71, True),
    ("ece", "ECE on FER+ majority, 15 bins", 0.03, False),
)

INTRODUCTION: Final = """**For.** Timelines of lessons, research, teaching about affective computing. **Not for** grades, discipline, hiring,
surveillance, or any decision about a person. In the EU, inferring emotions of people in education is prohibited (AI
Act, Art. 5(1)(f)) except for medical or safety reasons; consent is no exception.

**Data.** FER2013 (Goodfellow et al. 2013), found by web search in 2013, with the votes of ten annotators (Barsoum et
al. 2016). Nobody recorded the people's age, sex, origin or consent; posed, acted and drawn faces are among them;
disgust, fear and contempt are rare; near-duplicates cross its splits, so figures are a little too good. Accuracy by group of
people cannot be told from it. The picture archive was put together again from public copies; figures compare with
published ones to about 0.1 points.

**Choices.** Checkpoint and temperature were chosen on PublicTest; PrivateTest was read for this page only.
"""


def form_part(card: Mapping[str, Any]) -> str:
    """What the network is."""
    form = card["form"]
    bits = "Its later convolutions calculate in 8 bits. " if form["eight_bits"] else ""
    return f"""# Model card: the bundled expression model

**What it is.** A residual network of {form["parameters"] / 1e6:.1f} million parameters (`networks/compact.py`) on
48-pixel grey faces with two heads: FER+'s eight expressions and FER2013's seven.
{bits}Trained by this project on FER2013 pictures with FER+ votes (`make train-bundled`).
It says what a face shows, not what a person feels.
"""


def percent(value: float) -> str:
    return f"{value * 100:.1f} %"


def with_interval(figure: Mapping[str, Any]) -> str:
    low, high = figure["interval"]
    return f"{percent(figure['value'])} ({percent(low)} to {percent(high)})"


def targets_table(card: Mapping[str, Any]) -> str:
    """Both ways of looking beside the targets. The pipeline looks once, so a target that
    takes the mirror image is told to be met so alone."""
    lines = ["| PrivateTest | looking once | with the mirror image | target |", "|-|-|-|-|"]
    for key, words, target, at_least in TARGETS:
        views = card[key], card["with_flip"][key]
        values = [view["value"] for view in views]
        once, twice = (v >= target if at_least else v <= target for v in values)
        verdict = "met" if once else "met with the mirror image alone" if twice else "**missed**"
        sign = "≥" if at_least else "≤"
        lines.append(
            f"| {words} | {' | '.join(map(with_interval, views))} | "
            f"{sign} {percent(target)}: {verdict} |"
        )
    least = card["milliseconds_a_face"]
    met = "met" if least["median"] <= 1.5 else "**missed**"
    lines.append(
        f"| milliseconds a face, one core, one face | {least['median']:.2f} (least "
        f"{least['least']:.2f}) | – | ≤ 1.5: {met} |"
    )
    return "\n".join(lines)


#: Between these lines the README's table is written.
README_MARKS: Final = ("<!-- accuracy: begin -->", "<!-- accuracy: end -->")


def write_readme_table(card: Mapping[str, Any], path: Path) -> None:
    """Puts the table of targets between the marks of the README."""
    text = path.read_text(encoding="utf-8")
    begin, end = README_MARKS
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    write_whole(path, f"{head}{begin}\n{targets_table(card)}\n{end}{tail}".encode())


def risk_svg(card: Mapping[str, Any]) -> str:
    """The risk-coverage curve, 100 to 50 % coverage, risk 0 to 15 %."""
    points = [
        (40 + (1 - p["coverage"]) * 2 * 420, 170 - p["risk"] / 0.15 * 140)
        for p in card["risk_coverage"]
    ]
    path = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#1f5f99"/>' for x, y in points)
    labels = "".join(
        f'<text x="{x:.0f}" y="{y - 10:.0f}" text-anchor="middle">{percent(p["risk"])}</text>'
        f'<text x="{x:.0f}" y="190" text-anchor="middle">{p["coverage"]:.0%}</text>'
        for (x, y), p in zip(points, card["risk_coverage"], strict=True)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 215" font-family="sans-serif" '
        'font-size="11"><rect width="500" height="215" fill="#fff"/>'
        '<path d="M40 170H470" stroke="#888"/>'
        f'<path d="{path}" fill="none" stroke="#1f5f99" stroke-width="2"/>{dots}{labels}'
        '<text x="255" y="208" text-anchor="middle">share of faces that are answered</text>'
        '<text x="40" y="16">share of wrong answers</text></svg>\n'
    )


def accuracy_part(card: Mapping[str, Any]) -> str:
    """Figures on PrivateTest as it is, by class, and with abstention."""
    recalls = "\n".join(
        f"| {name} | {with_interval(v)} | {v['count']} |"
        for name, v in card["ferplus_recalls"].items()
    )
    gate = card["abstention"]
    return f"""## Accuracy

{targets_table(card)}

The pipeline looks once. 95 % intervals: Wilson for shares, bootstrap for UAR and ECE.
Temperature {card["temperature"]:.3f}; file
{card["size_bytes"] / 1e6:.2f} MB. {card["machine"]["processor"]}, commit {card["commit"]}, {card["date"]}.

| FER+ class | recall | pictures |
|-|-|-|
{recalls}

## Abstention

Below a calibrated probability of {gate["threshold"]} the answer is *unknown*: an answer that is more often wrong than
right is not given. On FER+ majority pictures {percent(gate["unknown_share"])} are unknown, and
{with_interval(gate["accuracy_of_answers"])} of the answers are right. Faces that are small, blurred, dark, over-exposed,
turned, or cut off are not looked at at all (`faces/quality.py`). {_covered_words(card)}

![Risk over coverage](expression-risk.svg)
"""


def _covered_words(card: Mapping[str, Any]) -> str:
    """How covered faces are told."""
    clear = card["robustness"]["as it is"]["called_covered"]
    if clear is None:
        return (
            "A covered face is noticed only where the mesh loses it; a hand over the mouth often\n"
            "goes unnoticed, and the last rows below show what that costs."
        )
    return (
        "A face that is covered by a third or more is\n"
        "*unknown* too: the network tells it by an answer of its own, fitted to covers drawn over "
        "training faces\n(`training/covering.py`). Of the uncovered pictures of PrivateTest it "
        f"calls {with_interval(clear)} covered;\nhow many of half-covered ones stands below."
    )


def _called(row: Mapping[str, Any]) -> str:
    figures = (row["called_covered"], row["called_overexposed"])
    return " | ".join("–" if figure is None else percent(figure["value"]) for figure in figures)


def hard_part(card: Mapping[str, Any]) -> str:
    """Figures on worse pictures, and on the crop that the live way cuts."""
    robust = "\n".join(
        f"| {name} | {with_interval(v)} | {percent(v['uar'])} | {_called(v)} |"
        for name, v in card["robustness"].items()
    )
    live = card["live"]
    return f"""## Robustness

FER+ majority pictures of PrivateTest, changed in one way each. Accuracy and UAR are of all of them: no quality gate, and
what the network calls covered, or over-exposed where a quarter of it is white, is judged none the less.

| change | accuracy | UAR | called covered | called over-exposed |
|-|-|-|-|-|
{robust}

## The live way's crop

{live["faces"]} test faces were pasted, enlarged and turned up to 10°, into pictures of 640×360; the detector missed
{percent(live["missed_share"])} of them (they are cut tightly, without the head around them that the detector learned).
Of those found: {with_interval(live["original_of_found"])} right on the data set's own crop,
{with_interval(live["live_of_found"])} on the crop that the live way cut. With every missed face counted as wrong:
{with_interval(live["live_all_missed_wrong"])}.

![Mean data-set face beside mean live crop](../pictures/mean-crops.png)
"""


def write_card(card: Mapping[str, Any], path: Path) -> None:
    """Writes the page and its curve."""
    parts = (form_part(card), INTRODUCTION, accuracy_part(card), hard_part(card))
    write_whole(path, "\n".join(parts).encode())
    write_whole(path.with_name("expression-risk.svg"), risk_svg(card).encode())
