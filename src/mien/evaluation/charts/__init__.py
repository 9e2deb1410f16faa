"""Charts of an evaluation: each is an SVG picture, a sentence and a table."""
