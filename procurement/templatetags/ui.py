"""Tags of the pages: data in, markup out. Pictures are in `pictures`.

No tag reads a clock: the instant that a page is judged at comes in as `at`. All text of people is escaped; no
markup carries a style, because the policy of the pages forbids it.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms, template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement import money
from procurement.glossary import explained

register = template.Library()
LIMA = ZoneInfo("America/Lima")
SECOND = timedelta(seconds=1)

TAGS = {
    "done": gettext_lazy("Done"),
    "ready": gettext_lazy("Ready to do"),
    "open": gettext_lazy("Under way"),
    "pending": gettext_lazy("Pending"),
    "wait": gettext_lazy("About to expire"),
    "blocked": gettext_lazy("Blocked"),
    "overdue": gettext_lazy("Overdue"),
    "refused": gettext_lazy("Does not comply"),
    "sealed": gettext_lazy("Closed"),
}
# How a state looks, for every object that has one; what is not here is under way.
LOOKS = {
    "pending": "draft drafting planned required returned released waiting skipped",
    "ready": "approved",
    "sealed": "closed submitted sealed",
    "wait": "observed renewal-due rescheduled suspended",
    "done": "awarded consented contracted handed held qualified ranked in-force accepted signed delivered "
    "answered notified published",
    "refused": "deserted cancelled withdrawn late not-admitted not-held rejected expired lost terminated",
}
LOOK_OF = {state: look for look, states in LOOKS.items() for state in states.split()}


def part(context, name, **values):
    """Render a part of the page with these values alone."""
    return context.template.engine.get_template(f"_parts/{name}.html").render(context.new(values))


# Dates, money


def hour(local):
    """Write the hour with its seconds; midnight in words, because 00:00 is read as the end of the day."""
    clock = local.time().replace(microsecond=0)
    return _("at the start of the day") if clock == time.min else f"{clock:%H:%M:%S}"


@register.filter
@register.simple_tag
def when(moment, zone=True):
    """Return a <time> with weekday and date, and for an instant the hour and its zone.

    zone=False only inside a list or table whose heading already says that hours are of Lima.
    """
    if not moment:
        return _("no date yet")
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), date_format(moment))
    local = timezone.localtime(moment, LIMA)
    text = f"{date_format(local.date())}, {hour(local)}"
    if zone:
        text = _("%(moment)s (Lima time)") % {"moment": text}
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), text)


def units(seconds):
    """Split a length of time into its units, the largest first, each with its count."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return [
        (days, ngettext("%(count)d day", "%(count)d days", days) % {"count": days}),
        (hours, ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}),
        (minutes, ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}),
        (seconds, ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}),
    ]


@register.filter
@register.simple_tag
def relative(moment, at):
    """Say how far an instant is from `at`, in its two largest units; seconds only within the last minute."""
    length = abs(moment - at) // SECOND
    said = units(length if length < 60 else length - length % 60)
    largest = next((place for place, (count, _text) in enumerate(said) if count), None)
    if largest is None:
        return _("right now")
    span = ", ".join(text for count, text in said[largest : largest + 2] if count)
    if moment < at:
        return _("%(span)s ago") % {"span": span}
    return ngettext("%(span)s left", "%(span)s left", said[largest][0]) % {"span": span}


@register.simple_tag
def countdown(next_date, at=None):
    """Say what comes next and how far it is, from a milestone that ends in its label and its instant."""
    *_name, label, moment = next_date
    return format_html("{} <b>{}</b>", label, relative(moment, at) if at else when(moment))


def unbroken(text):
    """Keep a figure and its unit on one line."""
    return text.replace(" ", "\xa0")


@register.filter
@register.simple_tag
def soles(amount, currency="PEN"):
    """Write an amount with its currency and two decimals: S/ 1,234.50; a dash where there is none."""
    return "—" if amount is None else unbroken(money.display(amount, currency))


@register.filter
@register.simple_tag
def percentage(value):
    """Write percent points with two decimals: 10.20 %; a dash where there are none."""
    return "—" if value is None else unbroken(money.percentage(value))


# Symbols


def symbol(name):
    return f"{static('procurement/symbols.svg')}#{name}"


@register.simple_tag
def icon(name):
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', symbol(name))


@register.simple_tag
def tag(state, text="", drawn=""):
    """Return a state as icon, word and colour; `drawn` names another icon than the state's."""
    return format_html('<span class="tag {}">{}{}</span>', state, icon(drawn or state), text or TAGS[state])


@register.simple_tag
def state_tag(subject, look=""):
    """Return the tag of anything that has a `state` with choices; `look` where the usual one misleads.

    A call that has gone on past its last state says where it is now.
    """
    if gone_on := getattr(subject, "whereabouts", None):
        return tag(*gone_on)
    usual = LOOK_OF.get(subject.state.replace("_", "-"), "open")
    return tag(look or usual, subject.get_state_display())


@register.simple_tag
def env(state, label=""):
    """Draw an envelope: sealed, half (checks done), open, returned, none. Without label it is decoration."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="env" {}><use href="{}"/></svg>', role, symbol(f"env-{state}"))


@register.simple_tag
def seal(lit):
    """Draw a custodian's seal, lit when they have released their part; the name stands beside it."""
    return format_html(
        '<svg aria-hidden="true"><use href="{}"/></svg>', symbol("seal-on" if lit else "seal-off")
    )


# Words


@register.simple_tag(takes_context=True)
def gloss(context, key, text=""):
    """Make a legal term a button that explains it; the meaning is written once a page.

    The note is a native popover, and reads in brackets after the word where there are none.
    """
    word, meaning = explained(key)
    button = format_html(
        '<button class="gloss" type="button" popovertarget="g-{}">{}</button>', key, text or word
    )
    request = getattr(context, "request", None)
    written = (vars(request) if request else context.dicts[0]).setdefault("glossed", set())
    if key in written:
        return button
    written.add(key)
    return button + format_html(
        '<span popover id="g-{}"> <i>(</i><b>{}</b>: {}<i>)</i> </span>', key, word, meaning
    )


@register.simple_tag
def crumbs(*steps):
    """Say where the page is: {% crumbs "Tenders" url "001" %}, text and address in turn, its name last."""
    *above, here = steps
    links = format_html_join("", '<a href="{}">{}</a> › ', zip(above[1::2], above[::2], strict=True))
    return format_html(
        '<nav class="crumbs" aria-label="{}">{}<span aria-current="page">{}</span></nav>',
        _("Where you are"),
        links,
        here,
    )


@register.inclusion_tag("_parts/bands.html", takes_context=True)
def bands(context):
    """Say what is not ordinary about the data of a page (decisions 22 and 30).

    The installation says it through DEMONSTRATION, a tender and a view's context through their `bands`.
    """
    found = ["shifted-dates", "assumed-data"] if settings.DEMONSTRATION else []
    found += ["rehearsal"] if settings.REHEARSAL else []
    for source in (getattr(context.get("tender"), "bands", ()), context.get("bands") or ()):
        found += [band for band in source if band not in found]
    return {"bands": found, "tender": context.get("tender")}


# Boxes


@register.inclusion_tag("_parts/refusals.html")
def refusals(reasons, id=""):
    """List why a step is not possible; give the button aria-describedby with the same id."""
    return {"reasons": reasons, "id": id}


@register.simple_block_tag(takes_context=True)
def now_box(context, content, title, until=None, blockers=None, dates=(), kind="", until_label=""):
    """Say what to do now, until when, and what stops it.

    `until` is a date, an instant or words; `blockers` are refusals or sentences, and an empty list says
    "nothing"; `dates` are more pairs (label, instant). Kind: stop, no or quiet.
    """
    return part(
        context,
        "now_box",
        content=content,
        title=title,
        until=until,
        until_label=until_label,
        blockers=blockers,
        dates=dates,
        kind=kind or ("stop" if blockers else ""),
    )


@register.simple_block_tag(takes_context=True)
def confirm_number(context, content, number, field, button, title="", back=""):
    """Ask for the tender's number before an act that cannot be undone; the block says its consequences."""
    field.help_text = _("It is %(number)s") % {"number": number}
    field.field.widget.attrs["autocomplete"] = "off"
    return part(
        context, "confirm_number", content=content, field=field, button=button, title=title, back=back
    )


# Forms

NATIVE = {forms.DateInput: "date", forms.TimeInput: "time", forms.DateTimeInput: "datetime-local"}


def make_native(widget, field=None):
    """Let the phone offer its own keyboard or calendar; a number stays text, so that a comma is not lost."""
    widget.attrs.pop("placeholder", None)
    if type(widget) in NATIVE:
        widget.input_type = NATIVE[type(widget)]
        widget.attrs.setdefault("class", "moment" if isinstance(widget, forms.DateTimeInput) else "short")
    if isinstance(field, forms.IntegerField) and isinstance(widget, forms.TextInput | forms.NumberInput):
        widget.input_type = "text"
        fraction = isinstance(field, forms.DecimalField | forms.FloatField)
        widget.attrs |= {"inputmode": "decimal" if fraction else "numeric", "class": "short"}
        for name in ("min", "max", "step"):
            widget.attrs.pop(name, None)


def shape(bound):
    """Tell how a field is laid out: hidden, tick, choices, moment or plain."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.SplitDateTimeWidget):
        return "moment"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "plain"


def day_and_hour(bound):
    """Return the two inputs of an instant, each with its label."""
    for widget in bound.field.widget.widgets:
        make_native(widget)
    attrs = bound.build_widget_attrs({"id": bound.auto_id})
    inputs = bound.field.widget.get_context(bound.html_name, bound.value(), attrs)["widget"]["subwidgets"]
    render = bound.form.renderer.render
    return [
        (each["attrs"]["id"], label, mark_safe(render(each["template_name"], {"widget": each})))
        for each, label in zip(inputs, [_("Day"), _("Hour")], strict=True)
    ]


@register.inclusion_tag("_parts/field.html")
def field(bound, label="", hint=None, short=False):
    """Lay out one field of a form: label, hint, errors, input, tied together for a screen reader."""
    bound.label = label or bound.label
    bound.help_text = bound.help_text if hint is None else hint
    make_native(bound.field.widget, bound.field)
    if short:
        bound.field.widget.attrs["class"] = "short"
    layout = shape(bound)
    asks_something = any(each.required for each in bound.form.fields.values())
    is_ticks = layout == "tick" or isinstance(bound.field.widget, forms.CheckboxSelectMultiple)
    return {
        "field": bound,
        "layout": layout,
        "inputs": day_and_hour(bound) if layout == "moment" else [],
        "optional": asks_something and not bound.field.required and not is_ticks,
    }


def anchor(bound):
    """Return the id of the first input of a field; none where nothing is to be seen."""
    return "" if bound.is_hidden else bound.id_for_label or f"{bound.auto_id}_0"


GENERAL = ["required", "invalid", "invalid_choice", "invalid_list", "max_length", "min_length"]
GENERAL += ["max_value", "min_value", "max_digits", "max_decimal_places", "max_whole_digits", "empty"]


def mistakes(form):
    """List the errors of a form or a formset: where, what, and where it is a refusal its code, and the page
    on which somebody answers for what only warns.
    """
    if hasattr(form, "non_form_errors"):
        inner = [mistake for each in form.forms for mistake in mistakes(each)]
        return [("", message, "", "") for message in form.non_form_errors()] + inner
    answers = {each.code: getattr(each, "url", "") for each in getattr(form, "refusals", ()) if each.warning}
    return [
        (*mistake(None if name == NON_FIELD_ERRORS else form[name], error), answers.get(error.code, ""))
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]


def mistake(bound, error):
    """Say one error; a general sentence such as "This field is required." gets the name of its field."""
    message, code = " ".join(error.messages), error.code or ""
    if bound and code in GENERAL:
        message = f"{bound.label}: {message}"
    return (anchor(bound) if bound else "", message, code if "." in code else "")


@register.inclusion_tag("_parts/error_summary.html")
def error_summary(*shown, title=""):
    """Head a page whose forms were not accepted: every error, with a link to its field.

    Without title it says that nothing was saved and that what was typed is kept.
    """
    return {"mistakes": [each for form in shown for each in mistakes(form)], "title": title}
