"""The words of messages to shoppers: ours for each kind, with facts of the order in braces, and the shape of a merchant's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from delivery.texts.sentences import N_


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A merchant's own words in one language, `short` for a text message. Empty: ours."""

    subject: str = ""
    text: str = ""
    short: str = ""


OUR_WORDS = OwnWords()

OURS: Mapping[str, OwnWords] = {
    "choose": OwnWords(
        N_("Choose how you receive your order {order}"),
        N_(
            "Hello {name},\n\n"
            "Thank you for your order {order}. How would you like to receive it? Choose the day or the place here:\n"
            "{link}\n\n"
            "You can choose until {until}. After that we send it with {service}."
        ),
    ),
    "choose_reminder": OwnWords(
        N_("Your order {order} waits for your choice"),
        N_(
            "Hello {name},\n\n"
            "We would like to send your order {order}, but do not know yet how you want to receive it. "
            "Choose the day or the place here:\n"
            "{link}\n\n"
            "You can choose until {until}. After that we send it with {service}."
        ),
    ),
    "choose_last": OwnWords(
        N_("Last chance to choose the delivery of your order {order}"),
        N_(
            "Hello {name},\n\n"
            "You can still choose how you receive your order {order}:\n"
            "{link}\n\n"
            "You can choose until {until}. After that we send it with {service}."
        ),
    ),
    "confirmed": OwnWords(
        N_("Your order {order} is confirmed"),
        N_(
            "Hello {name},\n\n"
            "Thank you for your order {order}. We are getting it ready.\n"
            "{plan}\n\n"
            "Where it is and what comes next, at any moment:\n"
            "{link}"
        ),
    ),
    "packed": OwnWords(
        N_("Your order {order} is packed"),
        N_("Hello {name},\n\nYour order {order} is packed and leaves soon.\n{plan}\n\nFollow it here:\n{link}"),
    ),
    "dispatched": OwnWords(
        N_("Your order {order} is on its way"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} has left.\n"
            "{plan}\n\n"
            "On its way with {carrier}.\n"
            "Follow the parcel: {tracking}\n\n"
            "Everything about this delivery:\n"
            "{link}"
        ),
    ),
    "out_for_delivery": OwnWords(
        N_("Your order {order} is out for delivery"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} is out for delivery: it comes to you on this round.\n"
            "{plan}\n\n"
            "Follow the parcel: {tracking}\n\n"
            "Everything about this delivery:\n"
            "{link}"
        ),
    ),
    "delivered": OwnWords(
        N_("Your order {order} was delivered"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} was delivered. Enjoy it!\n\n"
            "Is something not right? Let us know, and we look into it.\n\n"
            "What was promised and when it came:\n"
            "{link}"
        ),
    ),
    "delivery_failed": OwnWords(
        N_("Your order {order} could not be delivered"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} was brought to you, but could not be handed over.\n"
            "Choose another day or time: {move}\n"
            "Have it brought somewhere else, or collect it: {elsewhere}\n\n"
            "What happens next stands on this page as soon as it is known:\n"
            "{link}\n\n"
            "Follow the parcel: {tracking}\n\n"
            "Is there anything we should know? Please tell us."
        ),
    ),
    "ready_for_pickup": OwnWords(
        N_("Your order {order} is ready to collect"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} is ready to collect.\n"
            "It is waiting for you at {place}.\n\n"
            "Your collect code: {code}. Show it at the counter, or say your name and order number and show an ID.\n\n"
            "Open: {hours}\n"
            "It is kept for you until {until}.\n\n"
            "Everything about this order:\n"
            "{link}"
        ),
    ),
    "returned": OwnWords(
        N_("Your order {order} came back to us"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} came back to us.\n"
            "Would you like to know why, or what happens now? Please ask us.\n\n"
            "How it went:\n"
            "{link}"
        ),
    ),
    "cancelled": OwnWords(
        N_("The delivery of your order {order} was cancelled"),
        N_(
            "Hello {name},\n\n"
            "The delivery of your order {order} was cancelled: nothing is on its way to you.\n\n"
            "Did you not expect this? Please ask us."
        ),
    ),
    "arrival_moved": OwnWords(
        N_("Your order {order} comes at another time today"),
        N_(
            "Hello {name},\n\n"
            "The round with your order {order} goes otherwise than we thought.\n"
            "{plan}\n\n"
            "What we know, at any moment:\n"
            "{link}"
        ),
    ),
    "at_risk": OwnWords(
        N_("Your order {order} comes later than promised"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} will not come when we promised it. We are sorry.\n"
            "{plan}\n\n"
            "What we know, at any moment:\n"
            "{link}"
        ),
    ),
    "change_made": OwnWords(
        N_("The delivery of your order {order} was changed"),
        N_(
            "Hello {name},\n\n"
            "The delivery of your order {order} was changed.\n"
            "{change}\n"
            "{plan}\n"
            "It goes to: {place}\n\n"
            "Everything about this delivery:\n"
            "{link}"
        ),
    ),
    "change_refused": OwnWords(
        N_("The delivery of your order {order} could not be changed"),
        N_(
            "Hello {name},\n\n"
            "You asked to change the delivery of your order {order}. We are sorry: that was no longer possible, "
            "and everything stays as it was.\n"
            "{plan}\n"
            "It goes to: {place}\n\n"
            "Everything about this delivery:\n"
            "{link}"
        ),
    ),
    "change_notice": OwnWords(
        N_("The delivery of order {order} was changed. Was it you?"),
        N_(
            "Hello {name},\n\n"
            "The delivery of your order {order} was changed.\n"
            "{change}\n\n"
            "Was it you? Then you need do nothing.\n"
            "Was it not you? Put it back as it was: {undo}"
        ),
    ),
    "change_undone": OwnWords(
        N_("The delivery of your order {order} is again as it was"),
        N_(
            "Hello {name},\n\n"
            "The last change to the delivery of your order {order} was put back: everything is again as it was.\n"
            "{plan}\n"
            "It goes to: {place}\n\n"
            "Everything about this delivery:\n"
            "{link}"
        ),
    ),
    "fee_credited": OwnWords(
        N_("You get the delivery fee of your order {order} back"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} did not come as we promised. We are sorry.\n"
            "You get the delivery fee back: {amount}. You need do nothing for it.\n\n"
            "What was promised and what happened:\n"
            "{link}"
        ),
    ),
    "pickup_reminder": OwnWords(
        N_("Your order {order} is still waiting for you"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} has not been collected yet.\n"
            "It is waiting for you at {place}.\n\n"
            "Your collect code: {code}. Show it at the counter, or say your name and order number and show an ID.\n\n"
            "Open: {hours}\n"
            "It is kept for you until {until}. After that it goes back.\n\n"
            "Everything about this order:\n"
            "{link}"
        ),
    ),
    "kept_longer": OwnWords(
        N_("Your order {order} is kept longer for you"),
        N_(
            "Hello {name},\n\n"
            "As you asked, your order {order} is kept longer for you.\n"
            "It is waiting for you at {place}.\n\n"
            "Your collect code: {code}. Show it at the counter, or say your name and order number and show an ID.\n\n"
            "Open: {hours}\n"
            "It is kept for you until {until}. After that it goes back.\n\n"
            "Everything about this order:\n"
            "{link}"
        ),
    ),
    "going_back": OwnWords(
        N_("Your order {order} is going back"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} was not collected in time, so it is going back to us.\n"
            "As long as it has not left you can still collect it: {place}\n\n"
            "Your collect code: {code}. Show it at the counter, or say your name and order number and show an ID.\n\n"
            "Open: {hours}\n\n"
            "Would you like to know what happens now? Please ask us.\n\n"
            "Everything about this order:\n"
            "{link}"
        ),
    ),
    "ask": OwnWords(
        N_("How was the delivery of your order {order}?"),
        N_(
            "Hello {name},\n\n"
            "Your order {order} has arrived. How was the delivery?\n\n"
            "5, very good: {how}?score=5\n"
            "4, good: {how}?score=4\n"
            "3, all right: {how}?score=3\n"
            "2, not so good: {how}?score=2\n"
            "1, bad: {how}?score=1\n\n"
            "Thank you: it helps us to do better."
        ),
    ),
}
