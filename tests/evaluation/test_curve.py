"""The course of a training over its stages."""

import csv
from pathlib import Path
from xml.etree import ElementTree

from mien.evaluation.curve import HEIGHT, TOP, curve_svg, read_stages, write_curve

HEAD = "epoch,ferplus_accuracy,ferplus_uar,fer2013_accuracy\n"


def logs(folder: Path) -> list[Path]:
    paths = []
    for name, lines in (("one", "1,0.3,0.2,0.4\n2,0.65,0.5,0.5\n"), ("two", "1,1.0,0.7,0.6\n")):
        (folder / name).mkdir()
        paths.append(folder / name / "log.csv")
        paths[-1].write_text(HEAD + lines)
    return paths


def test_stages_follow_each_other_under_their_names(tmp_path: Path) -> None:
    rows = read_stages(logs(tmp_path))
    assert [(r["stage"], r["epoch"]) for r in rows] == [("one", "1"), ("one", "2"), ("two", "1")]


def test_table_and_picture(tmp_path: Path) -> None:
    write_curve(logs(tmp_path), tmp_path / "out/table.csv", tmp_path / "pictures/curve.svg")
    with (tmp_path / "out/table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["ferplus_accuracy"] for row in rows] == ["0.3", "0.65", "1.0"]
    ElementTree.parse(tmp_path / "pictures/curve.svg")


def test_heights_of_a_line(tmp_path: Path) -> None:
    # 30 % lies at the bottom, 65 % half way, 100 % at the top
    svg = curve_svg(read_stages(logs(tmp_path)))
    lines = [p.get("d", "") for p in ElementTree.fromstring(svg) if p.get("fill") == "none"]
    heights = [float(point.split(" ")[1]) for point in lines[0][1:].split("L")]
    assert heights == [TOP + HEIGHT, TOP + HEIGHT / 2, TOP]
