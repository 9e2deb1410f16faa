"""Losses of the published systems; each file one loss, with its formula."""
