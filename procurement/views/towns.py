"""What belongs to a municipality, not to one call: facts of its towns, ordinances, the JVS of each town."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement import clock, ordinances, roles
from procurement.forms import preparation as forms
from procurement.forms.answers import Paper, Reason
from procurement.models import Delegate, Event, Municipality, NeighbourhoodBoard, Ordinance, Town
from procurement.roles import Role
from procurement.services import boards, tenders, towns
from procurement.services import ordinances as acts
from procurement.views.answers import Asked, paper_of
from procurement.views.base import visible_tender

STOPS = {kind: gettext_lazy("Without it no contract can be signed.") for kind in Ordinance.Kind}
STOPS[Ordinance.Kind.JVS] = gettext_lazy("Without it no call can be announced.")


def holds(request, municipality, offices):
    user, at = request.user, clock.now()
    return user.is_authenticated and any(
        roles.holds_office(user, office, municipality, at) for office in offices
    )


def require(request, municipality, offices):
    if not holds(request, municipality, offices):
        raise PermissionDenied


def shown(municipality, **more):
    return {"municipality": municipality, "at": clock.now()} | more


def ask(request, municipality, form, verb, *arguments, to, paper=None, done, about, **words):
    """Ask, check, record; then say so and go back to the page `to` of `about`."""
    asked = Asked(request, form, paper)
    if asked.record(verb, *arguments, by=request.user):
        messages.success(request, done)
        return redirect(to, about.pk)
    return asked.page(shown(municipality), back=reverse(to, args=[about.pk]), **words)


# Towns


def tender_town(request, pk):
    """Lead from a tender to the facts of its town."""
    return redirect("town", visible_tender(request, pk).town_id)


def town_detail(request, pk):
    """The facts of a town with their source, and what was changed in them."""
    town = get_object_or_404(Town.objects.select_related("municipality"), pk=pk)
    revised = {"body__action": "town.revise", "body__facts__town": town.pk}
    changes = Event.objects.of(town.municipality).filter(**revised).order_by("-index")[:20]
    fields = [
        (town._meta.get_field(name).verbose_name, getattr(town, name), name)
        for name in forms.TownForm._meta.fields
        if name != "source"
    ]
    more = {"town": town, "fields": fields, "changes": changes}
    more["may"] = holds(request, town.municipality, towns.OFFICES)
    return render(request, "procurement/prep_town.html", shown(town.municipality, **more))


@login_required
def town_add(request, pk):
    """Enter a town, on the way to its call."""
    municipality = get_object_or_404(Municipality, pk=pk)
    require(request, municipality, towns.OFFICES)
    return ask(
        request,
        municipality,
        forms.NewTownForm(request.POST or None),
        towns.add,
        municipality,
        about=municipality,
        to="tender-create" if holds(request, municipality, [Role.MANAGER]) else "municipality-people",
        title=_("A town of the municipality"),
        back_title=municipality.name,
        intro=_("A call is made for one town. Its other facts are entered later, each with its source."),
        button=_("Enter the town"),
        consequence=_("Name, number of people and source are public."),
        done=_("The town is entered."),
    )


@login_required
def tender_create(request, pk):
    """Begin the draft of a call, as the manager; without a town, the town comes first."""
    municipality = get_object_or_404(Municipality, pk=pk)
    require(request, municipality, [Role.MANAGER])
    if not municipality.towns.exists():
        return redirect("town-add", pk)
    asked = Asked(request, forms.CallForm(request.POST or None, municipality=municipality))
    if tender := asked.record(tenders.create, municipality, by=request.user):
        messages.success(request, _("The draft of the call is begun. Only those who work on it see it."))
        return redirect(tender)
    return asked.page(
        shown(municipality),
        title=_("A new call"),
        back=reverse("work"),
        back_title=_("My work"),
        intro=_("You begin a draft. Nobody outside sees it until the committee announces the call."),
        button=_("Begin the draft"),
        consequence=_("The call gets its number. The mayor can then appoint its committee."),
        other=reverse("town-add", args=[pk]),
        other_title=_("The town is not in the list: enter it"),
    )


@login_required
def town_revise(request, pk):
    town = get_object_or_404(Town.objects.select_related("municipality"), pk=pk)
    require(request, town.municipality, towns.OFFICES)
    start = {name: getattr(town, name) for name in forms.TownForm._meta.fields}
    return ask(
        request,
        town.municipality,
        forms.TownForm(request.POST or None, initial=start | {"version": town.version}),
        towns.revise,
        town,
        about=town,
        to="town",
        title=_("Facts of %(town)s") % {"town": town},
        back_title=town.name,
        intro=_("Each figure has a source. They size guarantees and the minimum for the fund."),
        button=_("Save the facts"),
        consequence=_("They are published with their source, and what they were before stays in the log."),
        done=_("The facts of the town are saved."),
    )


# Ordinances


def tender_ordinances(request, pk):
    """Lead from a tender to the ordinances of its municipality."""
    return redirect("ordinances", visible_tender(request, pk).municipality_id)


def ordinance_list(request, pk):
    """The four ordinances, how far each has come, and what each blocks."""
    municipality = get_object_or_404(Municipality, pk=pk)
    today = localtime(clock.now()).date()
    standing = list(municipality.ordinances.standing().select_related("document", "proof"))
    rows = [(kind, *rows_of(kind, standing, today)) for kind in Ordinance.Kind]
    past = municipality.ordinances.filter(superseded_at__isnull=False)
    waiting = [(kind.label, STOPS[kind]) for kind, _found, there in rows if not there]
    more = {"rows": rows, "past": past, "waiting": waiting}
    more["may"] = holds(request, municipality, [Role.MANAGER])
    return render(request, "procurement/prep_ordinances.html", shown(municipality, **more))


def rows_of(kind, standing, today):
    """Return the ordinances of one kind with their stage, and whether one is in force."""
    found = [(each, each.stage(today)) for each in standing if each.kind == kind]
    return found, any(each.in_force(today) for each, _stage in found)


def own_ordinance(request, pk):
    """Return an ordinance for the manager of its municipality; 403 for anybody else."""
    found = get_object_or_404(Ordinance.objects.standing().select_related("municipality"), pk=pk)
    require(request, found.municipality, [Role.MANAGER])
    return found


def for_ordinances(request, pk, kind):
    """Return the municipality for its manager; 404 where there is no such ordinance."""
    municipality = get_object_or_404(Municipality, pk=pk)
    if kind not in Ordinance.Kind.values:
        raise Http404
    require(request, municipality, [Role.MANAGER])
    return municipality


def ordinance_detail(request, pk):
    """One ordinance: what it settles and what it leaves open, its answers, its prices."""
    found = get_object_or_404(Ordinance.objects.select_related("municipality", "document", "proof"), pk=pk)
    contents = [(label, key in found.contents) for key, label in ordinances.CONTENTS[found.kind]]
    answers = [
        (question, question.choices.get(answer.get("choice", ""), ""), answer)
        for question in ordinances.QUESTIONS
        if (answer := found.answers.get(question.key))
    ]
    stage = found.stage(localtime(clock.now()).date())
    more = {"ordinance": found, "contents": contents, "answers": answers, "stage": stage}
    more["may"] = holds(request, found.municipality, [Role.MANAGER])
    return render(request, "procurement/prep_ordinance.html", shown(found.municipality, **more))


def ask_ordinance(request, municipality, form, verb, *arguments, kind, **words):
    words |= {"to": "ordinances", "about": municipality, "back_title": _("Ordinances")}
    words["title"] = Ordinance.Kind(kind).label
    return ask(request, municipality, form, verb, *arguments, **words)


@login_required
def ordinance_plan(request, pk, kind):
    municipality = for_ordinances(request, pk, kind)
    return ask_ordinance(
        request,
        municipality,
        forms.PlanForm(request.POST or None),
        lambda *taken, **named: acts.plan(*taken, kind=kind, **named),
        municipality,
        kind=kind,
        intro=_("For when it is planned. The day may be moved until the council approves the ordinance."),
        button=_("Record the plan"),
        consequence=_("The date is shown to everybody who waits for this ordinance."),
        done=_("The plan is recorded."),
    )


@login_required
def ordinance_agree(request, pk, kind):
    municipality = for_ordinances(request, pk, kind)
    return ask_ordinance(
        request,
        municipality,
        forms.OrdinanceForm(request.POST or None, kind=kind),
        lambda *taken, **named: acts.agree(*taken, kind=kind, **named),
        municipality,
        paper=paper_of(request, Paper),
        kind=kind,
        intro=_("As the council approved it. You attach the whole text on the next page."),
        button=_("Record the ordinance"),
        consequence=_("It is published here with its fingerprint. It has no effect until it is published."),
        done=_("The ordinance is recorded. Now record where and when it was published."),
    )


@login_required
def ordinance_publish(request, pk):
    found = own_ordinance(request, pk)
    return ask_ordinance(
        request,
        found.municipality,
        forms.PublicationForm(request.POST or None),
        acts.publish,
        found,
        paper=paper_of(request, Paper, required=False),
        kind=found.kind,
        intro=_(
            "An ordinance has effect only after it is published (Organic Law of Municipalities, art. 44)."
        ),
        button=_("Record the publication"),
        consequence=_("From the day that you wrote on, steps that wait for this ordinance may go on."),
        done=_("The publication is recorded."),
    )


@login_required
def ordinance_supersede(request, pk):
    found = own_ordinance(request, pk)
    return ask_ordinance(
        request,
        found.municipality,
        Reason(request.POST or None),
        acts.supersede,
        found,
        kind=found.kind,
        intro=_("Nothing is erased: it stays, crossed out, with your reason beside it."),
        button=_("Cross it out"),
        consequence=_("Steps that rest on this ordinance wait until it is recorded again."),
        done=_("It no longer counts."),
    )


# The JVS


def board(request, pk):
    """The neighbourhood board of a town: its sectors, who directs it, and since when it exists."""
    town = get_object_or_404(Town.objects.select_related("municipality"), pk=pk)
    at = clock.now()
    found = town.boards.standing().select_related("ordinance", "document").first()
    against = boards.due_for_instatement(found, at) if found and not found.instated_on else []
    more = {
        "town": town,
        "board": found,
        "sectors": found.sectors().items() if found else [],
        "against": against,
        "past": town.boards.filter(superseded_at__isnull=False),
        "may": holds(request, town.municipality, boards.OFFICES),
    }
    return render(request, "procurement/prep_board.html", shown(town.municipality, **more))


def ask_board(request, town, form, verb, *arguments, **words):
    words |= {"to": "board", "about": town, "back_title": _("JVS of %(town)s") % {"town": town}}
    return ask(request, town.municipality, form, verb, *arguments, **words)


def own_board(request, pk):
    found = get_object_or_404(
        NeighbourhoodBoard.objects.standing().select_related("town__municipality"), pk=pk
    )
    require(request, found.town.municipality, boards.OFFICES)
    return found


@login_required
def board_elect(request, pk):
    town = get_object_or_404(Town.objects.select_related("municipality"), pk=pk)
    require(request, town.municipality, boards.OFFICES)
    return ask_board(
        request,
        town,
        forms.BoardForm(request.POST or None),
        boards.elect,
        town,
        paper=paper_of(request, Paper, required=False),
        title=_("Election of the neighbourhood board"),
        intro=_("The assembly of delegates decides how many direct it and which majority they have."),
        button=_("Record the election"),
        consequence=_("Next you write the delegates of each sector: a woman and a man."),
        done=_("The election is recorded. Now add the delegates of each sector."),
    )


@login_required
def delegate_add(request, pk):
    found = own_board(request, pk)
    return ask_board(
        request,
        found.town,
        forms.DelegateForm(request.POST or None, initial=request.GET.dict()),
        boards.add_delegate,
        found,
        title=_("A delegate of a sector"),
        intro=_("Name, sector and post are published. Document and telephone never are."),
        button=_("Add the delegate"),
        consequence=_("The name stands on the public page of the board from now on."),
        done=_("The delegate is added."),
    )


@login_required
def delegate_end(request, pk):
    found = get_object_or_404(
        Delegate.objects.select_related("board__town__municipality").filter(left_on=None), pk=pk
    )
    own_board(request, found.board_id)
    return ask_board(
        request,
        found.board.town,
        forms.LeaveForm(request.POST or None),
        boards.end_delegate,
        found,
        title=_("%(delegate)s leaves") % {"delegate": found.name},
        intro=_("The sector sends another delegate in this place."),
        button=_("Record that they left"),
        consequence=_("The name leaves the public page. The log keeps that there was a change."),
        done=_("It is recorded."),
    )


@login_required
def board_instate(request, pk):
    found = own_board(request, pk)
    return ask_board(
        request,
        found.town,
        forms.InstatementForm(request.POST or None),
        boards.instate,
        found,
        title=_("Instate the neighbourhood board"),
        intro=_("It exists by force of the ordinance on the JVS, which must be in force on that day."),
        button=_("Record the instatement"),
        consequence=_("From then on its observers may be accredited in a call."),
        done=_("The board is instated."),
    )


@login_required
def board_supersede(request, pk):
    found = own_board(request, pk)
    return ask_board(
        request,
        found.town,
        Reason(request.POST or None),
        boards.supersede,
        found,
        title=_("This board no longer counts"),
        intro=_("Its term is over, or it was recorded wrongly. Another one may be elected."),
        button=_("Record it"),
        consequence=_("It stays in the history, with your reason beside it."),
        done=_("It no longer counts."),
    )
