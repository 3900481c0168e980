"""Questions with reasons that the steps of a bid ask."""
