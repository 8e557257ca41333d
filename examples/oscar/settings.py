"""Django's settings of the shop: those that Oscar's own documents ask for, and what stoep-oscar needs.

What differs from one start to the next comes by the same variables as those of examples/shop; the files are in one folder.
"""

import os
import secrets
from pathlib import Path

from oscar import INSTALLED_APPS as OSCAR_APPS
from oscar.defaults import *  # noqa: F403 - as Oscar has it

FOLDER = Path(os.environ.get("SHOP_FOLDER", "var/oscar"))
"""Where the shop keeps its database, its index and the mails that it would send."""

# --- Stoep: one line in INSTALLED_APPS, two settings ---

STOEP_URL = os.environ.get("SHOP_STOEP_URL", "http://127.0.0.1:8000")
STOEP_KEYS = (os.environ.get("SHOP_KEY", ""), os.environ.get("SHOP_SECRET", ""))
STOEP_SECONDS = float(os.environ.get("SHOP_ANSWER_SECONDS", "1"))

INSTALLED_APPS = ["stoep_oscar", *OSCAR_APPS, "sorl.thumbnail"]

# --- The shop ---

OSCAR_SHOP_NAME = "Schemer & Wol"
OSCAR_SHOP_TAGLINE = ""
OSCAR_DEFAULT_CURRENCY = "EUR"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_FROM_EMAIL = "shop@schemer.example"
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
OSCAR_ORDER_STATUS_PIPELINE = {
    "Pending": ("Packed", "Cancelled"),
    "Packed": ("Shipped", "Cancelled"),
    "Shipped": ("Delivered",),
    "Delivered": (),
    "Cancelled": (),
}
OSCAR_LINE_STATUS_PIPELINE = OSCAR_ORDER_STATUS_PIPELINE

# --- Django, as Oscar's documents have it ---

SECRET_KEY = os.environ.get("SHOP_COOKIE_SECRET") or secrets.token_hex(32)
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "examples.oscar.urls"
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL, MEDIA_URL = "/assets/", "/media/"
MEDIA_ROOT = FOLDER / "media"
LANGUAGE_CODE, TIME_ZONE, USE_TZ = "en-gb", "Europe/Amsterdam", True
LANGUAGES = [("en-gb", "English"), ("nl", "Nederlands"), ("de", "Deutsch"), ("fr", "Français")]
EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", FOLDER / "mails"
AUTHENTICATION_BACKENDS = ("oscar.apps.customer.auth_backends.EmailBackend",)
HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine", "PATH": str(FOLDER / "index")}
}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": FOLDER / "shop.sqlite",
        "ATOMIC_REQUESTS": True,
        # Who reads and then writes must not find that another has written in between.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }
}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.apps.communication.notifications.context_processors.notifications",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.server": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}


class _Today(dict[str, None]):
    """Of no app of others the way from its first version to today's, which takes 20 seconds: a new shop begins with their
    tables as they are now. Those of stoep-oscar are made as in any shop."""

    def __contains__(self, app: object) -> bool:
        return app != "stoep_oscar"

    def __getitem__(self, _app: str) -> None:
        return None


MIGRATION_MODULES = _Today()
