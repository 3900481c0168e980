"""Papers that come back signed: a scan of the sheet, or the PDF with an electronic signature."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock, printed, printing, roles, signature
from procurement.log import record
from procurement.models import Printing, SignedPaper
from procurement.services import documents
from procurement.services.papers import moment
from procurement.workflow import Blocked, Refusal, lock

KIND = "signed-paper"
BIGGEST_KEY = 64 * 1024  # bytes; a key with its certificates has some 6,000
NOT_A_KEY_FILE = Refusal(
    "paper.signature.not-a-key-file",
    _("That file holds no private key with its certificate. Choose the .p12 or .pfx file of your signature."),
    _("decision 6"),
)
WRONG_PASSPHRASE = Refusal(
    "paper.signature.wrong-passphrase",
    _("The file does not open with that passphrase. Type it again; nothing was signed."),
    _("decision 6"),
)
EXPIRED = Refusal(
    "paper.signature.expired",
    _("The certificate of %(name)s does not hold today: it holds from %(start)s to %(end)s. Renew it first."),
    _("decision 6"),
)
NOT_DRAWN = Refusal(
    "paper.signature.not-drawn",
    _("This paper has not been drawn as it stands now. Print it first, read it, and sign it then."),
    _("decision 6"),
)
NO_LINE = Refusal(
    "paper.signature.no-line",
    _("This paper has no such line to sign. Choose one of the list."),
    _("decision 6"),
)
LINE_TAKEN = Refusal(
    "paper.signature.line-taken",
    _("That line is signed already. Choose another one."),
    _("decision 6"),
)
CHANGED = Refusal(
    "paper.signature.changed-meanwhile",
    _("Somebody signed it, or the paper changed, while you were signing. Look at it and sign again."),
    _("decision 6"),
)
REHEARSAL = Refusal(
    "paper.signature.rehearsal",
    _("In a rehearsal nothing is signed with a real certificate. Attach any file as the signed sheet."),
    _("ADR 0007"),
)


def may_sign(user, kind, found, at):
    """Whether somebody attaches signed papers here: who has a part in the call and may read the paper."""
    has_part = bool(roles.roles_on(found.tender, user, at))
    return has_part and printed.PAPERS[kind].may(found, user, at)


def of(tender, kind, number):
    """Return the signed papers of a record, the first one first."""
    found = SignedPaper.objects.filter(tender=tender, paper=kind, subject=number)
    return found.select_related("document", "by")


def may_open(signed, user, at):
    """Whether somebody opens the file: who reads what is reserved, and who attached it."""
    if not user.is_authenticated:
        return False
    return signed.by_id == user.pk or roles.holds(user, "read_reserved", signed.tender, at)


def present_printing(kind, found):
    """Return the drawn printing of a paper as it stands now, and its lines to sign; None where not drawn."""
    facts = printed.facts_of(kind, found)
    html = printing.html_of(printed.PAPERS[kind].template, **facts)
    drawn = Printing.objects.exclude(drawn_at=None).filter(fingerprint=printing.fingerprint(html)).first()
    return drawn, list(facts["signers"])


@transaction.atomic
def attach(tender, kind, number, *, upload, by):
    """Attach a sheet that was signed by hand, scanned or photographed; there may be several."""
    tender = lock(tender, by=by)
    found = printed.PAPERS[kind].find(tender, number)
    roles_allow(found, kind, by, tender.judged_at)
    fingerprint = printing.fingerprint(printed.html(kind, found))
    return keep(tender, upload, about=(kind, number, fingerprint), by=by)


def roles_allow(found, kind, by, at):
    """Stop here unless this user attaches signed papers to the record."""
    if not may_sign(by, kind, found, at):
        raise PermissionDenied


def keep(tender, upload, *, about, by, media_type=None, line=None, signer=""):
    """Keep the file, and record its digest with the fingerprint of what was signed."""
    kind, number, fingerprint = about
    at = tender.judged_at
    title = f"{printed.PAPERS[kind].name} {number}"
    held = {
        "kind": KIND,
        "title": title,
        "municipality": tender.municipality,
        "tender": tender,
        "reserved": True,
    }
    document = documents.keep(upload, media_type=media_type or documents.judge(upload), by=by, at=at, **held)
    signed = SignedPaper.objects.create(
        tender=tender,
        paper=kind,
        subject=number,
        fingerprint=fingerprint,
        document=document,
        line=line,
        signer=signer,
        by=by,
        at=at,
    )
    facts = {"paper": kind, "number": number, "fingerprint": fingerprint, "sha256": document.sha256}
    private = {"signer": signer} if signer else None
    record(tender, "paper.sign" if signer else "paper.attach", by=by, at=at, private=private, **facts)
    return signed


def open_key(file, passphrase, at):
    """Return the key in the file of a signer, or say why it cannot sign. Neither is written anywhere."""
    try:
        key = signature.read_key(file.read(BIGGEST_KEY + 1), passphrase)
    except signature.NotAKeyFile:
        raise Blocked(NOT_A_KEY_FILE) from None
    except signature.WrongPassphrase:
        raise Blocked(WRONG_PASSPHRASE) from None
    if not key.holds_at(at):
        ends = {"start": key.certificate.not_valid_before_utc, "end": key.certificate.not_valid_after_utc}
        raise Blocked(EXPIRED.about(name=key.name, **{name: moment(when) for name, when in ends.items()}))
    return key


def sign(tender, kind, number, *, line, key_file, passphrase, by):
    """Sign one line of a paper electronically, behind the signatures that it has; return the signed paper.

    The signature is made before the tender is locked: no bid waits for it.
    """
    at, found = clock.now(), printed.PAPERS[kind].find(tender, number)
    roles_allow(found, kind, by, at)
    drawn, last = judge_line(tender, kind, found, number, line)
    key = open_key(key_file, passphrase, at)
    with (last.document.file if last else drawn.file).open("rb") as file:
        signed = signature.sign(file.read(), key, line, picture(key, at))
    upload = ContentFile(signed, name=f"{printed.PAPERS[kind].name}-{number}.pdf")
    how = {"media_type": "application/pdf", "line": line, "signer": key.name[:300]}
    with transaction.atomic():
        tender = lock(tender, by=by)
        if judge_line(tender, kind, found, number, line) != (drawn, last):
            raise Blocked(CHANGED)
        return keep(tender, upload, about=(kind, number, drawn.fingerprint), by=by, **how)


def judge_line(tender, kind, found, number, line):
    """Return the drawn paper and the last one signed electronically; say why a line cannot be."""
    if settings.REHEARSAL:
        raise Blocked(REHEARSAL)
    drawn, lines = present_printing(kind, found)
    if not drawn:
        raise Blocked(NOT_DRAWN)
    if not 0 <= line < len(lines):
        raise Blocked(NO_LINE)
    earlier = of(tender, kind, number).filter(fingerprint=drawn.fingerprint).exclude(signer="")
    if earlier.filter(line=line).exists():
        raise Blocked(LINE_TAKEN)
    return drawn, earlier.last()


def picture(key, at):
    """Return what stands above the signed line, as a small PDF in the font of papers."""
    return printing.pdf(printing.html_of("signature", name=key.name, said=moment(at)))
