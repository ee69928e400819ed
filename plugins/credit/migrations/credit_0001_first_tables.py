"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'credit_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('credit_profile',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_name', sa.String(length=200), nullable=True),
    sa.Column('grade', sa.String(length=60), nullable=True),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('limit', sa.BigInteger(), nullable=True),
    sa.Column('credit_days', sa.BigInteger(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('conditions', sa.String(length=300), nullable=True),
    sa.Column('insurer', sa.String(length=200), nullable=True),
    sa.Column('insurer_limit', sa.BigInteger(), nullable=True),
    sa.Column('cover', sa.BigInteger(), nullable=True),
    sa.Column('notify_days', sa.BigInteger(), nullable=True),
    sa.Column('claim_days', sa.BigInteger(), nullable=True),
    sa.Column('insurer_until', sa.Date(), nullable=True),
    sa.Column('temporary_limit', sa.BigInteger(), nullable=True),
    sa.Column('temporary_until', sa.Date(), nullable=True),
    sa.Column('temporary_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('orders', sa.BigInteger(), nullable=True),
    sa.Column('receivables', sa.BigInteger(), nullable=True),
    sa.Column('unallocated', sa.BigInteger(), nullable=True),
    sa.Column('insured', sa.BigInteger(), nullable=True),
    sa.Column('exposure', sa.BigInteger(), nullable=True),
    sa.Column('available', sa.BigInteger(), nullable=True),
    sa.Column('computed_at', sa.DateTime(timezone=True), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_credit_profile_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'temporary_order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_credit_profile_company_id_temporary_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_credit_profile_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_profile')),
    sa.UniqueConstraint('company_id', 'customer_id', name=op.f('uq_credit_profile_company_id_customer_id')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_credit_profile_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_credit_profile_company_id_number'))
    )
    with op.batch_alter_table('credit_profile', schema=None) as batch_op:
        batch_op.create_index('ix_credit_profile_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_credit_profile_temporary_order_id', ['company_id', 'temporary_order_id'], unique=False)

    op.create_table('credit_review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_name', sa.String(length=200), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('trigger', sa.String(length=60), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('requested', sa.BigInteger(), nullable=False),
    sa.Column('credit_days', sa.BigInteger(), nullable=True),
    sa.Column('monthly', sa.BigInteger(), nullable=True),
    sa.Column('temporary', sa.Boolean(), nullable=True),
    sa.Column('temporary_until', sa.Date(), nullable=True),
    sa.Column('conditions', sa.String(length=300), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=True),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('grade', sa.String(length=60), nullable=True),
    sa.Column('suggested', sa.BigInteger(), nullable=True),
    sa.Column('excess', sa.BigInteger(), nullable=True),
    sa.Column('exposure', sa.BigInteger(), nullable=True),
    sa.Column('needs_sales', sa.Boolean(), nullable=True),
    sa.Column('needs_boss', sa.Boolean(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_credit_review_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_credit_review_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_credit_review_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_review')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_credit_review_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_credit_review_company_id_number'))
    )
    with op.batch_alter_table('credit_review', schema=None) as batch_op:
        batch_op.create_index('ix_credit_review_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_credit_review_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('credit_paper',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('paper', sa.String(length=60), nullable=False),
    sa.Column('there', sa.Boolean(), nullable=True),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['credit_review.company_id', 'credit_review.id'], name=op.f('fk_credit_paper_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_credit_paper_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_paper')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_credit_paper_company_id_id'))
    )
    with op.batch_alter_table('credit_paper', schema=None) as batch_op:
        batch_op.create_index('ix_credit_paper_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('credit_score_row',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('row', sa.String(length=60), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('most', sa.BigInteger(), nullable=True),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['credit_review.company_id', 'credit_review.id'], name=op.f('fk_credit_score_row_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_credit_score_row_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_credit_score_row')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_credit_score_row_company_id_id'))
    )
    with op.batch_alter_table('credit_score_row', schema=None) as batch_op:
        batch_op.create_index('ix_credit_score_row_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('credit_score_row', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_score_row_parent')

    op.drop_table('credit_score_row')
    with op.batch_alter_table('credit_paper', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_paper_parent')

    op.drop_table('credit_paper')
    with op.batch_alter_table('credit_review', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_review_order_id')
        batch_op.drop_index('ix_credit_review_customer_id')

    op.drop_table('credit_review')
    with op.batch_alter_table('credit_profile', schema=None) as batch_op:
        batch_op.drop_index('ix_credit_profile_temporary_order_id')
        batch_op.drop_index('ix_credit_profile_customer_id')

    op.drop_table('credit_profile')
