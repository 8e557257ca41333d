"""What every page of a merchant shares: the frame around it, who looks at it, and its forms. No page of its own."""

from typing import cast

from flask import Flask

from web.service import NAME, Service


def keep_logins(app: Flask) -> None:
    """Cookies for those who log in: signed by the operator's keys, out of reach of scripts and of other sites."""
    from plugin.pages.visitors import forgery

    service = cast(Service, app.extensions[NAME])
    newest, *older = service.signer.key_hashes("cookies of staff")
    app.secret_key = newest
    app.config.update(
        SECRET_KEY_FALLBACKS=older,
        SESSION_COOKIE_NAME="stoep",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=service.config.public_url.startswith("https:"),
        # A form lives as long as the login: who is called away in the middle of it loses nothing.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    forgery.init_app(app)
