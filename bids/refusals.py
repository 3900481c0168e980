"""What the sealing refuses (`SealingError`), as refusals of the kernel: the sentence of each stable code."""

from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from bids.sealing import SealingError
from procurement.workflow import Blocked, Refusal

SOBRE = "sobre/1"
SENTENCES = {
    "session.ended": _(
        "The server does not know any more that it is you. Sign in again and open this page again: what was "
        "sealed is kept on this device."
    ),
    "custody.words.unknown-word": _(
        "Word %(position)s is not on the list. Look at it again: its first four letters are enough."
    ),
    "custody.words.count": _(
        "There are %(count)s words, and a sheet has %(expected)s. Type the whole sheet."
    ),
    "custody.words.checksum": _(
        "These words do not belong together: one of them is another one of the list. Compare them one by one."
    ),
    "custody.sheet.not-in-kit": _(
        "These words are of another sheet: of another person, another call, or an older sheet. Nothing was "
        "done."
    ),
    "opening.checks.not-in-log": _(
        "The log does not show that enough custodians have checked every envelope. Nothing was handed over. "
        "Tell the notary and the JVS."
    ),
    "bidder.ids.invalid": _(
        "The RUC or the documents of the members are missing or repeated. Complete them."
    ),
    "bid.upload.too-large": _(
        "The files come to %(size)s bytes and the limit is %(limit)s. Scan in black and white or in lower "
        "quality, and seal again."
    ),
    "envelope.file.name-invalid": _("A file has a name that cannot be used: %(name)s. Name it otherwise."),
    "envelope.file.repeated": _("Two files have the same name: %(name)s. Rename one."),
    "envelope.file.too-many": _("There are more than %(maximum)s files. Join some of them in one PDF."),
    "envelope.file.missing": _("An envelope is empty. Add what belongs in it."),
    "envelope.readers.missing": _("Nobody can read reserved papers in this call: its keys have no readers."),
    "envelope.kit.outdated": _(
        "The envelope was sealed with older keys of the call. Seal it again with those in force."
    ),
    "envelope.shape.invalid": _(
        "The envelope is incomplete or damaged (%(defect)s). It was not received. Seal it again."
    ),
    "envelope.signature.invalid": _(
        "The signature of the envelope is not the bidder's. It was not received."
    ),
    "envelope.key-file.invalid": _(
        "This is not a key file. Choose the file that you saved when you sealed your bid."
    ),
    "envelope.key.not-the-bidders": _(
        "This key file is of another bid. To replace or withdraw, use the one that you saved when you sealed."
    ),
    "envelope.key-file.missing": _(
        "Your key file is missing. Choose the one that you saved when you sealed: it proves that it is you."
    ),
    "envelope.carrier.invalid": _(
        "This is not a file with sealed envelopes of this call, or a part of it is missing. Choose the one "
        "whose name ends in .convoca."
    ),
    "envelope.photo.unreadable": _(
        "The photo %(name)s cannot be read here. Take it as JPEG, or make a PDF of it, and choose it again."
    ),
    "envelope.file.changed": _("A file changed while it was being sealed. Nothing was sent. Seal again."),
    "bid.withdrawal.signature-invalid": _(
        "The withdrawal is not signed with this bidder's key. Nothing was withdrawn. Use the key file that "
        "you saved when you sealed."
    ),
    "envelope.ciphertext.changed": _(
        "The server does not hold this envelope as it was presented. Its bidder delivers the same file "
        "again; suspend the act until then."
    ),
    "custodian.release.signature-invalid": _(
        "A word in this file is not signed by the custodian whom it names. Nothing was taken."
    ),
    "custodian.release.shape-invalid": _(
        "A word in this file is incomplete or damaged (%(defect)s). Nothing was taken."
    ),
    "custodian.release.foreign-envelope": _(
        "What was handed over is about another envelope, or another stage. Nothing was taken."
    ),
    "custodian.words.wrong": _(
        "Those words do not make the sheet of %(custodian)s. Compare them with the paper, one by one."
    ),
    "custody.trial.not-one": _(
        "What the server sent is no trial envelope. Nothing was signed. Tell the notary and the JVS now."
    ),
    "custody.kit.missing": _("The log has no keys for these envelopes. Nothing was signed."),
    "opening.closing.not-done": _(
        "Reception is closed first, and its minutes are signed. Then the envelopes are opened."
    ),
    "opening.list.not-on-it": _(
        "The server asks for an envelope that is not to be opened by the log (%(manifest)s…). Nothing was "
        "signed. Stop the act and tell the notary and the JVS."
    ),
    "opening.list.withheld": _(
        "The server keeps back an envelope that the log has (%(manifest)s…). Nothing was signed. Stop the "
        "act and tell the notary and the JVS."
    ),
    "opening.reserved.not-enough": _(
        "What the custodians handed over of this part does not suffice to open it. They open first, in the "
        "act."
    ),
    "log.checkpoint.unsigned": _(
        "The head of the log at the close does not have this installation's signature. Nothing was signed."
    ),
    "log.checkpoint.other-leaves": _(
        "The log that the server shows is not the one of the close. Nothing was signed. Stop the act and "
        "tell the notary and the JVS."
    ),
    "kit.shape.invalid": _(
        "With these custodians there are no keys with which envelopes could be opened (%(defect)s)."
    ),
}


def refusal(error):
    """Return what the sealing refused, with its sentence in the language of the reader."""
    return Refusal(error.code, SENTENCES.get(error.code, error.code), SOBRE, error.facts)


def sentences():
    """Return the sentence of each code in the language that is active, as the sealing program shows them."""
    return {code: str(text) for code, text in SENTENCES.items()}


@contextmanager
def explained():
    """Let a refusal of the sealing reach people as `Blocked`."""
    try:
        yield
    except SealingError as error:
        raise Blocked(refusal(error)) from None
