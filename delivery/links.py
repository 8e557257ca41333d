"""Addresses of pages behind unguessable links."""

from delivery.signing import Signer


class PageLinks:
    """Makes the address of a booking's page. The link carries the booking and its page version: a higher version revokes it."""

    def __init__(self, public_url: str, signer: Signer) -> None:
        self.root = public_url.rstrip("/")
        self.signer = signer

    def page(self, booking_id: str, page_version: int) -> str:
        """The shopper's page of one delivery."""
        return f"{self.root}/d/{self.signer.seal('page', {'b': booking_id, 'v': page_version})}"

    def choose(self, booking_id: str, page_version: int) -> str:
        """The repair link: choose for an order that came without a choice."""
        return f"{self.root}/choose/{self.signer.seal('choose', {'b': booking_id, 'v': page_version})}"

    def undo(self, booking_id: str, page_version: int, undone: str) -> str:
        """Where a change is put back, with a token of delivery/change_answers.py."""
        return f"{self.page(booking_id, page_version)}/undo/{undone}"

    def how(self, booking_id: str, page_version: int) -> str:
        """Where the shopper says how the delivery was."""
        return f"{self.page(booking_id, page_version)}/how"

    def stop(self, booking_id: str, page_version: int) -> str:
        """Where the optional mails about an order end with one click."""
        return f"{self.root}/m/{self.signer.seal('mail', {'b': booking_id, 'v': page_version})}"

    def password(self, token: str) -> str:
        """Where somebody of a shop sets a password, with a token of delivery/invitations.py."""
        return f"{self.root}/plugin/password/{token}"

    def staff_delivery(self, booking_id: str) -> str:
        """Where the people of a shop see one delivery."""
        return f"{self.root}/plugin/deliveries/{booking_id}"

    def login(self) -> str:
        """Where the people of a shop log in."""
        return f"{self.root}/plugin/login"
