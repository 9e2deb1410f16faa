"""Expressions: the only resize and normalise, calibration, and the recogniser."""
