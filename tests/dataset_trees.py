"""Small data sets in their owners' layouts, with the owners' quirks and some faults."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np
from PIL import Image

FER_VOTES = (
    *("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"),
    *("unknown", "NF"),
)


def picture(path: Path, seed: int = 0, size: tuple[int, int] = (40, 40)) -> Path:
    """A small picture that no other seed gives; a smooth pattern, so that JPEG keeps it."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (4, 4, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).save(path)
    return path


def text(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def video(path: Path, frames: int = 6) -> Path:
    """Frame i is grey of level 20 i."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for i in range(frames):
            level = np.full((32, 32, 3), 20 * i, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(level, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def fer2013_zip(root: Path) -> Path:
    """Six pictures; FER+ as in the authors' examples; one not a face; two faulty rows."""
    rows = [
        ("Training", "angry", "fer0.png", (4, 0, 0, 1, 3, 2, 0, 0, 0, 0)),  # largest, no majority
        ("Training", "happy", "fer1.png", (1, 9, 0, 0, 0, 0, 0, 0, 0, 0)),  # majority
        ("PublicTest", "sad", "fer2.png", (0, 0, 0, 10, 0, 0, 0, 0, 0, 0)),
        ("PrivateTest", "neutral", "", (0, 0, 0, 0, 0, 0, 0, 0, 0, 10)),  # not a face
        ("PrivateTest", "fear", "fer4.png", (0, 0, 2, 0, 0, 0, 2, 0, 6, 0)),  # mostly unknown
        ("PrivateTest", "bored", "fer5.png", (0, 0, 0, 0, 0, 0, 10, 0, 0, 0)),  # no such class
        ("Elsewhere", "fear", "fer6.png", (0, 0, 0, 0, 0, 0, 10, 0, 0, 0)),  # no such split
    ]
    path = root / "fer2013.zip"
    root.mkdir(parents=True, exist_ok=True)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(
        ["image", "usage", "emotion", "ferplus_name", *(f"votes_{v}" for v in FER_VOTES)]
    )
    with zipfile.ZipFile(path, "w") as archive:
        for i, (usage, emotion, name, votes) in enumerate(rows):
            writer.writerow([f"images/{i:05d}.webp", usage, emotion, name, *votes])
            stream = io.BytesIO()
            Image.fromarray(grey48(i)).convert("RGB").save(stream, "webp", lossless=True)
            archive.writestr(f"images/{i:05d}.webp", stream.getvalue())
        archive.writestr("labels.csv", table.getvalue())
    return path


def grey48(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (48, 48), np.uint8)


def fer2013_csv(root: Path) -> Path:
    """``icml_face_data.csv`` has spaces after its commas; line 4 is short of pixels."""
    lines = ["emotion, Usage, pixels"]
    for i, (emotion, usage) in enumerate([(0, "Training"), (3, "PublicTest"), (6, "PrivateTest")]):
        lines.append(f"{emotion}, {usage}, {' '.join(map(str, grey48(i).ravel()))}")
    lines.insert(3, "2, Training, 1 2 3")
    text(root / "icml_face_data.csv", "\n".join(lines) + "\n")
    header = "Usage,Image name," + ",".join(FER_VOTES)
    votes = ["10,0,0,0,0,0,0,0,0,0", "0,10,0,0,0,0,0,0,0,0", "0,0,0,0,0,0,10,0,0,0"]
    votes.append("0,0,0,0,0,0,0,10,0,0")
    usages = ("Training", "PublicTest", "Training", "PrivateTest")
    rows = [f"{u},fer{i}.png,{v}" for i, (u, v) in enumerate(zip(usages, votes, strict=True))]
    text(root / "fer2013new.csv", "\n".join([header, *rows]) + "\n")
    return root


def fer2013_folder(root: Path) -> Path:
    for i, name in enumerate(("angry/Training_1", "happy/Training_2")):
        picture(root / "train" / f"{name}.jpg", i, (48, 48))
    for i, name in enumerate(("angry/PublicTest_3", "happy/PrivateTest_4", "bored/PrivateTest_5")):
        picture(root / "test" / f"{name}.jpg", 5 + i, (48, 48))
    return root


def rafdb(root: Path) -> Path:
    """Labels from 1, the ending ``_aligned``; a label 9, a missing picture."""
    part = root / "basic"
    lines = ["train_00001.jpg 5", "train_00002.jpg 1", "test_0001.jpg 7", "test_0002.jpg 9"]
    text(part / "EmoLabel/list_patition_label.txt", "\n".join([*lines, "test_0003.jpg 4", ""]))
    for i, name in enumerate(("train_00001", "train_00002", "test_0001", "test_0002")):
        picture(part / f"Image/aligned/{name}_aligned.jpg", i)
    points = "10.0\t20.0\n" * 5
    text(part / "Annotation/manual/train_00001_manu_attri.txt", points + "1\n2\n3\n")
    return root


def rafdb_compound(root: Path) -> Path:
    part = root / "compound"
    lines = ["train_0001.jpg 1", "test_0001.jpg 11", "test_0002.jpg 12"]
    text(part / "EmoLabel/list_patition_label.txt", "\n".join(lines))
    for i, name in enumerate(("train_0001", "test_0001", "test_0002")):
        picture(part / f"Image/aligned/{name}_aligned.jpg", i)
    return root


def affectnet(root: Path) -> Path:
    """Numbers as text or as floats; one contempt; one of no expression (8); one without
    annotation; one annotation without picture."""
    for number, expression in ((0, "1"), (10, "7"), (2, "8")):
        _affectnet(root / "train_set", number, expression)
    picture(root / "train_set/images/3.jpg", 3)
    np.save(root / "train_set/annotations/99_exp.npy", np.array("1"))
    _affectnet(root / "val_set", 5, 6.0)
    np.save(root / "val_set/annotations/5_val.npy", np.array(-2.0))
    return root


def _affectnet(part: Path, number: int, expression: str | float) -> None:
    picture(part / f"images/{number}.jpg", number)
    folder = part / "annotations"
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{number}_exp.npy", np.array(expression))
    np.save(folder / f"{number}_val.npy", np.array("-0.25"))
    np.save(folder / f"{number}_aro.npy", np.array(0.5))
    np.save(folder / f"{number}_lnd.npy", np.arange(136, dtype=np.float64))


def ckplus(root: Path) -> Path:
    """S005 with an emotion and landmarks, S010 without, S011 with an emotion of 9."""
    for subject, sequence, frames in (("S005", "001", 5), ("S010", "002", 3), ("S011", "001", 3)):
        for i in range(1, frames + 1):
            name = f"{subject}_{sequence}_{i:08d}.png"
            picture(root / "cohn-kanade-images" / subject / sequence / name, i)
    (root / "cohn-kanade-images" / ".DS_Store").touch()
    text(root / "Emotion/S005/001/S005_001_00000005_emotion.txt", "   3.0000000e+00\n")
    (root / "Emotion/S010/002").mkdir(parents=True)
    text(root / "Emotion/S011/001/S011_001_00000003_emotion.txt", "   9.0000000e+00\n")
    points = "".join(f"   {i}.5e+00   {2 * i}.0e+00\n" for i in range(68))
    text(root / "Landmarks/S005/001/S005_001_00000005_landmarks.txt", points)
    return root


def kdef(root: Path) -> Path:
    for i, name in enumerate(("AF01ANS", "BF01SUS", "AM10AFS", "AF01HAFL", "AM31H")):
        picture(root / name[:4] / f"{name}.JPG", i)
    return root


def sfew(root: Path) -> Path:
    picture(root / "Train/Angry/Film_000123_01.png", 1)
    picture(root / "Train/Surprise/Film_000124_01.png", 2)
    picture(root / "Val/Sad/Film_000125_01.png", 3)
    picture(root / "Val/Bored/Film_000126_01.png", 4)
    return root


def afew(root: Path) -> Path:
    video(root / "Train_AFEW/Happy/000046280.avi")
    video(root / "Val_AFEW/Fear/000046281.avi")
    text(root / "Val_AFEW/Fear/readme.txt", "")
    return root


def dfew(root: Path) -> Path:
    """Ten clips, two a fold; clip 10 has no frames; a bad row."""
    for clip in range(1, 10):
        for frame in (1, 2, 3):
            picture(root / f"data/{clip:05d}/{clip:05d}_{frame:05d}.jpg", 10 * clip + frame)
    for fold in range(1, 6):
        test = [2 * fold - 1, 2 * fold]
        for part, clips in (("test", test), ("train", [c for c in range(1, 11) if c not in test])):
            rows = [f"{clip},{(clip - 1) % 7 + 1}" for clip in clips]
            rows += ["4,eight"] if (part, fold) == ("test", 1) else []
            text(
                root / f"label/single_{part}set_{fold}.csv", "\n".join(["video_name,label", *rows])
            )
    return root


def daisee(root: Path) -> Path:
    """A header that ends with a space; .mp4 called .avi; a label without clip, a clip
    without label, a level 4."""
    header = "ClipID,Boredom,Engagement,Confusion,Frustration "
    rows = ["1100011002.avi,0,2,1,0", "1100011003.avi,0,2,0,0", "1100011004.avi,0,4,0,0"]
    text(root / "Labels/TrainLabels.csv", "\n".join([header, *rows]))
    text(root / "Labels/ValidationLabels.csv", f"{header}\n4000221001.avi,3,0,0,0\n")
    text(root / "Labels/TestLabels.csv", f"{header}\n5000441001.avi,0,3,0,0\n")
    for place in (
        "Train/110001/1100011002/1100011002.mp4",
        "Train/110001/1100011005/1100011005.avi",
        "Validation/400022/4000221001/4000221001.avi",
        "Test/500044/5000441001/5000441001.avi",
    ):
        video(root / "DataSet" / place)
    return root


def folder(root: Path) -> Path:
    """The classroom states of SCFED, and a file that is no picture."""
    states = ("happy", "dedicated", "neutral", "confused", "tired", "bored")
    for i, (part, name) in enumerate((p, n) for p in ("train", "val", "test") for n in states):
        picture(root / part / name / "1.png", i)
    text(root / "train/happy/notes.txt", "")
    return root


#: One builder a reader; every one leaves at least one fault to report.
TREES: dict[str, Callable[[Path], Path]] = {
    "fer2013": fer2013_zip,
    "ferplus": fer2013_zip,
    "rafdb": rafdb,
    "rafdb-compound": rafdb_compound,
    "affectnet7": affectnet,
    "affectnet8": affectnet,
    "ckplus": ckplus,
    "kdef": kdef,
    "kdef-angles": kdef,
    "sfew": sfew,
    "afew": afew,
    "dfew": dfew,
    "daisee": daisee,
    "folder": folder,
}


def names(samples: Iterable[object]) -> list[str]:
    return [sample.name for sample in samples]  # type: ignore[attr-defined]
