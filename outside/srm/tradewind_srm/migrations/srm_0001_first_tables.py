"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'srm_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('srm_supplier',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('tax_id', sa.String(length=40), nullable=True),
    sa.Column('contact', sa.String(length=80), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('qualified_until', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=True),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_supplier_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_supplier')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_supplier_company_id_id')),
    sa.UniqueConstraint('company_id', 'name', name=op.f('uq_srm_supplier_company_id_name')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_srm_supplier_company_id_number'))
    )
    with op.batch_alter_table('srm_supplier', schema=None) as batch_op:
        batch_op.create_index('ix_srm_supplier_default_sort', ['company_id', 'name', 'id'], unique=False)

    op.create_table('srm_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('criterion', sa.String(length=200), nullable=False),
    sa.Column('mandatory', sa.Boolean(), nullable=True),
    sa.Column('passed', sa.Boolean(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('evidence', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['srm_supplier.company_id', 'srm_supplier.id'], name=op.f('fk_srm_check_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_check_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_check')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_check_company_id_id'))
    )
    with op.batch_alter_table('srm_check', schema=None) as batch_op:
        batch_op.create_index('ix_srm_check_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('srm_price_list',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('supplier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'supplier_id'], ['srm_supplier.company_id', 'srm_supplier.id'], name=op.f('fk_srm_price_list_company_id_supplier_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_price_list_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_price_list')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_price_list_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_srm_price_list_company_id_number'))
    )
    with op.batch_alter_table('srm_price_list', schema=None) as batch_op:
        batch_op.create_index('ix_srm_price_list_default_sort', ['company_id', 'valid_from', 'id'], unique=False)

    with op.batch_alter_table('srm_price_list', schema=None) as batch_op:
        batch_op.create_index('ix_srm_price_list_supplier_id', ['company_id', 'supplier_id'], unique=False)

    op.create_table('srm_price',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('from_quantity', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['srm_price_list.company_id', 'srm_price_list.id'], name=op.f('fk_srm_price_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_srm_price_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_price_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_price')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_price_company_id_id'))
    )
    with op.batch_alter_table('srm_price', schema=None) as batch_op:
        batch_op.create_index('ix_srm_price_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_srm_price_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('srm_delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('supplier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('promised_on', sa.Date(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('rejected', sa.BigInteger(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('invoice_due_on', sa.Date(), nullable=True),
    sa.Column('invoice_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_srm_delivery_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_srm_delivery_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id', 'supplier_id'], ['srm_supplier.company_id', 'srm_supplier.id'], name=op.f('fk_srm_delivery_company_id_supplier_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_delivery_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_delivery')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_delivery_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_srm_delivery_company_id_number'))
    )
    with op.batch_alter_table('srm_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_srm_delivery_default_sort', ['company_id', 'received_on', 'id'], unique=False)

    with op.batch_alter_table('srm_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_srm_delivery_order_id', ['company_id', 'order_id'], unique=False)
        batch_op.create_index('ix_srm_delivery_product_id', ['company_id', 'product_id'], unique=False)
        batch_op.create_index('ix_srm_delivery_supplier_id', ['company_id', 'supplier_id'], unique=False)

    op.create_table('srm_rfq',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answer_by', sa.Date(), nullable=True),
    sa.Column('needed_by', sa.Date(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_srm_rfq_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_rfq_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_rfq')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_rfq_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_srm_rfq_company_id_number'))
    )
    with op.batch_alter_table('srm_rfq', schema=None) as batch_op:
        batch_op.create_index('ix_srm_rfq_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('srm_quote',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('rfq_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('supplier_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reference', sa.String(length=60), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('freight', sa.BigInteger(), nullable=True),
    sa.Column('lead_days', sa.BigInteger(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'rfq_id'], ['srm_rfq.company_id', 'srm_rfq.id'], name=op.f('fk_srm_quote_company_id_rfq_id')),
    sa.ForeignKeyConstraint(['company_id', 'supplier_id'], ['srm_supplier.company_id', 'srm_supplier.id'], name=op.f('fk_srm_quote_company_id_supplier_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_quote_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_quote')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_quote_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_srm_quote_company_id_number')),
    sa.UniqueConstraint('company_id', 'rfq_id', 'supplier_id', name=op.f('uq_srm_quote_company_id_rfq_id_supplier_id'))
    )
    with op.batch_alter_table('srm_quote', schema=None) as batch_op:
        batch_op.create_index('ix_srm_quote_rfq_id', ['company_id', 'rfq_id'], unique=False)
        batch_op.create_index('ix_srm_quote_supplier_id', ['company_id', 'supplier_id'], unique=False)

    op.create_table('srm_rfq_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['srm_rfq.company_id', 'srm_rfq.id'], name=op.f('fk_srm_rfq_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_srm_rfq_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_rfq_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_rfq_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_rfq_line_company_id_id'))
    )
    with op.batch_alter_table('srm_rfq_line', schema=None) as batch_op:
        batch_op.create_index('ix_srm_rfq_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_srm_rfq_line_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('srm_quote_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['srm_quote.company_id', 'srm_quote.id'], name=op.f('fk_srm_quote_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_srm_quote_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_srm_quote_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_srm_quote_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_srm_quote_line_company_id_id'))
    )
    with op.batch_alter_table('srm_quote_line', schema=None) as batch_op:
        batch_op.create_index('ix_srm_quote_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_srm_quote_line_product_id', ['company_id', 'product_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('srm_quote_line', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_quote_line_product_id')
        batch_op.drop_index('ix_srm_quote_line_parent')

    op.drop_table('srm_quote_line')
    with op.batch_alter_table('srm_rfq_line', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_rfq_line_product_id')
        batch_op.drop_index('ix_srm_rfq_line_parent')

    op.drop_table('srm_rfq_line')
    with op.batch_alter_table('srm_quote', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_quote_supplier_id')
        batch_op.drop_index('ix_srm_quote_rfq_id')

    op.drop_table('srm_quote')
    with op.batch_alter_table('srm_rfq', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_rfq_order_id')

    op.drop_table('srm_rfq')
    with op.batch_alter_table('srm_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_delivery_supplier_id')
        batch_op.drop_index('ix_srm_delivery_product_id')
        batch_op.drop_index('ix_srm_delivery_order_id')

    with op.batch_alter_table('srm_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_delivery_default_sort')

    op.drop_table('srm_delivery')
    with op.batch_alter_table('srm_price', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_price_product_id')
        batch_op.drop_index('ix_srm_price_parent')

    op.drop_table('srm_price')
    with op.batch_alter_table('srm_price_list', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_price_list_supplier_id')

    with op.batch_alter_table('srm_price_list', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_price_list_default_sort')

    op.drop_table('srm_price_list')
    with op.batch_alter_table('srm_check', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_check_parent')

    op.drop_table('srm_check')
    with op.batch_alter_table('srm_supplier', schema=None) as batch_op:
        batch_op.drop_index('ix_srm_supplier_default_sort')

    op.drop_table('srm_supplier')
