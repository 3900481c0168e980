"""What is wrong with a scenario file."""


class BadScenario(Exception):
    """The file cannot be run; `code` is stable, `where` names the step in the file's own order."""

    def __init__(self, code, where, detail):
        self.code, self.where, self.detail = code, where, detail
        super().__init__(f"{where}: {detail} [{code}]")
