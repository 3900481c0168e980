"""Template tags about bids."""
