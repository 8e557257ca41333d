"""Takes a place in the shop's checkout without a fork: what we add goes before the class that the shop uses, Oscar's own or
one of its fork, and is found in its place."""

import sys

from oscar.core.loading import get_class

JOINED = "stoep_oscar_joined"


def join_checkout() -> None:
    """The repository first: the views take it while they are imported."""
    from stoep_oscar.methods import RepositoryWithChoice

    join("shipping.repository", "Repository", RepositoryWithChoice)

    from stoep_oscar.placing import PlacesWithBooking
    from stoep_oscar.shipping_step import StepWithPicker

    join("checkout.views", "ShippingMethodView", StepWithPicker)
    join("checkout.views", "PaymentDetailsView", PlacesWithBooking)


def join(module_label: str, name: str, ours: type) -> type:
    """Puts `ours` before the class of this name, for everybody who has it or will ask Oscar for it. Once is enough."""
    known = get_class(module_label, name)
    if JOINED in vars(known):
        return known
    joined = type(name, (ours, known), {"__module__": known.__module__, "__doc__": known.__doc__, JOINED: True})
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(name) is known:
            setattr(module, name, joined)
    return joined
