"""Who gets in where: one row per URL name. A URL without a row fails `test_authorization.py`.

Append your rows: `"name": Row(who)`, and `method="post"` where only a POST is answered. `who` is one of the
sets below, or `may("codename")`: whoever holds that on the tender by `roles.GRANTS`. What a URL names beside
tender, municipality and town comes from `OBJECTS`; where nothing is there, only those are tested who must
stay outside.
"""

from dataclasses import dataclass, field
from uuid import uuid4

from procurement.roles import GRANTS, Role
from procurement.services.delivery import calendar_key

from . import work_at_hand

ROLES = {
    "chair": Role.COMMITTEE,
    "secretary": Role.SECRETARY,
    "observer": Role.JVS,
    "mayor": Role.MAYOR,
    "manager": Role.MANAGER,
}
NO_ROLE = {"anonymous", "outsider", "foreign", "superuser", "host"}
ACTORS = [*ROLES, *sorted(NO_ROLE)]

EVERYBODY = frozenset(ACTORS)
NOBODY = frozenset()
SIGNED_IN = EVERYBODY - {"anonymous"}
INSIDE = frozenset(ROLES)  # those who hold a role on the tender
OFFICIALS = frozenset({"mayor", "manager"})
MAYOR = frozenset({"mayor"})
MANAGER = frozenset({"manager"})
HOST = frozenset({"host"})
READ = "read"  # everybody once the tender is announced, those inside before
READ_SIGNED_IN = "read, signed in"  # the same, but not without an account


def may(*codenames):
    """Return those whose role is granted one of these on the tender."""
    return frozenset(
        actor for actor, role in ROLES.items() if any(codename in GRANTS[role] for codename in codenames)
    )


@dataclass(frozen=True)
class Row:
    who: frozenset | str
    method: str = "get"
    data: dict = field(default_factory=dict)  # where an empty POST is turned away before anybody is asked
    later: bool = False  # there is nothing to see before a later state


POLICIES = {
    # the public
    "home": Row(EVERYBODY),
    "healthz": Row(EVERYBODY),
    "set_language": Row(EVERYBODY, "post"),
    "installation-log": Row(EVERYBODY),
    "installation-log-json": Row(EVERYBODY),
    "log-keys": Row(EVERYBODY),
    "installation-checkpoint": Row(EVERYBODY),
    "installation-checkpoint-at": Row(EVERYBODY, later=True),
    "installation-inclusion": Row(EVERYBODY),
    "installation-consistency": Row(EVERYBODY),
    "outages": Row(EVERYBODY),
    "document": Row(INSIDE),
    "paper": Row(READ),
    "paper-pdf": Row(READ),
    "paper-signed": Row(READ),
    "paper-signed-file": Row(NOBODY),  # nothing is signed here
    "demonstration": Row(NOBODY),  # only where the installation is a demonstration
    "rehearsal": Row(may("change_tender")),
    "rehearsal-inside": Row(may("change_tender")),
    "rehearsal-room": Row(NOBODY),  # these are there within a rehearsal only
    "rehearsal-as": Row(NOBODY, "post"),
    "rehearsal-clock": Row(NOBODY, "post"),
    "rehearsal-act": Row(NOBODY, "post"),
    # accounts
    "access-code": Row(EVERYBODY),
    "account_login": Row(EVERYBODY),
    "account_logout": Row(EVERYBODY),
    "account_inactive": Row(EVERYBODY),
    "account_reset_password": Row(EVERYBODY),
    "account_reauthenticate": Row(SIGNED_IN),
    "account_change_password": Row(SIGNED_IN),
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(SIGNED_IN),  # sends on whoever is in already
    "mfa_reauthenticate": Row(SIGNED_IN),
    "mfa_activate_totp": Row(SIGNED_IN),
    "mfa_deactivate_totp": Row(NOBODY),  # nobody here has a second step
    "mfa_view_recovery_codes": Row(NOBODY),
    "mfa_generate_recovery_codes": Row(SIGNED_IN),
    "mfa_download_recovery_codes": Row(NOBODY),
    "my-notices": Row(SIGNED_IN),
    "calendar-renew": Row(SIGNED_IN, "post"),
    "my-calendar": Row(EVERYBODY),  # whoever knows the secret address
    "reset-list": Row(OFFICIALS),
    "reset-confirm": Row(OFFICIALS, "post"),
    # the host
    "host": Row(HOST),
    "host-invite": Row(HOST),
    "account-state": Row(HOST),
    "municipality-create": Row(HOST),
    "mayor-invite": Row(HOST),
    "outage-end": Row(HOST),
    "mail": Row(HOST),
    "mail-again": Row(HOST, "post"),
    "mail-again-one": Row(HOST, "post"),
    "background": Row(HOST),
    "background-again": Row(HOST, "post"),
    # people
    "work": Row(SIGNED_IN),
    "shelf": Row(SIGNED_IN),
    "shelf-message": Row(MAYOR),  # it lies on the mayor's shelf
    "shelf-read": Row(MAYOR, "post"),
    "municipality-people": Row(EVERYBODY),
    "official-appoint": Row(MAYOR),
    "appointment-end": Row(MAYOR),
    "appointment-code": Row(MAYOR, "post"),
    "tender-people": Row(READ),
    "tender-appoint": Row(MAYOR),
    "committee-call-in": Row(may("keep_minutes", "appoint_people")),
    # the tender
    "tender": Row(READ),
    "minutes-list": Row(READ),
    "minutes": Row(READ),
    "minutes-rectify": Row(may("keep_minutes")),
    "minutes-scan": Row(may("keep_minutes")),
    "minutes-witness": Row(may("observe_tender"), "post"),
    "remarks": Row(READ),
    "remark-answer": Row(may("answer_remark")),
    "log": Row(READ),
    "log-json": Row(READ),
    "checkpoint": Row(READ),
    "checkpoint-at": Row(READ, later=True),
    "inclusion": Row(READ),
    "consistency": Row(READ),
    "receipt-check": Row(READ),
    # before the call
    "tender-preparation": Row(READ),
    "tender-decision": Row(READ),
    "tender-roles": Row(READ),
    "tender-ordinances": Row(READ),
    "tender-town": Row(READ),
    "agreement-record": Row(may("record_council_act")),
    "study-record": Row(may("prepare_tender")),
    "assembly-record": Row(may("prepare_tender")),
    "model-record": Row(may("prepare_tender")),
    "regime-choose": Row(may("prepare_tender")),
    "conflict-declare": Row(frozenset({"chair", "secretary", "observer"})),
    "fact-supersede": Row(may("prepare_tender", "record_council_act")),
    "ordinances": Row(EVERYBODY),
    "ordinance": Row(EVERYBODY),
    "ordinance-plan": Row(MANAGER),
    "ordinance-agree": Row(MANAGER),
    "ordinance-publish": Row(MANAGER),
    "ordinance-supersede": Row(MANAGER),
    "town-add": Row(MANAGER),
    "tender-create": Row(MANAGER),
    "town": Row(EVERYBODY),
    "town-revise": Row(MANAGER),
    "board": Row(EVERYBODY),
    "board-elect": Row(MANAGER),
    "board-instate": Row(MANAGER),
    "board-supersede": Row(MANAGER),
    "delegate-add": Row(MANAGER),
    "delegate-end": Row(MANAGER),
    # the call
    "tender-approve": Row(may("approve_tender")),
    "tender-announce": Row(may("announce_tender")),
    "tender-override": Row(may("change_tender")),
    "tender-postpone": Row(may("postpone_tender")),
    "tender-return": Row(may("return_tender")),
    "tender-withdraw": Row(may("withdraw_tender")),
    "tender-cancel": Row(may("cancel_tender")),
    "tender-close": Row(may("postpone_tender")),
    "change-list": Row(READ),
    "tender-schedule": Row(READ),
    "calendar": Row(READ),
    "calendar-ics": Row(READ),
    "notified": Row(may("read_reserved")),
    "schedule-anchors": Row(may("change_tender")),
    "schedule-edit": Row(may("change_tender")),
    "days-off": Row(EVERYBODY),
    "calendar-confirm": Row(MANAGER, "post", {"year": 2026}),
    "national-days-off": Row(EVERYBODY),
    "day-off-remove": Row(HOST, "post"),
    "terms-list": Row(READ),
    "terms-state": Row(may("change_tender")),
    "trial": Row(may("change_tender")),
    "terms-section": Row(may("change_tender")),
    "terms-approve": Row(may("approve_tender"), "post"),
    "terms": Row(READ),
    "terms-text": Row(READ),
    "terms-changes": Row(READ),
    # the sale
    "sale-request": Row(READ),
    "sale-requested": Row(READ),
    "my-purchase": Row(READ_SIGNED_IN),  # says that nothing was bought
    "purchase-take": Row(NOBODY, "post"),
    "purchase-no-bid": Row(NOBODY),
    "time-request": Row(NOBODY),
    "buyers": Row(READ),
    "sale-list": Row(may("sell_terms", "take_payment", "deliver_terms")),
    "sale-papers": Row(may("deliver_terms")),
    "delivery-hand-over": Row(may("deliver_terms"), "post"),
    "sale": Row(may("sell_terms", "take_payment", "deliver_terms")),
    "sale-pay": Row(may("take_payment")),
    "sale-receipt": Row(may("sell_terms", "take_payment", "deliver_terms")),
    "sale-deliver": Row(may("deliver_terms"), "post"),
    "sale-void": Row(may("take_payment")),
    "sale-register": Row(may("sell_terms", "take_payment", "deliver_terms")),
    "sale-refund": Row(may("take_payment")),
    "sale-no-bid": Row(may("deliver_terms")),
    # promotion
    "prospects": Row(may("promote_tender")),
    "prospect-add": Row(may("promote_tender")),
    "prospect": Row(may("promote_tender")),
    "prospect-no-bid": Row(may("promote_tender")),
    "tender-communication": Row(READ),
    "communication-add": Row(may("promote_tender")),
    "support-add": Row(may("promote_tender")),
    "time-answer": Row(may("postpone_tender")),
    "question-ask": Row(READ),
    "question-answer": Row(may("promote_tender")),
    "question-set-aside": Row(may("promote_tender"), "post"),
    "barriers": Row(READ_SIGNED_IN),
    "barrier-check": Row(may("change_tender")),
    # meetings, queries, circulars
    "meeting-list": Row(READ),
    "meeting": Row(READ),
    "meeting-invite": Row(may("convene_meeting")),
    "meeting-convene": Row(may("convene_meeting")),
    "meeting-reschedule": Row(may("convene_meeting")),
    "meeting-skip": Row(may("convene_meeting")),
    "meeting-attendance": Row(may("keep_minutes")),
    "attendance-register": Row(may("keep_minutes")),
    "attendance-strike": Row(may("keep_minutes"), "post"),
    "meeting-question": Row(may("keep_minutes")),
    "meeting-query": Row(may("register_query")),
    "meeting-hold": Row(may("keep_minutes"), "post"),
    "meeting-miss": Row(may("keep_minutes"), "post"),
    "meeting-report": Row(may("keep_minutes")),
    "meeting-close": Row(may("keep_minutes"), "post"),
    "query-list": Row(READ),
    "query-register": Row(READ),
    "query-ask": Row(READ_SIGNED_IN),  # says that only buyers ask in writing
    "query-enter": Row(may("register_query")),
    "query": Row(may("register_query", "draft_answer")),
    "query-answer": Row(may("draft_answer")),
    "query-redact": Row(may("register_query")),
    "query-merge": Row(may("register_query")),
    "query-part": Row(may("register_query"), "post"),
    "query-number": Row(may("register_query"), "post"),
    "query-reject": Row(may("register_query")),
    "circular-list": Row(READ),
    "circular-draft": Row(may("publish_circular")),
    "circular": Row(may("publish_circular")),
    "circular-revise": Row(may("publish_circular")),
    "circular-change": Row(may("publish_circular")),
    "circular-keep": Row(may("publish_circular"), "post"),
    "circular-approve": Row(may("publish_circular")),
    "circular-reconsider": Row(may("publish_circular")),
    "circular-publish": Row(may("publish_circular")),
    "tender-integrate": Row(may("integrate_tender")),
    "integration": Row(READ),
    # bidders, keys, envelopes
    "bidder-list": Row(SIGNED_IN),
    "bidder-new": Row(SIGNED_IN),
    "bidder-edit": Row(NOBODY),  # nobody here is a bidder
    "bidder-confirm": Row(may("confirm_ruc")),
    "my-bid": Row(READ_SIGNED_IN),  # says that only buyers bid
    "bid-begin": Row(NOBODY, "post"),
    "bid-ticks": Row(NOBODY, "post"),
    "bid-seal": Row(NOBODY),
    "bid-save": Row(NOBODY, "post"),
    "bid-load": Row(NOBODY, "post"),
    "bid-key": Row(NOBODY, "post"),
    "bid-present": Row(NOBODY),
    "bid-receipt": Row(NOBODY),
    "bid-receipt-json": Row(NOBODY),
    "bid-withdraw": Row(NOBODY),
    "custodians": Row(READ),
    "custodian-name": Row(may("keep_custodians")),
    "custodian-keys": Row(may("keep_custodians"), "post"),
    "custodian-dismiss": Row(may("keep_custodians")),
    "custodian-sheet": Row(may("keep_custodians")),
    "custodian-prove": Row(may("keep_custodians")),
    "desk": Row(may("receive_paper")),
    "desk-receive": Row(may("receive_paper")),
    "desk-receipt": Row(may("receive_paper")),
    "desk-withdraw": Row(may("receive_paper")),
    "round-return": Row(may("return_envelopes")),
    # the acts of opening
    "opening": Row(READ),
    "case-file": Row(READ, later=True),
    "opening-convene": Row(may("open_envelopes")),
    "opening-postpone": Row(may("open_envelopes")),
    "opening-begin": Row(may("open_envelopes")),
    "opening-suspend": Row(may("open_envelopes")),
    "opening-conclude": Row(may("open_envelopes"), "post"),
    "opening-words": Row(may("open_envelopes")),
    "opening-annul": Row(may("annul_act")),
    "envelope-key": Row(may("open_envelopes")),
    "envelope-enter": Row(may("keep_minutes")),
    "envelope-confirm": Row(may("open_envelopes"), "post"),
    "envelope-give-up": Row(may("open_envelopes")),
    "envelope-reserved": Row(may("evaluate_bids")),
    "opening-live": Row(READ),
    "opening-live-in": Row(READ),
    "bid-file": Row(may("evaluate_bids", "keep_minutes")),
    # evaluation, ranking, award
    "evaluation": Row(READ),
    "first-result-publish": Row(may("evaluate_bids"), "post"),
    "evaluation-bid": Row(may("evaluate_bids", "keep_minutes")),
    "evaluation-decide": Row(may("evaluate_bids")),
    "evaluation-observe": Row(may("evaluate_bids")),
    "evaluation-qualify": Row(may("evaluate_bids"), "post"),
    "evaluation-exclude": Row(may("evaluate_bids")),
    "envelopes-return": Row(may("return_envelopes")),
    "defect-answer": Row(may("receive_paper")),
    "defect-settle": Row(may("evaluate_bids")),
    "defect-extend": Row(may("evaluate_bids"), "post"),
    "ranking": Row(READ),
    "recompute": Row(READ, later=True),
    "comparison-xlsx": Row(READ, later=True),
    "comparison-json": Row(READ, later=True),
    "ranking-make": Row(may("evaluate_bids"), "post"),
    "ranking-draw": Row(may("evaluate_bids")),
    "ranking-sign": Row(may("evaluate_bids")),
    "award": Row(READ),
    "award-give": Row(may("award_tender")),
    "award-consent": Row(may("consent_tender"), "post"),
    "award-next": Row(may("award_tender")),
    "appeal-list": Row(READ),
    "appeal-file": Row(NOBODY),  # bidders, or the desk for one of them
    "appeal": Row(READ),
    "appeal-observe": Row(may("consent_tender")),
    "appeal-complete": Row(may("receive_paper")),
    "appeal-admit": Row(may("consent_tender"), "post"),
    "appeal-turn-away": Row(may("consent_tender")),
    "appeal-answer": Row(NOBODY),
    "appeal-hear": Row(may("decide_appeal"), "post"),
    "appeal-decide": Row(may("decide_appeal")),
    "deserted": Row(READ),
    "deserted-declare": Row(may("declare_deserted")),
    "barrier-report": Row(READ, later=True),
    "barrier-write": Row(may("declare_deserted")),
    "second-call": Row(READ, later=True),
    # the contract
    "contract": Row(READ),
    "contract-text": Row(READ, later=True),
    "contract-begin": Row(may("prepare_contract")),
    "contract-operator": Row(may("prepare_contract"), later=True),
    "contract-shares": Row(may("prepare_contract"), later=True),
    "contract-term": Row(may("prepare_contract"), later=True),
    "contract-transition-plan": Row(may("prepare_contract"), later=True),
    "contract-targets": Row(may("prepare_contract"), later=True),
    "contract-clauses": Row(may("prepare_contract"), later=True),
    "contract-annexes": Row(may("prepare_contract"), later=True),
    "contract-subsidy": Row(may("prepare_contract"), later=True),
    "contract-obligation": Row(may("prepare_contract"), later=True),
    "contract-ready": Row(may("prepare_contract"), later=True),
    "contract-reopen": Row(may("prepare_contract"), "post", later=True),
    "contract-sign": Row(may("sign_contract"), later=True),
    "contract-obligations": Row(READ, later=True),
    "contract-fulfil": Row(may("keep_contract"), later=True),
    "contract-subsidy-end": Row(may("keep_contract"), later=True),
    "contract-transition": Row(READ, later=True),
    "cycle-supply": Row(may("keep_contract"), later=True),
    "cycle-bill": Row(may("keep_contract"), later=True),
    "cycle-collect": Row(may("keep_contract"), later=True),
    "transition-end": Row(may("keep_contract"), "post", later=True),
    "contract-suspend": Row(may("keep_contract"), later=True),
    "contract-resume": Row(may("keep_contract"), later=True),
    "contract-metering": Row(may("keep_contract"), later=True),
    "contract-amend": Row(may("sign_contract"), later=True),
    "contract-end": Row(may("end_contract"), later=True),
    "contract-agree": Row(may("end_contract"), later=True),
    "contract-termination": Row(READ, later=True),
    "termination-notice": Row(may("end_contract"), later=True),
    "termination-drop": Row(may("end_contract"), later=True),
    "termination-decide": Row(may("end_contract"), later=True),
    "termination-step": Row(may("end_contract"), later=True),
    "contract-reversion": Row(READ, later=True),
    "reversion-begin": Row(may("keep_contract"), later=True),
    "reversion-reconcile": Row(may("keep_contract"), later=True),
    "contract-close": Row(may("keep_contract"), "post", later=True),
    # guarantees
    "guarantee-list": Row(READ),
    "guarantee-register": Row(READ),
    "guarantee-instruments": Row(READ),
    "bond-list": Row(READ),
    "bond-receive": Row(may("keep_guarantees")),
    "guarantee-sizing": Row(READ),
    "contingency-plan": Row(may("accept_contract_guarantee", "keep_guarantees")),
    "guarantee-receive": Row(may("keep_guarantees")),
    "guarantee-enter": Row(may("keep_guarantees")),
    "guarantee": Row(READ, later=True),
    "guarantee-present": Row(may("keep_guarantees")),
    "guarantee-observe": Row(may("verify_guarantee")),
    "guarantee-verify": Row(may("verify_guarantee")),
    "guarantee-accept": Row(may("accept_contract_guarantee", "accept_bid_guarantee")),
    "guarantee-reject": Row(may("accept_contract_guarantee", "accept_bid_guarantee")),
    "guarantee-register": Row(may("verify_guarantee")),
    "guarantee-renew": Row(may("keep_guarantees")),
    "guarantee-assent": Row(may("keep_guarantees", "verify_guarantee")),
    "guarantee-rent": Row(may("keep_guarantees")),
    "guarantee-claim": Row(may("execute_guarantee")),
    "guarantee-dismiss": Row(may("execute_guarantee")),
    "guarantee-execute": Row(may("keep_guarantees")),
    "guarantee-release": Row(may("accept_contract_guarantee", "accept_bid_guarantee")),
    "guarantee-return": Row(may("keep_guarantees")),
    "guarantee-guarantor": Row(may("keep_guarantees", "verify_guarantee")),
    "guarantee-appraise": Row(may("verify_guarantee")),
    "guarantee-waive": Row(may("accept_contract_guarantee", "accept_bid_guarantee")),
    "second-call-begin": Row(may("approve_tender")),
    "second-call-justify": Row(may("change_tender")),
    # the Investment Fund; before the contract runs there is nothing to do
    "fund": Row(READ),
    "story": Row(READ),
    "fund-open": Row(may("keep_fund"), later=True),
    "fund-months": Row(READ, later=True),
    "fund-declare": Row(may("keep_fund"), later=True),  # and the operator
    "fund-period": Row(READ, later=True),
    "fund-sign-off": Row(may("observe_tender"), later=True),
    "fund-answer": Row(may("authorise_fund"), later=True),
    "fund-account": Row(READ, later=True),
    "fund-register": Row(READ, later=True),
    "fund-receive": Row(may("keep_fund"), later=True),
    "fund-void": Row(may("keep_fund"), later=True),
    "fund-use-request": Row(may("keep_fund", "keep_contract", "authorise_fund"), later=True),
    "fund-use": Row(READ, later=True),
    "fund-use-agree": Row(may("keep_fund"), later=True),
    "fund-use-authorise": Row(may("authorise_fund"), later=True),
    "fund-use-refuse": Row(may("authorise_fund"), later=True),
    "fund-use-drop": Row(may("keep_fund"), later=True),
    "fund-use-pay": Row(may("keep_fund"), later=True),
    "fund-use-opine": Row(may("observe_tender"), later=True),
    # what is due, and the handover
    "duty-list": Row(READ),
    "my-dates": Row(SIGNED_IN),
    "handover": Row(READ),
    "handover-make": Row(may("keep_contract", "sign_contract"), "post"),
    # the transfer of the service; before its plan there is nothing to see
    "transfer": Row(READ),
    "transfer-plan": Row(may("run_transfer"), later=True),
    "transfer-works": Row(may("run_transfer"), later=True),
    "transfer-install": Row(may("run_transfer"), later=True),
    "transfer-item": Row(READ, later=True),
    "transfer-item-begin": Row(may("run_transfer"), "post", later=True),
    "transfer-hand-in": Row(may("run_transfer"), later=True),
    "transfer-accept": Row(may("run_transfer"), "post", later=True),
    "transfer-accept-paper": Row(may("run_transfer"), later=True),
    "transfer-send-back": Row(may("run_transfer"), later=True),
    "transfer-waive": Row(may("run_transfer"), later=True),
    "transfer-keep": Row(may("run_transfer"), "post", later=True),
    "transfer-evidence": Row(READ, later=True),
    "transfer-workbook": Row(may("run_transfer"), later=True),
    "transfer-workbook-upload": Row(may("run_transfer"), later=True),
    "transfer-workbook-template": Row(may("run_transfer"), later=True),
    "transfer-workbook-export": Row(may("run_transfer"), later=True),
    "transfer-workbook-progress": Row(may("run_transfer"), later=True),
    "transfer-act": Row(READ, later=True),
    "transfer-act-write": Row(may("run_transfer"), later=True),
    "transfer-receive": Row(may("run_transfer"), later=True),
    "transfer-hand-over": Row(may("sign_contract"), "post", later=True),
}


def seat(position):
    return lambda case: case.tender.appointments.get(position=position).pk


def an_office(case):
    return case.world.municipality.appointments.get(user=case.world.atm).pk


def the_minutes(case):
    return case.minutes.pk


def some_work(case):
    """Return the id of a piece of work in the background."""
    return work_at_hand.write_nothing.enqueue().id


# What a URL names beside tender, municipality and town: (URL name, argument) -> function of the case.
OBJECTS = {
    ("inclusion", "index"): lambda case: 0,
    ("installation-inclusion", "index"): lambda case: 0,
    ("paper", "kind"): lambda case: "minutes",
    ("paper", "number"): the_minutes,
    ("paper-pdf", "kind"): lambda case: "minutes",
    ("paper-pdf", "number"): the_minutes,
    ("minutes", "number"): the_minutes,
    ("minutes-rectify", "number"): the_minutes,
    ("minutes-scan", "number"): the_minutes,
    ("minutes-witness", "number"): the_minutes,
    ("remark-answer", "number"): lambda case: case.remark.pk,
    ("committee-call-in", "appointment"): seat("alternate"),
    ("appointment-end", "pk"): an_office,
    ("appointment-code", "pk"): an_office,
    ("document", "pk"): lambda case: case.document.pk,
    ("paper-signed", "kind"): lambda case: "minutes",
    ("paper-signed", "number"): the_minutes,
    ("paper-signed-file", "kind"): lambda case: "minutes",
    ("paper-signed-file", "number"): the_minutes,
    ("paper-signed-file", "signed"): lambda case: 0,
    ("shelf-message", "pk"): lambda case: case.notice.pk,
    ("shelf-read", "pk"): lambda case: case.notice.pk,
    ("reset-confirm", "pk"): lambda case: case.proposal.pk,
    ("outage-end", "pk"): lambda case: case.outage.pk,
    ("background-again", "row"): some_work,
    ("mail-again-one", "key"): lambda case: uuid4(),
    ("my-calendar", "key"): lambda case: calendar_key(case.world.mayor),
    ("board", "pk"): lambda case: case.world.town.pk,
}
