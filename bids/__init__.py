"""Bidders, sealed envelopes, opening, evaluation, scoring, award and appeal."""
