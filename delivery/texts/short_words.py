"""The words of short messages to shoppers' telephones: a sentence on each line, facts of the order in braces."""

from collections.abc import Mapping

from delivery.texts.sentences import N_

SHORT: Mapping[str, str] = {
    "choose": N_("{shop}: choose how you receive your order {order}.\nUntil {until}.\n{link}"),
    "choose_reminder": N_("{shop}: your order {order} waits for your choice.\nUntil {until}.\n{link}"),
    "choose_last": N_("{shop}: last chance to choose how you receive order {order}.\nUntil {until}.\n{link}"),
    "confirmed": N_("{shop}: your order {order} is confirmed.\nExpected: {when}.\n{link}"),
    "packed": N_("{shop}: your order {order} is packed.\nExpected: {when}.\n{link}"),
    "dispatched": N_("{shop}: your order {order} is on its way.\nExpected: {when}.\n{link}"),
    "out_for_delivery": N_("{shop}: your order {order} is out for delivery.\nExpected: {when}.\n{link}"),
    "delivered": N_("{shop}: your order {order} was delivered.\n{link}"),
    "delivery_failed": N_("{shop}: your order {order} could not be delivered.\nWhat you can do now:\n{link}"),
    "ready_for_pickup": N_(
        "{shop}: your order {order} is ready to collect.\nCode {code}.\nUntil {until}.\n{place}.\n{link}"
    ),
    "returned": N_("{shop}: your order {order} came back to us.\n{link}"),
    "cancelled": N_("{shop}: the delivery of your order {order} was cancelled.\n{link}"),
    "arrival_moved": N_("{shop}: your order {order} comes at another time.\nNow: {when}.\n{link}"),
    "at_risk": N_("{shop}: your order {order} comes later than promised. We are sorry.\nNow: {when}.\n{link}"),
    "change_made": N_("{shop}: the delivery of your order {order} was changed.\nExpected: {when}.\n{link}"),
    "change_refused": N_(
        "{shop}: the delivery of your order {order} could not be changed.\nIt stays as it was.\n{link}"
    ),
    "change_notice": N_("{shop}: the delivery of your order {order} was changed.\nWas it not you? {undo}"),
    "change_undone": N_("{shop}: a change of your order {order} was put back.\nExpected: {when}.\n{link}"),
    "fee_credited": N_("{shop}: your order {order} came later than promised.\nYou get {amount} back.\n{link}"),
    "pickup_reminder": N_(
        "{shop}: your order {order} still waits for you.\nCode {code}.\nUntil {until}.\n{place}.\n{link}"
    ),
    "kept_longer": N_("{shop}: your order {order} is kept longer for you.\nUntil {until}.\n{place}.\n{link}"),
    "going_back": N_("{shop}: your order {order} was not collected in time and is going back.\n{link}"),
    "ask": N_("{shop}: how was the delivery of your order {order}?\n{how}"),
}
"""By kind. What does not fit into one message is left out line by line, from the end; the first line and a link never are."""
