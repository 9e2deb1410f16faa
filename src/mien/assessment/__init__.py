"""From observations over time to learning states: presence, head pose and expression
by transparent rules, one a file in :mod:`mien.assessment.rules`."""
