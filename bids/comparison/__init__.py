"""The account of a ranking as a workbook that anybody can change, and as data for another program."""
