"""The commands with which Convoca is run, tested and released."""
