"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'reports_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reports_built',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('board', sa.String(length=20), nullable=False),
    sa.Column('shape', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_reports_built_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports_built'))
    )
    with op.batch_alter_table('reports_built', schema=None) as batch_op:
        batch_op.create_index('ix_reports_built_user', ['company_id', 'user_id'], unique=False)

    op.create_table('reports_target',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('metric', sa.String(length=60), nullable=False),
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_reports_target_company_id')),
    sa.ForeignKeyConstraint(['person_id'], ['core_user.id'], name=op.f('fk_reports_target_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports_target')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_reports_target_company_id_id')),
    sa.UniqueConstraint('company_id', 'metric', 'month', 'person_id', name=op.f('uq_reports_target_company_id_metric_month_person_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_reports_target_company_id_number'))
    )
    with op.batch_alter_table('reports_target', schema=None) as batch_op:
        batch_op.create_index('ix_reports_target_default_sort', ['company_id', 'month', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('reports_target', schema=None) as batch_op:
        batch_op.drop_index('ix_reports_target_default_sort')

    op.drop_table('reports_target')
    with op.batch_alter_table('reports_built', schema=None) as batch_op:
        batch_op.drop_index('ix_reports_built_user')

    op.drop_table('reports_built')
