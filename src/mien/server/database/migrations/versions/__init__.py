"""In order by number."""
