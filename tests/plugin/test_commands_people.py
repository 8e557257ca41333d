"""`stoep people`: what is kept about one person, printed and erased."""

import json

from plugin.commands.demo_merchant.seed import MERCHANT_ID
from tests.delivery.test_privacy import WORDS, everywhere, lived, ordered
from tests.doors import Door
from tests.plugin.test_commands import stoep

BY_EMAIL = ("--email", "X.Jongbloed@example.org")


def address(door: Door) -> str:
    return door.database.url.render_as_string(hide_password=False)


def test_a_person_is_printed_and_erased(door: Door) -> None:
    booking = lived(door)
    printed = stoep(address(door), "people", "export", MERCHANT_ID, *BY_EMAIL)
    [told] = json.loads(printed.stdout)["bookings"]
    assert told["booking"] == booking
    assert [word for word in WORDS if word.lower() not in printed.stdout.lower()] == []
    erased = stoep(address(door), "people", "erase", MERCHANT_ID, *BY_EMAIL)
    assert erased.stdout == f"erased: 2001 (delivered, {booking})\n"
    assert everywhere(door) == {}
    assert stoep(address(door), "people", "erase", MERCHANT_ID, *BY_EMAIL).stdout == "nothing was found\n"


def test_what_is_under_way_is_named(plain_door: Door) -> None:
    booking = ordered(plain_door, "2008")
    said = stoep(address(plain_door), "people", "erase", MERCHANT_ID, "--order", "2008").stdout
    assert said == f"kept until done: 2008 (confirmed, {booking})\n"


def test_it_says_what_is_wrong(plain_door: Door) -> None:
    nobody = stoep(address(plain_door), "people", "export", "mr_nobody", *BY_EMAIL)
    assert (nobody.exit_code, "there is no merchant 'mr_nobody'" in nobody.stderr) == (1, True)
    neither = stoep(address(plain_door), "people", "erase", MERCHANT_ID)
    assert (neither.exit_code, "Give one of" in neither.stderr) == (2, True)
