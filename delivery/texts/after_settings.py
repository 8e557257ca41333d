"""What the settings are called that say what happens after the order: the messages, and what shoppers may still do."""

from collections.abc import Mapping

from delivery.texts.sentences import N_
from delivery.texts.words import Words

AFTER_THE_ORDER: Mapping[str, Words] = {
    "messages.choose": Words(
        N_("Choose the delivery"), N_("For an order that came without a choice: the link, at once.")
    ),
    "messages.choose_reminder": Words(N_("Reminder to choose"), N_("Halfway, as long as nothing was chosen.")),
    "messages.choose_last": Words(N_("Last chance to choose"), N_("Four hours before the time to choose is over.")),
    "messages.confirmed": Words(N_("The order is confirmed"), N_("Once it is paid and its delivery was chosen.")),
    "messages.packed": Words(N_("It is packed")),
    "messages.dispatched": Words(N_("It is on its way")),
    "messages.out_for_delivery": Words(N_("It is out for delivery")),
    "messages.delivered": Words(N_("It was delivered")),
    "messages.delivery_failed": Words(N_("It could not be delivered")),
    "messages.ready_for_pickup": Words(N_("It is ready at the pick-up centre")),
    "messages.returned": Words(N_("It came back to you")),
    "messages.cancelled": Words(N_("The delivery was cancelled")),
    "messages.arrival_moved": Words(
        N_("It comes at another time of the day"),
        N_("A van of your own is on its way, and what the shopper was told does not hold any more."),
    ),
    "messages.at_risk": Words(N_("It comes later than promised"), N_("With the new day, before the old one passes.")),
    "messages.change_made": Words(N_("The delivery was changed")),
    "messages.change_refused": Words(
        N_("The change was refused"), N_("The warehouse said no: everything stays as it was.")
    ),
    "messages.change_notice": Words(
        N_("Somebody changed it: was it you?"),
        N_("To the old e-mail address when that or the address was changed. With a link that puts it back."),
    ),
    "messages.change_undone": Words(
        N_("A change was put back"), N_("To whom the delivery is for again, once somebody undid a change.")
    ),
    "messages.fee_credited": Words(
        N_("The delivery fee is given back"), N_("Once for an order, if you pay it back when a promise is broken.")
    ),
    "messages.pickup_reminder": Words(
        N_("Reminder to collect"), N_("Two opening days before it goes back, and on the last one.")
    ),
    "messages.kept_longer": Words(
        N_("It is kept longer"), N_("The shopper asked for it, on the page of the delivery: until when.")
    ),
    "messages.going_back": Words(N_("Nobody collected it"), N_("The day has passed until which it was kept.")),
    "messages.ask": Words(
        N_("The question how it went"),
        N_("Once, three hours after it was delivered or collected, if you ask at all: see After the order."),
    ),
    "afterwards.correct_until": Words(
        N_("Correct the address"), N_("A typing error: a house number, the postcode, the town.")
    ),
    "afterwards.redirect_until": Words(N_("Send it elsewhere"), N_("To another address, or to a pick-up centre.")),
    "afterwards.notes_until": Words(
        N_("Leave a note for the courier"), N_("Also where the parcel may be left, and who may take it in.")
    ),
    "afterwards.move": Words(
        N_("Choose another day or window"), N_("As long as places are free and your cut-off has not passed.")
    ),
    "afterwards.cancel": Words(N_("Cancel the delivery"), N_("As long as it is not packed.")),
    "afterwards.choice_hours": Words(
        N_("Hours to choose"), N_("For an order that came without a choice, such as one by telephone.")
    ),
    "afterwards.choice_default": Words(
        N_("Sent after that by"), N_("Left empty: the choice stays open, and you are told.")
    ),
    "afterwards.open_share_alarm": Words(
        N_("Warn me when this many orders lack a choice"), N_("In percent of the orders of a day. 100: never.")
    ),
    "afterwards.ask": Words(N_("Ask how it went"), N_("One question, once, after the delivery.")),
    "afterwards.uncollected_fee": Words(
        N_("The delivery fee of what nobody collects"),
        N_(
            "Once it is back: kept, or noted for your shop to give back. What a broken promise gave back is not given twice."
        ),
    ),
    "afterwards.refund_broken": Words(
        N_("Pay the delivery fee back when a promise is broken"), N_("It is noted for your shop to settle.")
    ),
}
