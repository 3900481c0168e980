"""The core: settings, clock, kernel, log, roles, and the call up to the integrated terms."""
