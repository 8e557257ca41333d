"""manage.py stoep_send: for cron, or with --every as a program of its own."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from stoep_oscar.hearing import hear
from stoep_oscar.waiting import send_waiting


class Command(BaseCommand):
    """Tells Stoep what it was not told while it was away, and asks now and then what became of deliveries."""

    help = "Tells Stoep what it was not told while it was away, and asks what became of deliveries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="Go on for ever, this often.")

    def handle(self, *_args: Any, every: float | None = None, **_options: Any) -> None:
        while True:
            told, waiting = send_waiting()
            if told or waiting:
                self.stdout.write(f"{told} told, {waiting} still waiting")
            if changed := hear():
                self.stdout.write(f"{changed} changed at Stoep")
            if every is None:
                return
            close_old_connections()
            time.sleep(max(every, 1.0))
