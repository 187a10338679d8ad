"""A log that was put back from a backup waits until somebody has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_head", sa.Column("held", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("log_head", "held")
