"""The `stoep` command, a file per group."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stoep")
def stoep() -> None:
    """Make a delivery promise at checkout, and keep it."""
