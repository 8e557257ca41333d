"""What is kept of orders, of their steps, and of what was heard."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Heard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_number", models.CharField(max_length=128, unique=True)),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("choice", models.TextField(blank=True)),
                ("booking", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(blank=True, max_length=32)),
                ("type", models.CharField(blank=True, max_length=32)),
                ("facts", models.JSONField(default=dict)),
                ("delivery_page", models.TextField(blank=True)),
                ("choose_page", models.TextField(blank=True)),
                ("is_placed", models.BooleanField(default=False)),
                ("is_told", models.BooleanField(default=False)),
                ("refused", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "indexes": [
                    models.Index(fields=["is_placed", "is_told"], name="stoep_oscar_untold"),
                    models.Index(fields=["booking"], name="stoep_oscar_booking"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=30)),
                ("status", models.CharField(help_text="The order's status in the shop's own words.", max_length=100)),
                ("at", models.DateTimeField()),
                ("is_sent", models.BooleanField(default=False)),
                ("refused", models.TextField(blank=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="stoep_oscar.delivery"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["is_sent"], name="stoep_oscar_unsent")],
            },
        ),
    ]
