"""Judging models on data that they have not seen."""
