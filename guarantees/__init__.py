"""Guarantees that a local bidder can really give: how large they may sensibly be."""
