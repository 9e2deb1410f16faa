"""Torch networks; they need the extra `train`."""
