"""What pages about bidders, keys and envelopes ask."""
