"""Scenarios: what happened in a town, as a file, run through the same services as the web pages."""
