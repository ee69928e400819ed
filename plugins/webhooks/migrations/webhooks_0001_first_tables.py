"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'webhooks_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhooks_arrival',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('body', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('error', sa.String(length=1000), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_webhooks_arrival_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks_arrival')),
    sa.UniqueConstraint('company_id', 'source_id', 'key', name=op.f('uq_webhooks_arrival_company_id_source_id_key'))
    )
    with op.batch_alter_table('webhooks_arrival', schema=None) as batch_op:
        batch_op.create_index('ix_webhooks_arrival_source', ['company_id', 'source_id', 'id'], unique=False)

    op.create_table('webhooks_delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('endpoint_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('event', sa.String(length=120), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_webhooks_delivery_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks_delivery')),
    sa.UniqueConstraint('company_id', 'endpoint_id', 'event_id', name=op.f('uq_webhooks_delivery_company_id_endpoint_id_event_id'))
    )
    with op.batch_alter_table('webhooks_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_webhooks_delivery_endpoint', ['company_id', 'endpoint_id', 'id'], unique=False)

    op.create_table('webhooks_endpoint',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('url', sa.String(length=500), nullable=False),
    sa.Column('events', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('secret', sa.String(length=400), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_webhooks_endpoint_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks_endpoint'))
    )
    op.create_table('webhooks_source',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('secret', sa.String(length=400), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('mapping', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('fixed', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('sample', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('public_form', sa.Boolean(), nullable=False),
    sa.Column('acts_as_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_webhooks_source_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhooks_source')),
    sa.UniqueConstraint('token', name=op.f('uq_webhooks_source_token'))
    )


def downgrade() -> None:
    op.drop_table('webhooks_source')
    op.drop_table('webhooks_endpoint')
    with op.batch_alter_table('webhooks_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_webhooks_delivery_endpoint')

    op.drop_table('webhooks_delivery')
    with op.batch_alter_table('webhooks_arrival', schema=None) as batch_op:
        batch_op.drop_index('ix_webhooks_arrival_source')

    op.drop_table('webhooks_arrival')
