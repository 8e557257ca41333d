"""Finds Chromium for the browser tests, or installs it; says so when neither can be done.

Run as `python -m tests.browser.chromium` before the tests, so that a missing browser fails the run at once.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoChromium(RuntimeError):
    """There is no Chromium and it could not be installed."""


def find_chromium() -> str | None:
    """The path of an installed Chromium: STOEP_CHROMIUM, PATH, or the one Playwright downloaded."""
    named = os.environ.get("STOEP_CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _playwrights_own()


def chromium_path() -> str:
    """The path of Chromium, installed first if need be. Raises NoChromium."""
    found = find_chromium()
    if found:
        return found
    _install()
    found = find_chromium()
    if not found:
        raise NoChromium("No Chromium: install Debian's package `chromium`, or set STOEP_CHROMIUM to a browser.")
    return found


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def _install() -> None:
    """Debian's package as root; otherwise Playwright's own download, which has not been tried."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("installing Debian's chromium …", file=sys.stderr)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
    else:
        print("asking Playwright to download Chromium …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    try:
        chromium_path()
    except NoChromium as problem:
        sys.exit(str(problem))
