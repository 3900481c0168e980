"""What the pages after the award draw."""

from django import template

from contracts import pictures

register = template.Library()


@register.inclusion_tag("contracts/_fund_drawn.html")
def fund_drawn(sheet):
    """Draw the latest periods of the fund, with the table that says the same."""
    columns = pictures.columns_of(sheet)
    return {"columns": columns, "drawn": pictures.fund(columns)}
