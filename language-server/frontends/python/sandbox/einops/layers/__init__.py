"""einops' patterns as layers; torch's are in `torch`."""
