"""What the clock does after the award: it lets the background look at what comes near."""

from django.utils.translation import gettext_lazy as _

from contracts.services import duties, workbooks
from procurement import background, clockwork

JOBS = [clockwork.Job("duties", due=duties.unread, act=duties.ask)]
clockwork.JOBS.extend(JOBS)

background.NAMES |= {
    duties.read.module_path: _("Dates of a call that come near"),
    workbooks.read_workbook.module_path: _("Reading an uploaded workbook"),
}
