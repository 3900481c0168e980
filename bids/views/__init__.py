"""Pages about bidders, keys, envelopes and what becomes of them."""
