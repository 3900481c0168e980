"""How allauth treats accounts here: nobody signs up by themselves (decision 3)."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from an appointment or from the till, never from a form on the web."""

    def is_open_for_signup(self, request):
        return False
