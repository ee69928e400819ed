"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'samples_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('samples_request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=200), nullable=False),
    sa.Column('needed_by', sa.Date(), nullable=True),
    sa.Column('round', sa.BigInteger(), nullable=True),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('fee_policy', sa.String(length=60), nullable=False),
    sa.Column('fee', sa.BigInteger(), nullable=True),
    sa.Column('refund_from', sa.BigInteger(), nullable=True),
    sa.Column('fee_settled_on', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('freight', sa.String(length=60), nullable=False),
    sa.Column('account_no', sa.String(length=40), nullable=True),
    sa.Column('freight_cost', sa.BigInteger(), nullable=True),
    sa.Column('declared_value', sa.BigInteger(), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('un383_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('msds_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cost', sa.BigInteger(), nullable=True),
    sa.Column('inspected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('inspection', sa.Text(), nullable=True),
    sa.Column('failures', sa.BigInteger(), nullable=True),
    sa.Column('labelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('courier', sa.String(length=60), nullable=True),
    sa.Column('tracking_no', sa.String(length=40), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('moved_on', sa.Date(), nullable=True),
    sa.Column('transit', sa.String(length=200), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('result', sa.String(length=60), nullable=True),
    sa.Column('feedback_on', sa.Date(), nullable=True),
    sa.Column('feedback', sa.Text(), nullable=True),
    sa.Column('seal_no', sa.String(length=30), nullable=True),
    sa.Column('kept_at', sa.String(length=80), nullable=True),
    sa.Column('sealed_on', sa.Date(), nullable=True),
    sa.Column('next_step', sa.String(length=200), nullable=True),
    sa.Column('outcome', sa.String(length=60), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_samples_request_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_samples_request_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'inquiry_id'], ['crm_inquiry.company_id', 'crm_inquiry.id'], name=op.f('fk_samples_request_company_id_inquiry_id')),
    sa.ForeignKeyConstraint(['company_id', 'previous_id'], ['samples_request.company_id', 'samples_request.id'], name=op.f('fk_samples_request_company_id_previous_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_samples_request_company_id')),
    sa.ForeignKeyConstraint(['msds_id'], ['core_file.id'], name=op.f('fk_samples_request_msds_id')),
    sa.ForeignKeyConstraint(['un383_id'], ['core_file.id'], name=op.f('fk_samples_request_un383_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_samples_request')),
    sa.UniqueConstraint('company_id', 'courier', 'tracking_no', name=op.f('uq_samples_request_company_id_courier_tracking_no')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_samples_request_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_samples_request_company_id_number'))
    )
    with op.batch_alter_table('samples_request', schema=None) as batch_op:
        batch_op.create_index('ix_samples_request_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_samples_request_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_samples_request_inquiry_id', ['company_id', 'inquiry_id'], unique=False)
        batch_op.create_index('ix_samples_request_previous_id', ['company_id', 'previous_id'], unique=False)

    op.create_table('samples_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('description', sa.String(length=500), nullable=True),
    sa.Column('spec_version', sa.String(length=20), nullable=True),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('unit_value', sa.BigInteger(), nullable=True),
    sa.Column('unit_cost', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['samples_request.company_id', 'samples_request.id'], name=op.f('fk_samples_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_samples_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_samples_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_samples_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_samples_line_company_id_id'))
    )
    with op.batch_alter_table('samples_line', schema=None) as batch_op:
        batch_op.create_index('ix_samples_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_samples_line_product_id', ['company_id', 'product_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('samples_line', schema=None) as batch_op:
        batch_op.drop_index('ix_samples_line_product_id')
        batch_op.drop_index('ix_samples_line_parent')

    op.drop_table('samples_line')
    with op.batch_alter_table('samples_request', schema=None) as batch_op:
        batch_op.drop_index('ix_samples_request_previous_id')
        batch_op.drop_index('ix_samples_request_inquiry_id')
        batch_op.drop_index('ix_samples_request_customer_id')
        batch_op.drop_index('ix_samples_request_contact_id')

    op.drop_table('samples_request')
