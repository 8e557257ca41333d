"""The `stoep` command, a file per group."""

from importlib import import_module

import click

COMMANDS = {
    "centres": "plugin.commands.centres:centres",
    "deliveries": "plugin.commands.deliveries:deliveries",
    "demo": "plugin.commands.demo:demo",
    "estimate": "plugin.commands.estimate:estimate",
    "handovers": "plugin.commands.handovers:handovers",
    "merchants": "plugin.commands.merchants:merchants",
    "migrate": "plugin.commands.migrate:migrate",
    "people": "plugin.commands.people:people",
    "places": "plugin.commands.places:places",
    "serve": "plugin.commands.serve:serve",
    "settings": "plugin.commands.settings:settings",
    "slots": "plugin.commands.slots:slots",
    "staff": "plugin.commands.staff:staff",
    "worker": "plugin.commands.worker:worker",
}
"""Where each command is. Loaded when it is called, so that none waits for what another one needs."""


class Commands(click.Group):
    """The commands of COMMANDS."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stoep")
def stoep() -> None:
    """Make a delivery promise at checkout, and keep it."""
