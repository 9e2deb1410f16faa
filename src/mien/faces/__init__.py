"""Faces: detectors, mesh, head pose, eyes and mouth, quality, tracking."""
