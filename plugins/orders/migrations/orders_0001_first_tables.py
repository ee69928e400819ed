"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'orders_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('orders_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quotation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('customer_po', sa.String(length=60), nullable=True),
    sa.Column('consignee', sa.Text(), nullable=True),
    sa.Column('notify', sa.Text(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('payment_term_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('incoterm', sa.String(length=60), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=True),
    sa.Column('port_loading', sa.String(length=60), nullable=True),
    sa.Column('port_discharge', sa.String(length=60), nullable=True),
    sa.Column('destination', sa.String(length=2), nullable=True),
    sa.Column('partial_allowed', sa.Boolean(), nullable=True),
    sa.Column('transhipment_allowed', sa.Boolean(), nullable=True),
    sa.Column('delivery_date', sa.Date(), nullable=True),
    sa.Column('latest_shipment', sa.Date(), nullable=True),
    sa.Column('tolerance', sa.BigInteger(), nullable=True),
    sa.Column('deposit_last', sa.Boolean(), nullable=True),
    sa.Column('marks', sa.Text(), nullable=True),
    sa.Column('packing', sa.Text(), nullable=True),
    sa.Column('clauses', sa.Text(), nullable=True),
    sa.Column('clause_figures', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=True),
    sa.Column('shipped', sa.BigInteger(), nullable=True),
    sa.Column('received', sa.BigInteger(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('ready_on', sa.Date(), nullable=True),
    sa.Column('first_promise', sa.Date(), nullable=True),
    sa.Column('held_from', sa.String(length=20), nullable=True),
    sa.Column('stop_reason', sa.String(length=200), nullable=True),
    sa.Column('cancellation_fee', sa.BigInteger(), nullable=True),
    sa.Column('risk', sa.String(length=60), nullable=True),
    sa.Column('milestones_term', sa.BigInteger(), nullable=True),
    sa.Column('weight', sa.BigInteger(), nullable=True),
    sa.Column('funds_status', sa.String(length=60), nullable=True),
    sa.Column('production_status', sa.String(length=60), nullable=True),
    sa.Column('production_progress', sa.BigInteger(), nullable=True),
    sa.Column('shipment_status', sa.String(length=60), nullable=True),
    sa.Column('payment_status', sa.String(length=60), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_orders_order_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'payment_term_id'], ['products_payment_term.company_id', 'products_payment_term.id'], name=op.f('fk_orders_order_company_id_payment_term_id')),
    sa.ForeignKeyConstraint(['company_id', 'quotation_id'], ['quotes_quotation.company_id', 'quotes_quotation.id'], name=op.f('fk_orders_order_company_id_quotation_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_order_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_order')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_order_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_orders_order_company_id_number'))
    )
    with op.batch_alter_table('orders_order', schema=None) as batch_op:
        batch_op.create_index('ix_orders_order_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_orders_order_payment_term_id', ['company_id', 'payment_term_id'], unique=False)
        batch_op.create_index('ix_orders_order_quotation_id', ['company_id', 'quotation_id'], unique=False)
        batch_op.create_index('uq_orders_order_customer_po', ['company_id', 'customer_id', 'customer_po'], unique=True, sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))

    op.create_table('orders_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=60), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('new_delivery_date', sa.Date(), nullable=True),
    sa.Column('new_payment_term_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('new_incoterm', sa.String(length=60), nullable=True),
    sa.Column('new_place', sa.String(length=60), nullable=True),
    sa.Column('new_consignee', sa.Text(), nullable=True),
    sa.Column('new_packing', sa.Text(), nullable=True),
    sa.Column('extra_cost', sa.BigInteger(), nullable=True),
    sa.Column('delay_days', sa.BigInteger(), nullable=True),
    sa.Column('charge', sa.BigInteger(), nullable=True),
    sa.Column('cost_tec', sa.BigInteger(), nullable=True),
    sa.Column('days_tec', sa.BigInteger(), nullable=True),
    sa.Column('cost_ppc', sa.BigInteger(), nullable=True),
    sa.Column('days_ppc', sa.BigInteger(), nullable=True),
    sa.Column('cost_pur', sa.BigInteger(), nullable=True),
    sa.Column('days_pur', sa.BigInteger(), nullable=True),
    sa.Column('cost_wh', sa.BigInteger(), nullable=True),
    sa.Column('days_wh', sa.BigInteger(), nullable=True),
    sa.Column('cost_qc', sa.BigInteger(), nullable=True),
    sa.Column('days_qc', sa.BigInteger(), nullable=True),
    sa.Column('cost_doc', sa.BigInteger(), nullable=True),
    sa.Column('days_doc', sa.BigInteger(), nullable=True),
    sa.Column('cost_fin', sa.BigInteger(), nullable=True),
    sa.Column('days_fin', sa.BigInteger(), nullable=True),
    sa.Column('customer_signed_on', sa.Date(), nullable=True),
    sa.Column('stage', sa.String(length=60), nullable=True),
    sa.Column('booked', sa.Boolean(), nullable=True),
    sa.Column('needs_boss', sa.Boolean(), nullable=True),
    sa.Column('over_limit', sa.BigInteger(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('margin', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('total_before', sa.BigInteger(), nullable=True),
    sa.Column('total_after', sa.BigInteger(), nullable=True),
    sa.Column('deposit_extra', sa.BigInteger(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('before', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'new_payment_term_id'], ['products_payment_term.company_id', 'products_payment_term.id'], name=op.f('fk_orders_change_company_id_new_payment_term_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_change_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_change_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_change')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_change_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_orders_change_company_id_number'))
    )
    with op.batch_alter_table('orders_change', schema=None) as batch_op:
        batch_op.create_index('ix_orders_change_new_payment_term_id', ['company_id', 'new_payment_term_id'], unique=False)
        batch_op.create_index('ix_orders_change_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('orders_delivery',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('carrier', sa.String(length=60), nullable=True),
    sa.Column('booking', sa.String(length=20), nullable=True),
    sa.Column('vessel', sa.String(length=60), nullable=True),
    sa.Column('voyage', sa.String(length=12), nullable=True),
    sa.Column('bl_number', sa.String(length=20), nullable=True),
    sa.Column('bl_type', sa.String(length=60), nullable=True),
    sa.Column('containers', sa.String(length=300), nullable=True),
    sa.Column('cut_off', sa.Date(), nullable=True),
    sa.Column('etd', sa.Date(), nullable=True),
    sa.Column('eta', sa.Date(), nullable=True),
    sa.Column('bl_date', sa.Date(), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('inspections', sa.BigInteger(), nullable=True),
    sa.Column('arrived_on', sa.Date(), nullable=True),
    sa.Column('delivered_on', sa.Date(), nullable=True),
    sa.Column('presented_on', sa.Date(), nullable=True),
    sa.Column('documents_sent_on', sa.Date(), nullable=True),
    sa.Column('freight', sa.BigInteger(), nullable=True),
    sa.Column('insurance', sa.BigInteger(), nullable=True),
    sa.Column('quality_passed', sa.Boolean(), nullable=True),
    sa.Column('last', sa.Boolean(), nullable=True),
    sa.Column('rolled', sa.BigInteger(), nullable=True),
    sa.Column('discrepancies', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('deposit_used', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_orders_delivery_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_delivery_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_delivery_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_delivery')),
    sa.UniqueConstraint('company_id', 'carrier', 'bl_number', name=op.f('uq_orders_delivery_company_id_carrier_bl_number')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_delivery_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_orders_delivery_company_id_number'))
    )
    with op.batch_alter_table('orders_delivery', schema=None) as batch_op:
        batch_op.create_index('ix_orders_delivery_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_orders_delivery_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('orders_lc',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('lc_number', sa.String(length=40), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('issuing_bank', sa.String(length=200), nullable=False),
    sa.Column('advising_bank', sa.String(length=200), nullable=True),
    sa.Column('confirming_bank', sa.String(length=200), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('drawn', sa.BigInteger(), nullable=True),
    sa.Column('tolerance', sa.BigInteger(), nullable=True),
    sa.Column('expiry', sa.Date(), nullable=False),
    sa.Column('expiry_place', sa.String(length=60), nullable=True),
    sa.Column('latest_shipment', sa.Date(), nullable=True),
    sa.Column('presentation_days', sa.BigInteger(), nullable=True),
    sa.Column('partial_allowed', sa.Boolean(), nullable=True),
    sa.Column('transhipment_allowed', sa.Boolean(), nullable=True),
    sa.Column('documents', sa.Text(), nullable=True),
    sa.Column('conditions', sa.Text(), nullable=True),
    sa.Column('amendments', sa.Text(), nullable=True),
    sa.Column('goods_wording', sa.Text(), nullable=True),
    sa.Column('present_by', sa.Date(), nullable=True),
    sa.Column('presented_on', sa.Date(), nullable=True),
    sa.Column('discrepancy_fee', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_lc_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_lc_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_lc')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_lc_company_id_id')),
    sa.UniqueConstraint('company_id', 'lc_number', 'issuing_bank', name=op.f('uq_orders_lc_company_id_lc_number_issuing_bank')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_orders_lc_company_id_number'))
    )
    with op.batch_alter_table('orders_lc', schema=None) as batch_op:
        batch_op.create_index('ix_orders_lc_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('orders_milestone',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.Column('trigger', sa.String(length=60), nullable=False),
    sa.Column('days', sa.BigInteger(), nullable=True),
    sa.Column('gates', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('received', sa.BigInteger(), nullable=True),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_milestone_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_milestone_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_milestone')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_milestone_company_id_id'))
    )
    with op.batch_alter_table('orders_milestone', schema=None) as batch_op:
        batch_op.create_index('ix_orders_milestone_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('orders_order_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('description_en', sa.String(length=300), nullable=False),
    sa.Column('description_zh', sa.String(length=300), nullable=True),
    sa.Column('specification', sa.Text(), nullable=True),
    sa.Column('hs_code', sa.String(length=10), nullable=True),
    sa.Column('tech_sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('charge', sa.Boolean(), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('delivery_date', sa.Date(), nullable=True),
    sa.Column('inspection', sa.String(length=60), nullable=True),
    sa.Column('pieces_per_carton', sa.BigInteger(), nullable=True),
    sa.Column('carton_length', sa.BigInteger(), nullable=True),
    sa.Column('carton_width', sa.BigInteger(), nullable=True),
    sa.Column('carton_height', sa.BigInteger(), nullable=True),
    sa.Column('gross_kg', sa.BigInteger(), nullable=True),
    sa.Column('net_kg', sa.BigInteger(), nullable=True),
    sa.Column('quoted_price', sa.BigInteger(), nullable=True),
    sa.Column('cost', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('shipped', sa.BigInteger(), nullable=True),
    sa.Column('produced', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_order_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_orders_order_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id', 'tech_sheet_id'], ['quotes_tech_sheet.company_id', 'quotes_tech_sheet.id'], name=op.f('fk_orders_order_line_company_id_tech_sheet_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_order_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_order_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_order_line_company_id_id'))
    )
    with op.batch_alter_table('orders_order_line', schema=None) as batch_op:
        batch_op.create_index('ix_orders_order_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_orders_order_line_product_id', ['company_id', 'product_id'], unique=False)
        batch_op.create_index('ix_orders_order_line_tech_sheet_id', ['company_id', 'tech_sheet_id'], unique=False)

    op.create_table('orders_override',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('gate', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('first_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('names', sa.String(length=200), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_orders_override_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_override_company_id')),
    sa.ForeignKeyConstraint(['first_by_id'], ['core_user.id'], name=op.f('fk_orders_override_first_by_id')),
    sa.ForeignKeyConstraint(['second_by_id'], ['core_user.id'], name=op.f('fk_orders_override_second_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_override')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_override_company_id_id'))
    )
    with op.batch_alter_table('orders_override', schema=None) as batch_op:
        batch_op.create_index('ix_orders_override_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('orders_change_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('description', sa.String(length=300), nullable=True),
    sa.Column('quantity_now', sa.BigInteger(), nullable=True),
    sa.Column('price_now', sa.BigInteger(), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('specification', sa.Text(), nullable=True),
    sa.Column('tech_sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_date', sa.Date(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'order_line_id'], ['orders_order_line.company_id', 'orders_order_line.id'], name=op.f('fk_orders_change_line_company_id_order_line_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_change.company_id', 'orders_change.id'], name=op.f('fk_orders_change_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'tech_sheet_id'], ['quotes_tech_sheet.company_id', 'quotes_tech_sheet.id'], name=op.f('fk_orders_change_line_company_id_tech_sheet_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_change_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_change_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_change_line_company_id_id'))
    )
    with op.batch_alter_table('orders_change_line', schema=None) as batch_op:
        batch_op.create_index('ix_orders_change_line_order_line_id', ['company_id', 'order_line_id'], unique=False)
        batch_op.create_index('ix_orders_change_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_orders_change_line_tech_sheet_id', ['company_id', 'tech_sheet_id'], unique=False)

    op.create_table('orders_delivery_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('description', sa.String(length=300), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('cartons', sa.BigInteger(), nullable=True),
    sa.Column('gross_kg', sa.BigInteger(), nullable=True),
    sa.Column('net_kg', sa.BigInteger(), nullable=True),
    sa.Column('cbm', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'order_line_id'], ['orders_order_line.company_id', 'orders_order_line.id'], name=op.f('fk_orders_delivery_line_company_id_order_line_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_orders_delivery_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_delivery_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_delivery_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_delivery_line_company_id_id'))
    )
    with op.batch_alter_table('orders_delivery_line', schema=None) as batch_op:
        batch_op.create_index('ix_orders_delivery_line_order_line_id', ['company_id', 'order_line_id'], unique=False)
        batch_op.create_index('ix_orders_delivery_line_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('orders_lc_check',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('rule', sa.String(length=60), nullable=False),
    sa.Column('result', sa.String(length=60), nullable=False),
    sa.Column('comment', sa.String(length=300), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['orders_lc.company_id', 'orders_lc.id'], name=op.f('fk_orders_lc_check_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_orders_lc_check_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_orders_lc_check')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_orders_lc_check_company_id_id'))
    )
    with op.batch_alter_table('orders_lc_check', schema=None) as batch_op:
        batch_op.create_index('ix_orders_lc_check_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('orders_lc_check', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_lc_check_parent')

    op.drop_table('orders_lc_check')
    with op.batch_alter_table('orders_delivery_line', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_delivery_line_parent')
        batch_op.drop_index('ix_orders_delivery_line_order_line_id')

    op.drop_table('orders_delivery_line')
    with op.batch_alter_table('orders_change_line', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_change_line_tech_sheet_id')
        batch_op.drop_index('ix_orders_change_line_parent')
        batch_op.drop_index('ix_orders_change_line_order_line_id')

    op.drop_table('orders_change_line')
    with op.batch_alter_table('orders_override', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_override_parent')

    op.drop_table('orders_override')
    with op.batch_alter_table('orders_order_line', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_order_line_tech_sheet_id')
        batch_op.drop_index('ix_orders_order_line_product_id')
        batch_op.drop_index('ix_orders_order_line_parent')

    op.drop_table('orders_order_line')
    with op.batch_alter_table('orders_milestone', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_milestone_parent')

    op.drop_table('orders_milestone')
    with op.batch_alter_table('orders_lc', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_lc_order_id')

    op.drop_table('orders_lc')
    with op.batch_alter_table('orders_delivery', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_delivery_order_id')
        batch_op.drop_index('ix_orders_delivery_customer_id')

    op.drop_table('orders_delivery')
    with op.batch_alter_table('orders_change', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_change_order_id')
        batch_op.drop_index('ix_orders_change_new_payment_term_id')

    op.drop_table('orders_change')
    with op.batch_alter_table('orders_order', schema=None) as batch_op:
        batch_op.drop_index('uq_orders_order_customer_po', sqlite_where=sa.text("state <> 'cancelled'"), postgresql_where=sa.text("state <> 'cancelled'"))
        batch_op.drop_index('ix_orders_order_quotation_id')
        batch_op.drop_index('ix_orders_order_payment_term_id')
        batch_op.drop_index('ix_orders_order_customer_id')

    op.drop_table('orders_order')
