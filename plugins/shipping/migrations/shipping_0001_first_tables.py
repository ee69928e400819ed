"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'shipping_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('shipping_booking',
    sa.Column('ready_on', sa.Date(), nullable=True),
    sa.Column('place_of_delivery', sa.String(length=60), nullable=True),
    sa.Column('freight_terms', sa.String(length=60), nullable=True),
    sa.Column('to_order', sa.Boolean(), nullable=True),
    sa.Column('also_notify', sa.Text(), nullable=True),
    sa.Column('originals', sa.BigInteger(), nullable=True),
    sa.Column('vgm_method', sa.String(length=60), nullable=True),
    sa.Column('dangerous', sa.Text(), nullable=True),
    sa.Column('filing', sa.Text(), nullable=True),
    sa.Column('si_cut_off', sa.DateTime(timezone=True), nullable=True),
    sa.Column('vgm_cut_off', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cy_cut_off', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'record_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_shipping_booking_company_id_record_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_shipping_booking_company_id')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_shipping_booking'))
    )
    op.create_table('shipping_container',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('box_number', sa.String(length=15), nullable=False),
    sa.Column('type_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seal', sa.String(length=20), nullable=True),
    sa.Column('packages', sa.BigInteger(), nullable=True),
    sa.Column('vgm', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'delivery_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_shipping_container_company_id_delivery_id')),
    sa.ForeignKeyConstraint(['company_id', 'type_id'], ['products_container.company_id', 'products_container.id'], name=op.f('fk_shipping_container_company_id_type_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_shipping_container_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipping_container')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_shipping_container_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_shipping_container_company_id_number'))
    )
    with op.batch_alter_table('shipping_container', schema=None) as batch_op:
        batch_op.create_index('ix_shipping_container_delivery_id', ['company_id', 'delivery_id'], unique=False)
        batch_op.create_index('ix_shipping_container_type_id', ['company_id', 'type_id'], unique=False)

    op.create_table('shipping_declaration',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customs_no', sa.String(length=18), nullable=True),
    sa.Column('office', sa.String(length=4), nullable=False),
    sa.Column('export_date', sa.Date(), nullable=True),
    sa.Column('declared_on', sa.Date(), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
    sa.Column('record_no', sa.String(length=20), nullable=True),
    sa.Column('consignee', sa.String(length=200), nullable=True),
    sa.Column('transport', sa.String(length=60), nullable=False),
    sa.Column('vessel', sa.String(length=80), nullable=True),
    sa.Column('bl_number', sa.String(length=20), nullable=True),
    sa.Column('producer', sa.String(length=120), nullable=True),
    sa.Column('supervision', sa.String(length=60), nullable=False),
    sa.Column('levy', sa.String(length=60), nullable=False),
    sa.Column('licence', sa.String(length=40), nullable=True),
    sa.Column('contract', sa.String(length=40), nullable=True),
    sa.Column('trade_country', sa.String(length=2), nullable=True),
    sa.Column('arrival_country', sa.String(length=2), nullable=True),
    sa.Column('port', sa.String(length=60), nullable=True),
    sa.Column('exit_port', sa.String(length=60), nullable=True),
    sa.Column('package_kind', sa.String(length=60), nullable=False),
    sa.Column('packages', sa.BigInteger(), nullable=False),
    sa.Column('gross', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('deal_term', sa.String(length=60), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('freight', sa.BigInteger(), nullable=True),
    sa.Column('insurance', sa.BigInteger(), nullable=True),
    sa.Column('other_costs', sa.BigInteger(), nullable=True),
    sa.Column('attached', sa.String(length=200), nullable=True),
    sa.Column('marks', sa.Text(), nullable=True),
    sa.Column('broker', sa.String(length=120), nullable=True),
    sa.Column('self_declared', sa.Boolean(), nullable=True),
    sa.Column('amendments', sa.Text(), nullable=True),
    sa.Column('total', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'delivery_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_shipping_declaration_company_id_delivery_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_shipping_declaration_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipping_declaration')),
    sa.UniqueConstraint('company_id', 'customs_no', name=op.f('uq_shipping_declaration_company_id_customs_no')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_shipping_declaration_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_shipping_declaration_company_id_number'))
    )
    with op.batch_alter_table('shipping_declaration', schema=None) as batch_op:
        batch_op.create_index('ix_shipping_declaration_delivery_id', ['company_id', 'delivery_id'], unique=False)

    op.create_table('shipping_declaration_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hs_code', sa.String(length=10), nullable=True),
    sa.Column('name_zh', sa.String(length=120), nullable=True),
    sa.Column('elements', sa.String(length=300), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=3), nullable=True),
    sa.Column('quantity1', sa.BigInteger(), nullable=True),
    sa.Column('unit1', sa.String(length=3), nullable=True),
    sa.Column('quantity2', sa.BigInteger(), nullable=True),
    sa.Column('unit2', sa.String(length=3), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('origin', sa.String(length=2), nullable=True),
    sa.Column('destination', sa.String(length=2), nullable=True),
    sa.Column('district', sa.String(length=5), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'order_line_id'], ['orders_order_line.company_id', 'orders_order_line.id'], name=op.f('fk_shipping_declaration_item_company_id_order_line_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['shipping_declaration.company_id', 'shipping_declaration.id'], name=op.f('fk_shipping_declaration_item_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_shipping_declaration_item_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shipping_declaration_item')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_shipping_declaration_item_company_id_id'))
    )
    with op.batch_alter_table('shipping_declaration_item', schema=None) as batch_op:
        batch_op.create_index('ix_shipping_declaration_item_order_line_id', ['company_id', 'order_line_id'], unique=False)
        batch_op.create_index('ix_shipping_declaration_item_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('shipping_declaration_item', schema=None) as batch_op:
        batch_op.drop_index('ix_shipping_declaration_item_parent')
        batch_op.drop_index('ix_shipping_declaration_item_order_line_id')

    op.drop_table('shipping_declaration_item')
    with op.batch_alter_table('shipping_declaration', schema=None) as batch_op:
        batch_op.drop_index('ix_shipping_declaration_delivery_id')

    op.drop_table('shipping_declaration')
    with op.batch_alter_table('shipping_container', schema=None) as batch_op:
        batch_op.drop_index('ix_shipping_container_type_id')
        batch_op.drop_index('ix_shipping_container_delivery_id')

    op.drop_table('shipping_container')
    op.drop_table('shipping_booking')
