"""What shoppers may do after the order, and what is done when it has ended. Read by `delivery.afterwards`."""

from delivery.afterwards import KEEP, REFUND, UNTIL, Afterwards
from delivery.settings.fields import Choice, Ref, SettingsSchema, Switch, Whole

_USUAL = Afterwards()


class AfterwardsSchema(SettingsSchema):
    """Changes, orders without a choice, the question afterwards."""

    correct_until = Choice(*UNTIL, default=_USUAL.correct_until)
    redirect_until = Choice(*UNTIL, default=_USUAL.redirect_until)
    notes_until = Choice(*UNTIL, default=_USUAL.notes_until)
    move = Switch(default=_USUAL.move)
    cancel = Switch(default=_USUAL.cancel)
    choice_hours = Whole(1, 24 * 14, default=_USUAL.choice_hours)
    choice_default = Ref("services", nullable=True)
    open_share_alarm = Whole(1, 100, default=_USUAL.open_share_alarm)
    ask = Switch(default=_USUAL.ask)
    refund_broken = Switch(default=_USUAL.refund_broken)
    uncollected_fee = Choice(KEEP, REFUND, default=_USUAL.uncollected_fee)
