"""Pages: fetch what the user may see, call one verb, show the answer."""
