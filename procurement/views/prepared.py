"""What the pages before the call show: tasks with their state, what was decided, who is who."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from procurement import committee, parameters, places, regimes, roles, tasks, three_actors, workflow
from procurement.guards import preparation as guards
from procurement.models import ConflictDeclaration, Ordinance, Study
from procurement.services import boards, towns
from procurement.services.committee import BIDDERS_KNOWN, DECLARE, OVER

OF_THE_TERMS = ("tender.regime.parameter", "terms.", "contract.term")


def blockers(tender, at):
    """Return what stands between the draft and its approval, each with the page that removes it."""
    if tender.state != tender.State.DRAFT:
        return []
    tender.judged_at = at
    rule = next(rule for rule in workflow.here(tender) if rule.name == "approve")
    return places.located(workflow.refusals(tender, rule), tender)


def shortened(refusal):
    """Return a refusal as it is listed among others: what the terms owe is long, and has its own page."""
    if refusal.code != parameters.Undecided.code:
        return refusal
    sentence = _("The terms do not state everything yet. Their page lists what is open.")
    return {"sentence": sentence, "rule": refusal.rule, "code": refusal.code, "url": refusal.url}


def day(value):
    return date_format(value)


class Tasks:
    """Builds the task list: each task knows its refusals by their codes, and its state by them."""

    def __init__(self, tender, user, at):
        self.tender, self.user, self.at = tender, user, at
        self.refusals = blockers(tender, at)
        self.claimed = set()
        self.prepares = roles.holds(user, "prepare_tender", tender, at)
        self.records_council = roles.holds(user, "record_council_act", tender, at)

    def task(self, title, *, done, note="", who="", url="", codes=(), may=True, look=False):
        """Return one task; whoever may not do it gets no link, unless there is something to `look` at.

        `missing`: the approval waits for it.
        """
        self.claimed.update(codes)
        against = [each for each in self.refusals if each.code in codes]
        state = "blocked" if done and against else "done" if done else "ready" if may else "pending"
        return {
            "title": title,
            "url": url if may or look else "",
            "note": note,
            "who": who,
            "state": state,
            "refusals": against if done else [],
            "open": bool(done and against),
            "missing": bool(against),
        }

    def in_office(self, offices):
        held = roles.held(self.user, self.at) if self.user.is_authenticated else None
        names = [office.value for office in offices]
        mine = {"group__name__in": names, "municipality": self.tender.municipality_id, "tender": None}
        return held is not None and held.filter(**mine).exists()

    def address(self, name, *more):
        return reverse(name, args=[self.tender.pk, *more])

    # The decision

    def regime(self):
        decision, regime = getattr(self.tender, "regime_decision", None), self.tender.regime
        note = _("The municipality chooses it, with a legal report.")
        if decision:
            facts = {"regime": regime.title(get_language()[:2]), "report": decision.legal_report}
            note = _("%(regime)s. Legal report %(report)s.") % facts
        return self.task(
            _("Regime: which law the call is made under"),
            done=decision is not None,
            note=note,
            who=_("Manager or legal adviser"),
            url=self.address("regime-choose"),
            codes=[
                "tender.regime.not-chosen",
                "tender.regime.not-in-force",
                "tender.population.out-of-range",
            ],
            may=self.prepares,
        )

    def study(self, kind):
        found = self.tender.studies.standing().filter(kind=kind).first()
        note = (
            _("%(author)s, %(day)s.") % {"author": found.author, "day": day(found.happened_on)}
            if found
            else ""
        )
        return self.task(
            Study.Kind(kind).label,
            done=found is not None,
            note=note,
            who="" if found else _("Manager or technical area"),
            url=self.address("tender-decision") if found else self.address("study-record", kind),
            codes=[] if found else ["tender.studies.missing"],
            may=self.prepares,
            look=found is not None,
        )

    def assemblies(self):
        held = self.tender.assemblies.standing().exclude(mode="delegates")
        women, men = sum(each.women for each in held), sum(each.men for each in held)
        note = _("Each neighbourhood hears the proposal and accepts or rejects it.")
        if held:
            note = ngettext(
                "%(count)s assembly: %(women)s women and %(men)s men.",
                "%(count)s assemblies: %(women)s women and %(men)s men.",
                len(held),
            ) % {"count": len(held), "women": women, "men": men}
        return self.task(
            _("Assemblies of neighbours"),
            done=bool(held),
            note=note,
            who=_("Manager, technical area or secretary"),
            url=self.address("assembly-record"),
            may=self.prepares,
        )

    def model(self):
        model = self.tender.approved_models.standing().first()
        held = self.tender.assemblies.standing().filter(mode="delegates").last()
        note = _("The delegates decide in the end. First their assembly, then what they approved.")
        if held and not model:
            note = f"{held.get_decision_display()}, {day(held.happened_on)}."
        if model:
            note = f"{model}, {day(model.happened_on)}."
        page = "tender-decision" if model else "model-record" if held else "assembly-record"
        return self.task(
            _("Assembly of delegates and approved model"),
            done=model is not None,
            note=note,
            who=_("Manager, technical area or secretary"),
            url=self.address(page) + ("" if held or model else "?mode=delegates"),
            codes=["tender.model.not-approved", "tender.model.origin-differs"],
            may=self.prepares,
            look=model is not None,
        )

    def council(self):
        agreement = guards.approval(self.tender)
        note = _("The council votes; the manager records it with the paper.")
        if agreement:
            votes = {"number": agreement.number, "day": day(agreement.happened_on)}
            votes |= {"votes_for": agreement.votes_for, "votes_against": agreement.votes_against}
            note = _("Agreement %(number)s, %(day)s: %(votes_for)s for, %(votes_against)s against.") % votes
        return self.task(
            _("Council agreement"),
            done=agreement is not None,
            note=note,
            who=_("Manager"),
            url=self.address("agreement-record"),
            codes=["tender.council.agreement-missing", "tender.council.majority-not-reached"],
            may=self.records_council,
        )

    # People, ordinances, terms

    def committee(self):
        seats = committee.seats(self.tender, self.at)
        note = _("The mayor appoints its members, alternates and secretary by resolution.")
        if seats:
            note = ", ".join(str(seat.user) for seat in seats) + "."
        codes = ["committee.appointment.missing", "committee.size.not-as-stated", "committee.size.even"]
        return self.task(
            _("Committee"),
            done=bool(seats),
            note=note,
            who=_("Mayor"),
            url=self.address("tender-people"),
            codes=codes,
            may=roles.holds(self.user, "appoint_people", self.tender, self.at),
            look=True,
        )

    def declarations(self):
        seats = committee.seats(self.tender, self.at)
        missing = committee.undeclared(self.tender, self.at)
        note = _("%(declared)s of %(seats)s members declared.") % {
            "declared": len(seats) - len(missing),
            "seats": len(seats),
        }
        mine = any(seat.user_id == self.user.pk for seat in seats)
        return self.task(
            _("Declarations of interests"),
            done=bool(seats) and not missing,
            note=note,
            who=_("Each member"),
            url=self.address("conflict-declare"),
            may=mine,
        )

    def ordinances(self):
        today = localtime(self.at).date()
        ordinances = self.tender.municipality.ordinances
        there = [kind for kind in Ordinance.Kind if ordinances.in_force(kind, today)]
        return self.task(
            _("The four ordinances"),
            done=len(there) == 4,
            note=_("%(count)s of 4 in force. The one on the JVS comes before the announcement.")
            % {"count": len(there)},
            who=_("Council; the manager records them"),
            url=reverse("ordinances", args=[self.tender.municipality_id]),
            codes=["tender.ordinances.not-planned"],
            may=self.records_council,
            look=True,
        )

    def board(self):
        board = self.tender.town.boards.standing().first()
        note = _("Two delegates for each sector, a woman and a man.")
        if board and board.instated_on:
            note = _("Instated on %(day)s.") % {"day": day(board.instated_on)}
        return self.task(
            _("Neighbourhood supervision board (JVS)"),
            done=bool(board and board.instated_on),
            note=note,
            who=_("Delegates; the technical area records them"),
            url=reverse("board", args=[self.tender.town_id]),
            may=self.in_office(boards.OFFICES),
            look=True,
        )

    def town(self):
        town = self.tender.town
        return self.task(
            _("Facts of the town"),
            done=bool(town.source),
            note=(town.source and f"{town.source.rstrip('.')}.")
            or _("Population, coverage, charge, operating cost, each with its source."),
            who=_("Manager or technical area"),
            url=reverse("town", args=[town.pk]),
            codes=["tender.studies.operating-cost-missing"],
            may=self.in_office(towns.OFFICES),
            look=True,
        )

    def terms(self):
        profile = self.tender.profile
        owed = len(parameters.missing(profile, self.tender.stated)) if profile else 0
        note = _("Days, guarantees, points, price: everything that the regime leaves open.")
        if owed:
            note = ngettext("%(count)s value is open.", "%(count)s values are open.", owed) % {"count": owed}
        codes = [each.code for each in self.refusals if each.code.startswith(OF_THE_TERMS)]
        return self.task(
            _("What the terms state"),
            done=profile is not None and not owed,
            note=note,
            who=_("Committee or secretary"),
            url=places.place(parameters.Undecided.code, self.tender),
            codes=codes,
            may=roles.holds(self.user, "change_tender", self.tender, self.at),
            look=True,
        )

    def approval(self):
        approved = self.tender.state != self.tender.State.DRAFT
        task = self.task(
            _("Approve the terms"),
            done=approved,
            note=_("The manager stands behind them; from then on the committee may announce the call."),
            who=_("Manager"),
            url="" if approved else self.address("tender-approve"),
            may=roles.holds(self.user, "approve_tender", self.tender, self.at),
        )
        if not approved and self.refusals:
            task |= {"state": "blocked", "refusals": [shortened(each) for each in self.refusals]}
        return task


def sections(tender, user, at):
    """Return the tasks by section, in the order of the procedure, and what the approval waits for.

    That is tasks, and whatever `others` stands against it that no task of this page takes away.
    """
    found = Tasks(tender, user, at)
    listed = [
        (_("1. The decision of the town"), [found.assemblies(), found.model(), found.council()]),
        (_("2. Studies"), [*(found.study(kind) for kind in Study.Kind), found.town()]),
        (_("3. Law and ordinances"), [found.regime(), found.ordinances(), found.board()]),
        (_("4. People"), [found.committee(), found.declarations()]),
        (_("5. The terms"), [found.terms(), found.approval()]),
    ]
    waiting = [task for _title, tasks in listed for task in tasks if task["missing"]]
    others = [refusal for refusal in found.refusals if refusal.code not in found.claimed]
    missing = len(waiting) + len(others)
    return {"sections": listed, "waiting": waiting, "others": others, "missing": missing}


# What was decided


def decided(tender):
    """Return the facts of the decision, those that count and those crossed out."""
    assemblies = list(tender.assemblies.standing().select_related("document"))
    neighbours = [each for each in assemblies if each.mode != "delegates"]
    model = tender.approved_models.standing().select_related("assembly", "document").first()
    majority = guards.majority(tender)
    agreements = list(tender.agreements.standing().select_related("document"))
    return {
        "neighbours": neighbours,
        "delegates": [each for each in assemblies if each.mode == "delegates"],
        "people": sum(each.people for each in assemblies),
        "women": sum(each.women for each in assemblies),
        "men": sum(each.men for each in assemblies),
        "model": model,
        "agreements": agreements,
        "majority": guards.MAJORITIES.get(majority),
        "studies": list(tender.studies.standing().select_related("document")),
        "decision": getattr(tender, "regime_decision", None),
        "regime_title": tender.regime.title(get_language()[:2]) if tender.regime else "",
        "uncovered": uncovered(tender.regime),
        "crossed_out": crossed_out(tender),
    }


def uncovered(regime):
    """Return what the regime says nothing about, in its own words: nothing is invented in its place."""
    if regime is None:
        return []
    language = get_language()[:2]
    return [gap[language] for gap in regime.not_covered.values()]


def crossed_out(tender):
    """Return everything that no longer counts, with its reason."""
    found = []
    for kind in (tender.agreements, tender.studies, tender.assemblies, tender.approved_models):
        found += kind.filter(superseded_at__isnull=False).select_related("superseded_by")
    return sorted(found, key=lambda fact: fact.superseded_at)


def first_model(tender):
    """Return what the form of the model starts with: the delegates' assembly, and what everybody does."""
    held = tender.assemblies.standing().filter(mode="delegates", decision="accepted").last()
    return {"assembly": held and held.pk, "supervision": _("Neighbourhood supervision board (JVS)")}


def regime_now(decision):
    """Return the chosen regime as the form starts with it."""
    if decision is None:
        return {}
    names = ("code", "profile", "legal_report", "happened_on", "decided_by", "reason", "considered")
    return {name: getattr(decision, name) for name in (*names, "out_of_force_reason")}


def compared(day):
    """Return every regime as the page of the choice compares them."""
    language = get_language()[:2]
    return [
        {
            "title": regime.title(language),
            "code": regime.code,
            "from": regime.valid_from,
            "to": regime.valid_to,
            "in_force": regime.in_force(day),
            "gaps": uncovered(regime),
            "population": shown_number(regime.profile().find("population.max")),
        }
        for regime in regimes.all_regimes()
    ]


def shown_number(number):
    return "" if number is None else f"{number:,}"


def actors(tender, at):
    """Return Table 9, and the four actions that follow the decision, each done or not (rule 21)."""
    today = localtime(at).date()
    ordinances = tender.municipality.ordinances
    done = {
        "ordinances": all(ordinances.in_force(kind, today) for kind in Ordinance.Kind),
        "board": tender.town.boards.instated().exists(),
        "operator": tender.state == tender.State.CONSENTED,
        "transfer": False,  # after the signature
    }
    actions = [(action, done[key]) for key, action in three_actors.ACTIONS]
    return {"actors": three_actors.ACTORS, "functions": three_actors.FUNCTIONS, "actions": actions}


def declarations_owed(tenders, user, at):
    """Yield, for the work list, the tenders on which this person has to declare their interests."""
    mine = roles.held(user, at).filter(tender__in=tenders, group__name__in=[each.value for each in DECLARE])
    owed = set(mine.values_list("tender", flat=True))
    declared = ConflictDeclaration.objects.filter(appointment__user=user, tender__in=tenders)
    told = set(declared.values_list("tender", "bidders_known"))
    for tender in tenders:
        enough = {(tender.pk, True)} | ({(tender.pk, False)} if tender.state not in BIDDERS_KNOWN else set())
        if tender.pk in owed and not told & enough and tender.state not in OVER:
            url = reverse("conflict-declare", args=[tender.pk])
            yield tender, tasks.Task(gettext_lazy("Declare your interests"), url)
