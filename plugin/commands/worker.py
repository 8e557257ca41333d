"""`stoep worker`: hands bookings over to fulfilment, and tidies up."""

import click

from plugin.commands.operator import Operator, with_operator
from plugin.queue import open_storage
from plugin.worker import Tools, Worker, quiet_huey
from web import logs


@click.command()
@click.option(
    "--workers",
    default=4,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Threads, each sending one message at a time.",
)
@with_operator
def worker(operator: Operator, workers: int) -> None:
    """Hand over to fulfilment what waits, and tidy up every minute.

    Start as many as you like, on as many machines as reach the database. SIGTERM stops it after what is being sent;
    after Ctrl-C, or worse, that is sent again a minute later.
    """
    operator.need_migrated()
    storage = open_storage(operator.config)
    tools = Tools(operator.database, operator.clock, operator.signer(), operator.config)
    logs.configure(operator.config.log_level)
    quiet_huey()
    Worker(tools, storage, workers).run()
