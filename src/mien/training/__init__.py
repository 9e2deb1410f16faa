"""Making models; needs the extra `train`."""
