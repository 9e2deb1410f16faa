"""From learning states to teaching that adapts: what to offer, when to be quiet, and
whether it helped. Pure: clocks, databases and pages are elsewhere."""
