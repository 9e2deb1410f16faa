"""The demonstration: three people and a course that teaches."""
