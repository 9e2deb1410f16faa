"""Measurements: speed and memory, with date, commit and machine."""
