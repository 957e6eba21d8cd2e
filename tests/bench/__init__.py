"""``make bench``: what the daily run costs, beside the best that the same machine can do."""
