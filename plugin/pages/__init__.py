"""What every page of a merchant shares: the frame around it, who looks at it, and its forms. No page of its own."""

from flask import Flask

from delivery.signing import Signer


def keep_logins(app: Flask, public_url: str) -> None:
    """Cookies for those who log in, out of reach of scripts and of other sites; forms that no other site can send."""
    from plugin.pages.visitors import forgery

    app.config.update(
        SESSION_COOKIE_NAME="stoep",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=public_url.startswith("https:"),
        # A form lives as long as the login: who is called away in the middle of it loses nothing.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    forgery.init_app(app)


def sign_cookies(app: Flask, signer: Signer) -> None:
    """Sign the cookies by keys that come from the operator's: the newest signs, the others are still known."""
    newest, *older = signer.key_hashes("cookies of staff")
    app.secret_key = newest
    app.config["SECRET_KEY_FALLBACKS"] = older
