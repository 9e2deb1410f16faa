"""Makes the bundled face models: MediaPipe's TFLite files, from npm, as ONNX.

``python -m build_models`` fetches the packages, checks the pinned check sums, converts
and writes ``src/mien/weights/mediapipe/*.onnx``; it does nothing when they are up to
date. Used while building only; not part of the installed package.

The converted files
===================
Every input is ``image``, RGB, float32, ``(batch, 3, side, side)``, any batch size.

``blazeface_short``  side 128, values ``x / 127.5 − 1`` in [−1, 1];
    ``boxes (batch, 896, 16)``, ``scores (batch, 896, 1)`` (logits).
``blazeface_full``   side 192, values ``x / 127.5 − 1`` in [−1, 1];
    ``boxes (batch, 2304, 16)``, ``scores (batch, 2304, 1)`` (logits).
``face_mesh``        side 192, values ``x / 255`` in [0, 1];
    ``landmarks (batch, 1404)`` = 468 × (x, y, z) in input pixels, z in the scale of x
    and negative towards the camera; ``presence (batch, 1)``, a logit.

Anchors
=======
One anchor is the centre ``((column + 0.5) · stride, (row + 0.5) · stride)`` of a cell in
input pixels; all are of size one, so only centres matter. Cells run along rows, top row
first, and the anchors of one cell follow each other.

* Short range: a 16 × 16 grid (stride 8) with 2 anchors a cell, 512, then an 8 × 8 grid
  (stride 16) with 6 a cell, 384: 896. MediaPipe lists the strides as 8, 16, 16, 16 with
  two anchors each and merges equal strides: the same centres in the same order.
* Full range: a 48 × 48 grid (stride 4) with 1 anchor a cell: 2304.

The grids are those of the graphs' last layers: 16 × 16 × 2 and 8 × 8 × 6 scores, and
48 × 48 × 1.

A row of ``boxes``
==================
``[x, y, width, height, right eye x y, left eye x y, nose x y, mouth x y, right ear x y,
left ear x y]`` in input pixels; x and y of everything (the box's centre included) are
offsets from the anchor, width and height are absolute. Left and right are the
person's. The score is ``1 / (1 + exp(−logit))``; MediaPipe cuts logits to [−100, 100].

Sources: MediaPipe's graphs ``modules/face_detection/face_detection_short_range`` and
``face_detection_full_range`` (SsdAnchorsCalculator and TensorsToDetectionsCalculator
options) and ``modules/face_landmark``; Bazarevsky et al. 2019, arXiv:1907.05047;
Kartynnik et al. 2019, arXiv:1907.06724.
"""
