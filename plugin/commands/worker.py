"""`stoep worker`: hands bookings over to fulfilment, and tidies up."""

import logging

import click
import structlog

from plugin.commands.operator import Operator, with_operator
from plugin.queue import open_storage
from plugin.worker import Tools, Worker, quiet_huey


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
    _log_to_standard_error(operator.config.log_level)
    tools = Tools(operator.database, operator.clock, operator.signer(), operator.config.allow_private_targets)
    Worker(tools, open_storage(operator.config), workers).run()


def _log_to_standard_error(level: str) -> None:
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    quiet_huey()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(),
    )
