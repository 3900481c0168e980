"""Files on their way into an envelope: from the line into the sealing, chunk by chunk (decision 15).

No handler that writes temporary files serves these addresses, and nothing is kept in memory but one chunk.
"""

import shutil

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext_lazy as _

from bids.sealing.envelope import MAX_KEY_FILE
from procurement.workflow import Blocked, Refusal

LARGEST = 200 * 1024 * 1024  # bytes of one request
PAPER = "paper-"  # how the fields of papers begin
SECRET = "key_file"  # the bidder's own key file: small, kept in memory alone

TOO_LARGE = Refusal(
    "bid.upload.too-large",
    _("What you send is larger than 200 MB. Scan in black and white or in lower quality, and seal again."),
    _("product.md"),
)
NO_SPACE = Refusal(
    "bid.upload.no-space",
    _("The server has no space now. Nothing was received. Try again in ten minutes, and tell the committee."),
    _("testing: full disk"),
)
NOT_READ = Refusal(
    "bid.upload.incomplete",
    _("The line was cut before everything had arrived. Nothing was kept. Send it again."),
    _("decision 15"),
)


def refuse_early(length):
    """Stop an upload that cannot end well before a byte of it is read."""
    if length > LARGEST:
        raise Blocked(TOO_LARGE)
    if shutil.disk_usage(settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else "/").free < 2 * length:
        raise Blocked(NO_SPACE)


class InMemory(FileUploadHandler):
    """Keeps small secret files in memory, and lets nothing else pass: key files and drafts."""

    def __init__(self, request=None):
        super().__init__(request)
        self.found = {}

    def new_file(self, field_name, *args, **kwargs):
        super().new_file(field_name, *args, **kwargs)
        self.found[field_name] = b""

    def receive_data_chunk(self, raw_data, start):
        self.found[self.field_name] = (self.found[self.field_name] + raw_data)[: MAX_KEY_FILE + 1]

    def file_complete(self, file_size):
        return None  # `found` has it; there is no file object that could be written anywhere


class IntoEnvelope(InMemory):
    """Feeds the papers to a sealing as they arrive; the key file comes before them in the form.

    `papers` are the names under which the papers lie in the envelope, by requirement; `refusal` is what
    stopped the upload, if anything did.
    """

    def __init__(self, sealing):
        super().__init__()
        self.sealing = sealing
        self.papers = {}
        self.refusal = None

    def new_file(self, field_name, file_name, *args, **kwargs):
        super().new_file(field_name, file_name, *args, **kwargs)
        if field_name.startswith(PAPER):
            part = self.sealing.part
            kept = self.attempt(self.sealing.add, 1, part, file_name)
            self.papers.setdefault(field_name.removeprefix(PAPER), []).append(kept)

    def receive_data_chunk(self, raw_data, start):
        if self.field_name.startswith(PAPER):
            self.attempt(self.sealing.feed, raw_data)
        else:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size):
        if self.field_name == SECRET and self.found.get(SECRET):
            self.attempt(self.sealing.use_key_file, self.found[SECRET])

    def attempt(self, act, *arguments):
        """Do it, or remember why not and let the rest of the request pass by."""
        try:
            return act(*arguments)
        except Blocked as blocked:
            self.refusal = blocked
            raise StopUpload(connection_reset=False) from None
