"""What this app keeps: of each order what Stoep knows of it, and what Stoep is still to be told. Nothing about the shopper:
that stands in Oscar's own tables."""

from django.db import models


class Delivery(models.Model):
    """One order at Stoep. Made when the order is about to be paid, or, without a choice, when it is placed.

    `part`: which try of this order it is; a try that was given up keeps its name at Stoep, so that the next needs another.
    `booking`, `state`: Stoep's, empty until it has answered. `facts`: what was promised, in Stoep's words.
    `is_placed`: the order stands. `is_told`: Stoep knows so. `refused`: why Stoep will not take it; somebody must look.
    """

    order_number = models.CharField(max_length=128, unique=True)
    part = models.PositiveSmallIntegerField(default=1)
    choice = models.TextField(blank=True)
    booking = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=32, blank=True)
    type = models.CharField(max_length=32, blank=True)
    facts = models.JSONField(default=dict)
    delivery_page = models.TextField(blank=True)
    choose_page = models.TextField(blank=True)
    is_placed = models.BooleanField(default=False)
    is_told = models.BooleanField(default=False)
    refused = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "stoep_oscar"
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["is_placed", "is_told"], name="stoep_oscar_untold"),
            models.Index(fields=["booking"], name="stoep_oscar_booking"),
        ]

    def __str__(self) -> str:
        return f"{self.order_number}: {self.booking or 'not told yet'}"

    @property
    def part_name(self) -> str:
        """As Stoep has it: the first try has none."""
        return "" if self.part == 1 else str(self.part)


class Heard(models.Model):
    """One row: until when Stoep was asked what became of deliveries."""

    at = models.DateTimeField()

    class Meta:
        app_label = "stoep_oscar"

    def __str__(self) -> str:
        return self.at.isoformat()


class Report(models.Model):
    """A step of an order's way, or its cancelling, that Stoep is told in the order in which it happened."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="reports")
    type = models.CharField(max_length=30)
    status = models.CharField(max_length=100, help_text="The order's status in the shop's own words.")
    at = models.DateTimeField()
    is_sent = models.BooleanField(default=False)
    refused = models.TextField(blank=True)

    class Meta:
        app_label = "stoep_oscar"
        ordering = ["id"]
        indexes = [models.Index(fields=["is_sent"], name="stoep_oscar_unsent")]

    def __str__(self) -> str:
        return f"{self.delivery.order_number}: {self.type}"
