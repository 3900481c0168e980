"""Convoca's core: settings, clock, kernel, log, roles, and the call from the council's agreement to the integrated terms."""
