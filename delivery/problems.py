"""What can go wrong, as types with data and a stable code. One place in web/ turns them into HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: a JSON pointer (RFC 6901) and a plain sentence."""

    pointer: str
    detail: str


@dataclass(eq=False)
class Problem(Exception):
    """Something named that the caller can act on. `code` is stable, `detail` a plain sentence."""

    detail: str = ""
    faults: tuple[Fault, ...] = field(default_factory=tuple)
    code = "problem"
    status = 400
    title = "Something is wrong with the request"

    def __str__(self) -> str:
        return f"{self.code}: {self.detail or self.title}"


class InvalidInput(Problem):
    code, status, title = "invalid_input", 422, "The input is not valid"


class UnknownShop(Problem):
    code, status, title = "unknown_shop", 404, "No shop has this key"


class InvalidToken(Problem):
    code, status, title = "invalid_token", 422, "The token was not made by us, or was changed"


class OfferExpired(Problem):
    code, status, title = "offer_expired", 409, "The offer is too old: ask for a fresh one"


class OptionUnknown(Problem):
    code, status, title = "option_unknown", 422, "The option does not belong to this offer"


class OptionGone(Problem):
    code, status, title = "option_gone", 409, "The option is no longer on offer"


class SlotFull(Problem):
    code, status, title = "slot_full", 409, "The last place was just taken"


class TooManyHolds(Problem):
    code, status, title = "too_many_holds", 429, "Too many places are being kept from this address"


class HoldNotFound(Problem):
    code, status, title = "hold_not_found", 404, "There is no such hold"


class HoldExpired(Problem):
    code, status, title = "hold_expired", 409, "The hold has ended"


class ChoiceGone(Problem):
    code, status, title = "choice_gone", 409, "The chosen place has been taken by someone else"


class ChoiceStale(Problem):
    code, status, title = "choice_stale", 409, "The choice was made for another address or basket"


class ChoiceUsed(Problem):
    code, status, title = "choice_used", 409, "The choice already belongs to another order"


class BookingNotFound(Problem):
    code, status, title = "booking_not_found", 404, "There is no such booking"


class WrongState(Problem):
    code, status, title = "wrong_state", 409, "The booking is past the point where this can be done"


class ChangeNotFound(Problem):
    code, status, title = "change_not_found", 404, "There is no such change"


class ChangeWaiting(Problem):
    code, status, title = "change_waiting", 409, "An earlier change of this booking still waits for its answer"


class TooLate(Problem):
    code, status, title = "too_late", 409, "The time for this change is over"


class TooManyChanges(Problem):
    code, status, title = "too_many_changes", 429, "The booking was changed too often today"


class SettlementNotFound(Problem):
    code, status, title = "settlement_not_found", 404, "There is no such settlement"


@dataclass(eq=False)
class ImpossibleStep(Problem):
    """`reason` and `facts` say why, for whoever says it in another language; see delivery/texts/progress.py."""

    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    code, status, title = "impossible_step", 409, "This step cannot be, for this booking at that moment"


class CodeUnknown(Problem):
    code, status, title = "code_unknown", 422, "No parcel is collected by this code"


@dataclass(eq=False)
class CodeOfAnotherCentre(Problem):
    """`name` is the centre where it lies, or is to lie."""

    name: str = ""
    code, status, title = "code_of_another_centre", 409, "The code is for another pick-up centre"


@dataclass(eq=False)
class CodesLocked(Problem):
    """`until`: when this login may try again."""

    until: datetime | None = None
    code, status, title = "codes_locked", 429, "Too many wrong codes were typed"


@dataclass(eq=False)
class AtAnotherCentre(Problem):
    """`name` is the centre it is for, empty when it goes to an address."""

    name: str = ""
    code, status, title = "at_another_centre", 409, "The order is not for this pick-up centre"


@dataclass(eq=False)
class ParcelsMissing(Problem):
    """`numbers` are those that nobody has seen at the counter."""

    numbers: tuple[int, ...] = ()
    code, status, title = "parcels_missing", 409, "Not all parcels of the order are there"


class VansNotFound(Problem):
    code, status, title = "vans_not_found", 404, "There are no such vans"


@dataclass(eq=False)
class NoTimeAtDoor(Problem):
    """`reason` is one of delivery/longer_stops.py; `late` is how many others would be served too late, `most_minutes` how much
    time on top of the usual there is."""

    reason: str = ""
    late: int = 0
    most_minutes: int = 0
    code, status, title = "no_time_at_door", 409, "The van has no such time at this door"


class IdempotencyKeyReused(Problem):
    code, status, title = "idempotency_key_reused", 422, "The key was used before with another request"


class RequestInProgress(Problem):
    code, status, title = "request_in_progress", 409, "The same request is still being worked on"


class LoginRefused(Problem):
    code, status, title = "login_refused", 401, "The login is not right"


class CodeRefused(Problem):
    code, status, title = "code_refused", 422, "The six-digit code is not right, or was used before"


class LinkOver(Problem):
    code, status, title = "link_over", 410, "The link to set a password does not work any more"


class EmailTaken(Problem):
    code, status, title = "email_taken", 409, "Somebody already logs in with this e-mail address"


class StaffNotFound(Problem):
    code, status, title = "staff_not_found", 404, "There is nobody of that id"


class LastOwner(Problem):
    code, status, title = "last_owner", 409, "A shop needs at least one owner"


class SettingNotFound(Problem):
    code, status, title = "setting_not_found", 404, "There is no such item among the settings"


@dataclass(eq=False)
class EditedMeanwhile(Problem):
    """`theirs` is the document as it stands now."""

    theirs: Mapping[str, Any] = field(default_factory=dict)
    code, status, title = "edited_meanwhile", 409, "Somebody else changed this in the meantime"


@dataclass(eq=False)
class StillUsed(Problem):
    """`users` are the items that name it: see delivery/settings/references.py."""

    users: tuple[Any, ...] = ()
    code, status, title = "still_used", 409, "Other settings still use this"
