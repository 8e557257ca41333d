"""What a change of the settings does to an offer: the options that come and go, and what is different about the rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from delivery.options import Offer, Option, PickupOption, ShippingOption, SlotOption

Kind = Literal["comes", "goes", "name", "day", "fee"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is other than before. `before` is None for what comes, `after` for what goes."""

    kind: Kind
    before: Option | None
    after: Option | None


def differences(before: Offer, after: Offer) -> tuple[Difference, ...]:
    """In the order of the later offer, then what goes. The same service, window of a day, or centre is the same option."""
    old = {_key(option): option for option in before.options}
    new = {_key(option): option for option in after.options}
    found = [each for key, option in new.items() for each in _differences(old.get(key), option)]
    return (*found, *(Difference("goes", option, None) for key, option in old.items() if key not in new))


def _key(option: Option) -> tuple[str, ...]:
    if isinstance(option, SlotOption):
        return option.type, option.pattern_id, option.day.isoformat()
    return option.type, option.location.id if isinstance(option, PickupOption) else option.service_id


def _differences(old: Option | None, new: Option) -> Iterator[Difference]:
    if old is None:
        yield Difference("comes", None, new)
        return
    if not isinstance(new, SlotOption) and old.title != new.title:
        yield Difference("name", old, new)
    if _days(old) != _days(new):
        yield Difference("day", old, new)
    if old.fee != new.fee:
        yield Difference("fee", old, new)


def _days(option: Option) -> tuple[object, ...]:
    """When it comes, and on whose clock."""
    if isinstance(option, ShippingOption):
        return option.earliest_day, option.latest_day, option.time_zone
    if isinstance(option, SlotOption):
        return option.window, option.time_zone
    return option.ready_by, option.pickup_by, option.time_zone
