"""The conditions of the workflow: questions with their own words, no writes, no clock of their own."""
