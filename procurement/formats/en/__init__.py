"""English, with the same numbers and the same order of the day as the Spanish pages."""
