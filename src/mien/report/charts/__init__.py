"""The report's charts: each is an SVG picture, a sentence and a table."""
