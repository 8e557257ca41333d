"""The app: once Django knows all models, it takes its place in the shop's checkout."""

from django.apps import AppConfig


class StoepConfig(AppConfig):
    """Stands before Oscar's apps in INSTALLED_APPS, so that its templates are found first and its views are there
    before the checkout looks for them; `checks.py` says so when it does not."""

    name = "stoep_oscar"
    label = "stoep_oscar"
    verbose_name = "Stoep"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before: these import models.
        from stoep_oscar import checks, joining, receivers

        checks.register()
        joining.join_checkout()
        receivers.connect()
