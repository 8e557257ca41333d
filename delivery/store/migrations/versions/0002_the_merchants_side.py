"""The merchant's side: staff, who changed what, more to set, and workers that say they are alive.

The settings lose their `version`: two edits at once are told apart by what stood there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SETTINGS = ("origins", "zones", "services", "slot_patterns", "centres")


def upgrade() -> None:
    for column in _merchants():
        op.add_column("merchants", column)
    op.add_column("centres", sa.Column("shelf_capacity", sa.Integer(), nullable=True))
    for table in SETTINGS:
        op.drop_column(table, "version")
    _make_staff()
    _make_audit()
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )


def _merchants() -> list[sa.Column[object]]:
    return [
        sa.Column("tax_rate", sa.Integer(), server_default="0", nullable=False),
        sa.Column("fees_include_tax", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("languages", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("texts", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("looks", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("contact", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("messages", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("retention_days", sa.Integer(), server_default="90", nullable=False),
        sa.Column("platform", sa.String(length=20), server_default="html", nullable=False),
        sa.Column("checkout_url", sa.String(length=2000), nullable=True),
    ]


def _make_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_used", sa.Integer(), nullable=True),
        sa.Column("session_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role in ('owner', 'configure', 'counter')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_staff_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_email")),
    )
    op.create_index("ix_staff_merchant", "staff", ["merchant_id"])


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("merchant_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.String(length=64), nullable=True),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.CheckConstraint("action in ('added', 'changed', 'removed')", name=op.f("ck_audit_action")),
        sa.ForeignKeyConstraint(
            ["merchant_id"], ["merchants.id"], name=op.f("fk_audit_merchant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["merchant_id", "at"])


def downgrade() -> None:
    op.drop_table("workers")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_table("audit")
    op.drop_index("ix_staff_merchant", table_name="staff")
    op.drop_table("staff")
    for table in SETTINGS:
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.drop_column("centres", "shelf_capacity")
    for column in _merchants():
        op.drop_column("merchants", column.name)
