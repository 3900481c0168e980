"""Peru writes 1,234,567.89 where Django's Spanish writes 1 234 567,89; hours always carry their seconds."""

DATE_FORMAT = r"l j \d\e F \d\e Y"
TIME_FORMAT = "H:i:s"
DATETIME_FORMAT = r"l j \d\e F \d\e Y, H:i:s"
YEAR_MONTH_FORMAT = r"F \d\e Y"
MONTH_DAY_FORMAT = r"j \d\e F"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i:s"
FIRST_DAY_OF_WEEK = 1

# The first one is what a field is filled with again, and a native date field takes no other.
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"]

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
