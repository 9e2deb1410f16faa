"""Pictures and clips to explain, as samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mien.datasets.pixels import read_picture
from mien.datasets.reader import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from mien.datasets.sample import Sample
from mien.errors import DataError, SettingsError
from mien.expression.preprocessing import FaceCut, cut_square, face_landmarks, square_of_face
from mien.faces.detectors import open_detector
from mien.faces.follower import FaceFollower
from mien.faces.mesh import FaceMesh
from mien.labels import OWN_CLASSES
from mien.network_input import NetworkInput
from mien.networks.landmark_points import COUNT
from mien.observations import Frame

#: Photographs may hold a class: both the whole and tiles are searched.
_DETECTOR = "blazeface-tiles"
#: How a face is cut from a photograph; the network's own size is told beside.
_CUT = FaceCut()


def samples_to_explain(
    paths: tuple[Path, ...], shape: NetworkInput, labels: tuple[str, ...], find_faces: bool
) -> list[Sample]:
    """One sample a picture, a clip, or a face of a photograph.

    Raises:
        DataError: a file is missing or of the wrong kind, or a photograph shows no face.
        SettingsError: faces are to be found in clips.
    """
    if find_faces and shape.frames is not None:
        raise SettingsError(
            "--find-faces looks in photographs; this network reads clips. Name clips of one face "
            "each, and leave it out."
        )
    label_set = OWN_CLASSES + ",".join(labels)
    samples: list[Sample] = []
    for path in paths:
        if not path.exists():
            raise DataError(f"There is no {path}. Name pictures, or clips for a video network.")
        if shape.frames is not None:
            samples.append(_clip(path, label_set))
        elif path.is_dir() or path.suffix.lower() not in IMAGE_SUFFIXES:
            raise DataError(
                f"{path} is no picture ({', '.join(sorted(IMAGE_SUFFIXES))}); this network "
                "reads single pictures."
            )
        elif find_faces:
            samples += _faces(path, shape, label_set)
        else:
            samples.append(Sample(path.name, -1, label_set, "test", path))
    return samples


def _clip(path: Path, label_set: str) -> Sample:
    if path.is_dir():
        frames = tuple(sorted(p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES))
        if not frames:
            raise DataError(f"The folder {path} holds no frames. Name a video or its frames.")
        return Sample(path.name, -1, label_set, "test", frames)
    if path.suffix.lower() not in VIDEO_SUFFIXES:
        raise DataError(
            f"{path} is no clip: this network reads videos "
            f"({', '.join(sorted(VIDEO_SUFFIXES))}) or folders of frames."
        )
    return Sample(path.name, -1, label_set, "test", path)


def _faces(path: Path, shape: NetworkInput, label_set: str) -> Iterator[Sample]:
    image = read_picture(path)
    follower = FaceFollower(open_detector(_DETECTOR), FaceMesh())
    found = follower.read(Frame(image, 0.0))
    if not found:
        raise DataError(
            f"No face was found in {path}. If it is a face already cut out, leave --find-faces out."
        )
    for number, face in found:
        crop = cut_square(image, square_of_face(face, _CUT), shape.side_px, grey=False)
        points = None
        if face.mesh_px is not None:
            points = face_landmarks(face, _CUT, COUNT) * shape.side_px
        yield Sample(
            f"{path.name}, face {number}",
            -1,
            label_set,
            "test",
            np.rint(crop * 255).astype(np.uint8),
            landmarks_px=points,
        )
