"""One thing on a page: asked, shown to be checked, recorded. Nothing that was typed is lost on the way."""

from django.shortcuts import render

from procurement.workflow import Blocked


class Asked:
    """A form on its way. The paper that proves the answers is handed over when they are checked: a browser
    does not carry a file from one page to the next.
    """

    def __init__(self, request, form, paper=None):
        self.request, self.form, self.paper = request, form, paper
        self.step = request.POST.get("step", "check") if request.method == "POST" else ""
        self.checking = self.step in ("check", "record") and form.is_valid()

    def values(self):
        """Return the answers with their paper; None while something is missing."""
        if self.step != "record" or not self.checking:
            return None
        if self.paper is None:
            return self.form.record()
        return (
            self.form.record() | {"file": self.paper.cleaned_data["file"]} if self.paper.is_valid() else None
        )

    def record(self, verb, *arguments, **named):
        """Run the service once the answers are checked; return what it returns, or None."""
        values = self.values()
        if values is None:
            return None
        try:
            return verb(*arguments, **named, **values)
        except Blocked as blocked:
            about_the_paper = self.paper and all(code.startswith("document.") for code in blocked.codes)
            at_fault = self.paper if about_the_paper else self.form
            at_fault.add_error(None, blocked)
            self.checking = bool(about_the_paper)
            return None

    def page(self, shown, **words):
        """Show the questions, or the answers to be checked.

        `words` are title, intro, button, consequence, and where one came from: back, back_title.
        """
        paper = self.paper if self.checking else None
        template = "procurement/prep_check.html" if self.checking else "procurement/prep_ask.html"
        shown = shown | words | {"form": self.form, "paper": paper}
        wrong = self.step in ("check", "record") and (not self.checking or (paper and paper.errors))
        return render(self.request, template, shown, status=422 if wrong else 200)


def paper_of(request, form_class, **options):
    """Return the form of the paper: empty until the answers are checked."""
    if request.POST.get("step") == "record":
        return form_class(request.POST, request.FILES, **options)
    return form_class(**options)
