"""Runs the shop: python -m examples.oscar --port 8003."""

import argparse
import io
import os
import threading
import warnings

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="oscar", description="A shop of django-oscar that uses Stoep.")
    parser.add_argument("--port", type=int, default=8003)
    parser.add_argument("--prepare-only", action="store_true", help="make the database and the index; serve nothing")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "examples.oscar.settings")
    # Oscar asks its index for what this one cannot do, and says so on each page of goods; and the index is old.
    warnings.filterwarnings("ignore", message="Whoosh does not handle")
    warnings.filterwarnings("ignore", category=SyntaxWarning)
    django.setup()
    prepare()
    if not asked.prepare_only:
        serve(asked.port)


def prepare() -> None:
    """The database and the index, where there are none; where there are, the tables of a newer stoep-oscar."""
    if settings.DATABASES["default"]["NAME"].exists():
        call_command("migrate", "stoep_oscar", verbosity=0)
        return
    # Its models are there only after the set-up.
    from examples.oscar.goods import fill

    settings.FOLDER.mkdir(parents=True, exist_ok=True)
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill()


def serve(port: int) -> None:
    """The shop's pages; and beside them what a shop runs by itself: telling Stoep what it was not told while it was away."""
    from django.contrib.sites.models import Site

    # By this address the mails lead back to the shop.
    Site.objects.update_or_create(pk=1, defaults={"domain": f"127.0.0.1:{port}", "name": settings.OSCAR_SHOP_NAME})
    every = float(os.environ.get("SHOP_RETRY_SECONDS", "10"))
    # What they say is for who runs a shop by hand.
    quiet = {"stdout": io.StringIO()}
    threading.Thread(target=call_command, args=["stoep_send"], kwargs={"every": every, **quiet}, daemon=True).start()
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, insecure_serving=True, **quiet)


if __name__ == "__main__":
    main()
