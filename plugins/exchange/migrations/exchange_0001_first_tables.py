"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'exchange_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('exchange_batch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('mapping', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('match', sa.String(length=80), nullable=False),
    sa.Column('report', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('reached', sa.Integer(), nullable=False),
    sa.Column('job_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_exchange_batch_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_batch'))
    )
    op.create_table('exchange_fault',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_exchange_fault_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_fault'))
    )
    with op.batch_alter_table('exchange_fault', schema=None) as batch_op:
        batch_op.create_index('ix_exchange_fault_batch', ['company_id', 'batch_id', 'row'], unique=False)

    op.create_table('exchange_mapping',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('mapping', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_exchange_mapping_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_mapping')),
    sa.UniqueConstraint('company_id', 'record', name=op.f('uq_exchange_mapping_company_id_record'))
    )
    op.create_table('exchange_trace',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('batch_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_exchange_trace_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exchange_trace'))
    )
    with op.batch_alter_table('exchange_trace', schema=None) as batch_op:
        batch_op.create_index('ix_exchange_trace_batch', ['company_id', 'batch_id'], unique=False)
        batch_op.create_index('ix_exchange_trace_record', ['company_id', 'record_key', 'record_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('exchange_trace', schema=None) as batch_op:
        batch_op.drop_index('ix_exchange_trace_record')
        batch_op.drop_index('ix_exchange_trace_batch')

    op.drop_table('exchange_trace')
    op.drop_table('exchange_mapping')
    with op.batch_alter_table('exchange_fault', schema=None) as batch_op:
        batch_op.drop_index('ix_exchange_fault_batch')

    op.drop_table('exchange_fault')
    op.drop_table('exchange_batch')
