"""Browsers before the login: they look at the forms and send them, as people do."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from delivery import invitations, passwords
from delivery.accounts import Account
from tests.doors import Door
from tests.plugin.desk import Desk

PASSWORD = "a lamp beside the door"


@dataclass
class Browser:
    """Somebody at a browser of their own, logged in or not."""

    door: Door
    client: FlaskClient
    address: str = "127.0.0.1"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address})

    def send(self, path: str, page: str | None = None, **form: Any) -> TestResponse:
        """Send the form of `page` (the same path when not given) with its token, as a browser would."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page or path).text)
        data = form | ({"csrf_token": token[1]} if token else {})
        return self.client.post(path, data=data, environ_base={"REMOTE_ADDR": self.address})

    def log_in(self, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
        return self.send("/plugin/login", email=email, password=password, **more)

    def is_in(self) -> bool:
        return self.get("/plugin/account").status_code == 200


def browser(door: Door, address: str = "127.0.0.1") -> Browser:
    return Browser(door, door.client.application.test_client(), address)


def with_password(desk: Desk, password: str = PASSWORD) -> Account:
    """The desk's person has this password; the desk's own login ends by it."""
    kept, now, known = passwords.hash_password(password), desk.door.clock(), desk.account
    return desk.door.database.write(lambda session: invitations.set_password(session, now, known, known.by, kept))


def hidden(response: TestResponse, name: str) -> str:
    """What stands in a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found, response.text
    return found[1]
