"""The program that checks a case file without Convoca: copied into it, never imported here."""
