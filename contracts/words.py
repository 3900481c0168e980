"""What the log says of a contract, in words for a neighbour."""

from django.utils.translation import gettext_lazy as _

from procurement import chronicle

WORDS = {
    "contract.draft": _("The contract was begun as a draft."),
    "contract.operator": _("Who the operator is, and who signs for it, was written."),
    "contract.shares": _("Who holds the operator was written."),
    "contract.term": _("The term of the contract was written."),
    "contract.transition-plan": _("The transition period was planned."),
    "contract.targets": _("The targets of the contract were written."),
    "contract.clauses": _("Clauses of the contract were written."),
    "contract.annex": _("An annex of the contract was filed."),
    "contract.subsidy": _("A support of the municipality for the operator was written."),
    "contract.subsidy.end": _("A support of the municipality for the operator ended."),
    "contract.obligation": _("An obligation of the contract was written."),
    "contract.fulfil": _("An obligation of the contract was met."),
    "contract.make_ready": _("The legal adviser reported that the contract may be signed."),
    "contract.reopen": _("The contract went back to the draft."),
    "contract.sign": _("The contract was signed."),
    "contract.begin_transfer": _("The handing over of the service began."),
    "contract.start_gradually": _("The operator began, with a transition period."),
    "contract.start_at_once": _("The operator began."),
    "contract.cycle": _("Water was supplied for one cycle."),
    "contract.cycle.bill": _("A cycle was billed."),
    "contract.cycle.collection": _("A cycle was collected."),
    "contract.end_transition": _("The transition period ended."),
    "contract.metering": _("Micro-measurement was completed."),
    "contract.suspend": _("The contract was suspended."),
    "contract.resume": _("The contract went on."),
    "contract.amend": _("An addendum changed the contract."),
    "contract.give_notice": _("The municipality gave notice of termination."),
    "contract.termination.step": _("A step of the termination was taken."),
    "contract.drop_notice": _("The notice of termination fell."),
    "contract.terminate": _("The contract was terminated."),
    "contract.end_by_agreement": _("Both sides ended the contract."),
    "contract.expire": _("The term of the contract ran out."),
    "contract.begin_reversion": _("The assets began to come back."),
    "contract.reconcile": _("The inventory of what came back was reconciled."),
    "contract.close": _("The contract was closed."),
}
chronicle.WORDS |= WORDS
