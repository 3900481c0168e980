"""What people do with bidders, keys, envelopes and bids."""
