"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'service_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('service_care',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('satisfaction', sa.BigInteger(), nullable=True),
    sa.Column('nps', sa.BigInteger(), nullable=True),
    sa.Column('notes', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_service_care_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_service_care_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_service_care_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_care')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_service_care_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_service_care_company_id_number'))
    )
    with op.batch_alter_table('service_care', schema=None) as batch_op:
        batch_op.create_index('ix_service_care_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_service_care_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_service_care_default_sort', ['company_id', 'due_on', 'id'], unique=False)

    op.create_table('service_complaint',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lot', sa.String(length=40), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('description', sa.Text(), nullable=True),
    sa.Column('source', sa.String(length=60), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('safety', sa.Boolean(), nullable=True),
    sa.Column('refused', sa.Boolean(), nullable=True),
    sa.Column('severity', sa.String(length=60), nullable=True),
    sa.Column('qty_shipped', sa.BigInteger(), nullable=True),
    sa.Column('qty_affected', sa.BigInteger(), nullable=True),
    sa.Column('claimed', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('days_late', sa.BigInteger(), nullable=True),
    sa.Column('handler_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('defect_code', sa.String(length=10), nullable=True),
    sa.Column('repeat_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contain_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('contained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cause_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('analysed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('close_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('d1_team', sa.Text(), nullable=True),
    sa.Column('d2_problem', sa.Text(), nullable=True),
    sa.Column('d3_containment', sa.Text(), nullable=True),
    sa.Column('d4_root_cause', sa.Text(), nullable=True),
    sa.Column('d5_action', sa.Text(), nullable=True),
    sa.Column('d6_implementation', sa.Text(), nullable=True),
    sa.Column('d7_prevention', sa.Text(), nullable=True),
    sa.Column('d8_closure', sa.Text(), nullable=True),
    sa.Column('remedy', sa.String(length=60), nullable=True),
    sa.Column('remedy_text', sa.Text(), nullable=True),
    sa.Column('cost', sa.BigInteger(), nullable=True),
    sa.Column('responsible', sa.String(length=60), nullable=True),
    sa.Column('reminders', sa.BigInteger(), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('satisfaction', sa.BigInteger(), nullable=True),
    sa.Column('blocked_on', sa.Date(), nullable=True),
    sa.Column('unblocked_on', sa.Date(), nullable=True),
    sa.Column('unblock_reason', sa.String(length=200), nullable=True),
    sa.Column('reviewed_on', sa.Date(), nullable=True),
    sa.Column('review_result', sa.String(length=60), nullable=True),
    sa.Column('review_on', sa.Date(), nullable=True),
    sa.Column('number', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_service_complaint_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_service_complaint_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'delivery_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_service_complaint_company_id_delivery_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_service_complaint_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_service_complaint_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id', 'repeat_of_id'], ['service_complaint.company_id', 'service_complaint.id'], name=op.f('fk_service_complaint_company_id_repeat_of_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_service_complaint_company_id')),
    sa.ForeignKeyConstraint(['handler_id'], ['core_user.id'], name=op.f('fk_service_complaint_handler_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['core_user.id'], name=op.f('fk_service_complaint_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_complaint')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_service_complaint_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_service_complaint_company_id_number'))
    )
    with op.batch_alter_table('service_complaint', schema=None) as batch_op:
        batch_op.create_index('ix_service_complaint_code', ['company_id', 'product_id', 'defect_code'], unique=False)
        batch_op.create_index('ix_service_complaint_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_service_complaint_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_service_complaint_delivery_id', ['company_id', 'delivery_id'], unique=False)
        batch_op.create_index('ix_service_complaint_order_id', ['company_id', 'order_id'], unique=False)
        batch_op.create_index('ix_service_complaint_product_id', ['company_id', 'product_id'], unique=False)
        batch_op.create_index('ix_service_complaint_repeat_of_id', ['company_id', 'repeat_of_id'], unique=False)

    op.create_table('service_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('description', sa.String(length=200), nullable=True),
    sa.Column('qty', sa.BigInteger(), nullable=False),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['service_complaint.company_id', 'service_complaint.id'], name=op.f('fk_service_part_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_service_part_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_service_part_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_part')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_service_part_company_id_id'))
    )
    with op.batch_alter_table('service_part', schema=None) as batch_op:
        batch_op.create_index('ix_service_part_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_service_part_product_id', ['company_id', 'product_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('service_part', schema=None) as batch_op:
        batch_op.drop_index('ix_service_part_product_id')
        batch_op.drop_index('ix_service_part_parent')

    op.drop_table('service_part')
    with op.batch_alter_table('service_complaint', schema=None) as batch_op:
        batch_op.drop_index('ix_service_complaint_repeat_of_id')
        batch_op.drop_index('ix_service_complaint_product_id')
        batch_op.drop_index('ix_service_complaint_order_id')
        batch_op.drop_index('ix_service_complaint_delivery_id')
        batch_op.drop_index('ix_service_complaint_customer_id')
        batch_op.drop_index('ix_service_complaint_contact_id')
        batch_op.drop_index('ix_service_complaint_code')

    op.drop_table('service_complaint')
    with op.batch_alter_table('service_care', schema=None) as batch_op:
        batch_op.drop_index('ix_service_care_default_sort')
        batch_op.drop_index('ix_service_care_customer_id')
        batch_op.drop_index('ix_service_care_contact_id')

    op.drop_table('service_care')
