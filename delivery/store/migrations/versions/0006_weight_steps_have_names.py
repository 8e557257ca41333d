"""The steps of a fee by weight say what they are: {"up_to_g", "amount"} instead of pairs."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

Step = Callable[[Any], Any]


def upgrade() -> None:
    _rewrite_all(lambda step: step if isinstance(step, dict) else {"up_to_g": step[0], "amount": step[1]})


def downgrade() -> None:
    _rewrite_all(lambda step: [step["up_to_g"], step["amount"]] if isinstance(step, dict) else step)


def _rewrite_all(rewritten: Step) -> None:
    for name in ("services", "slot_patterns", "centres"):
        _rewrite(name, "fee", lambda fee: _with_steps(fee, rewritten))
    _rewrite("slot_patterns", "exceptions", lambda days: _by_day(days, rewritten))


def _rewrite(name: str, column: str, renewed: Step) -> None:
    table = sa.table(name, sa.column("merchant_id"), sa.column("id"), sa.column(column, sa.JSON(none_as_null=True)))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        before = getattr(row, column)
        after = renewed(before)
        if after != before:
            own = sa.and_(table.c.merchant_id == row.merchant_id, table.c.id == row.id)
            connection.execute(sa.update(table).where(own).values({column: after}))


def _with_steps(fee: Any, rewritten: Step) -> Any:
    return fee | {"by_weight": [rewritten(step) for step in fee["by_weight"]]} if fee and fee.get("by_weight") else fee


def _by_day(days: Any, rewritten: Step) -> Any:
    return {day: facts | {"fee": _with_steps(facts.get("fee"), rewritten)} for day, facts in days.items()}
