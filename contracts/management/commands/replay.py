"""Runs a scenario on a clock and a database of its own, and prints what happened (docs/scenarios.md)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.replay import outcome_of, runner, scenario
from contracts.replay.fault import BadScenario


class Command(BaseCommand):
    help = "Run a scenario file through the services of the product, in a database of its own."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--here", action="store_true", help="in the database of the settings, not its own"
        )

    def handle(self, *, file, here, **options):
        try:
            told = scenario.read(file)
        except (OSError, BadScenario) as fault:
            raise CommandError(str(fault)) from fault
        if here:
            self.play(told, as_json=options["json"])
        else:
            self.play_apart(file, as_json=options["json"])

    def play_apart(self, file, *, as_json):
        """Start again with an empty data folder: nothing that exists is touched, nothing stays."""
        with TemporaryDirectory() as folder:
            apart = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
            apart |= {"DATA_DIR": folder}
            manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
            subprocess.run([*manage, "migrate", "--verbosity", "0"], env=apart, check=True)
            arguments = ["replay", str(file), "--here", *(["--json"] if as_json else [])]
            code = subprocess.run([*manage, *arguments], env=apart).returncode
        if code:
            sys.exit(code)

    def play(self, told, *, as_json):
        tell = (lambda outcome: None) if as_json else self.tell
        try:
            stage, outcomes = runner.play(told, tell=tell)
        except BadScenario as fault:
            raise CommandError(str(fault)) from fault
        final = outcome_of.everything(stage)
        if as_json:
            steps = [outcome.as_facts() for outcome in outcomes]
            self.stdout.write(json.dumps({"steps": steps, "final": final}, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(outcome_of.lines(final)))
        if not all(outcome.as_expected for outcome in outcomes):
            raise CommandError("the last step did not end as the file expects")

    def tell(self, outcome):
        self.stdout.write(str(outcome))
        for sentence in outcome.sentences:
            self.stdout.write(f"    {sentence}")
