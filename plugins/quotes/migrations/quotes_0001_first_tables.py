"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'quotes_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quotes_quotation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('base_number', sa.String(length=40), nullable=True),
    sa.Column('revision', sa.BigInteger(), nullable=True),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('alternative_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('quote_date', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('quote_rate', sa.BigInteger(), nullable=True),
    sa.Column('incoterm', sa.String(length=60), nullable=True),
    sa.Column('place', sa.String(length=60), nullable=True),
    sa.Column('loading_port_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('destination_port_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payment_term_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lead_days', sa.BigInteger(), nullable=True),
    sa.Column('export_date', sa.Date(), nullable=True),
    sa.Column('tolerance', sa.BigInteger(), nullable=True),
    sa.Column('packing', sa.String(length=200), nullable=True),
    sa.Column('warranty_years', sa.BigInteger(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('internal', sa.Text(), nullable=True),
    sa.Column('competitor', sa.String(length=80), nullable=True),
    sa.Column('auto_charges', sa.Boolean(), nullable=True),
    sa.Column('inland_charges', sa.BigInteger(), nullable=True),
    sa.Column('loading_charges', sa.BigInteger(), nullable=True),
    sa.Column('freight', sa.BigInteger(), nullable=True),
    sa.Column('freight_until', sa.Date(), nullable=True),
    sa.Column('destination_charges', sa.BigInteger(), nullable=True),
    sa.Column('unloading_charges', sa.BigInteger(), nullable=True),
    sa.Column('clearance_charges', sa.BigInteger(), nullable=True),
    sa.Column('vat_paid', sa.Boolean(), nullable=True),
    sa.Column('import_vat', sa.BigInteger(), nullable=True),
    sa.Column('premium_rate', sa.BigInteger(), nullable=True),
    sa.Column('cover', sa.BigInteger(), nullable=True),
    sa.Column('commission', sa.BigInteger(), nullable=True),
    sa.Column('bank_share', sa.BigInteger(), nullable=True),
    sa.Column('credit_insurance', sa.BigInteger(), nullable=True),
    sa.Column('overhead', sa.BigInteger(), nullable=True),
    sa.Column('finance_rate', sa.BigInteger(), nullable=True),
    sa.Column('finance_days', sa.BigInteger(), nullable=True),
    sa.Column('strategic_reason', sa.String(length=300), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('surcharge', sa.BigInteger(), nullable=True),
    sa.Column('amount_usd', sa.BigInteger(), nullable=True),
    sa.Column('margin', sa.BigInteger(), nullable=True),
    sa.Column('net_fob', sa.BigInteger(), nullable=True),
    sa.Column('exchange_cost', sa.BigInteger(), nullable=True),
    sa.Column('cartons', sa.BigInteger(), nullable=True),
    sa.Column('cbm', sa.BigInteger(), nullable=True),
    sa.Column('gross_weight', sa.BigInteger(), nullable=True),
    sa.Column('net_weight', sa.BigInteger(), nullable=True),
    sa.Column('load_plan', sa.String(length=200), nullable=True),
    sa.Column('customer_grade', sa.String(length=2), nullable=True),
    sa.Column('term_risk', sa.String(length=60), nullable=True),
    sa.Column('term_days', sa.BigInteger(), nullable=True),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('submitted_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('submitted_on', sa.Date(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
    sa.Column('sent_on', sa.Date(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('customer_po', sa.String(length=60), nullable=True),
    sa.Column('lost_reason', sa.String(length=60), nullable=True),
    sa.Column('lost_note', sa.String(length=300), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'alternative_of_id'], ['quotes_quotation.company_id', 'quotes_quotation.id'], name=op.f('fk_quotes_quotation_company_id_alternative_of_id')),
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_quotes_quotation_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_quotes_quotation_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'destination_port_id'], ['products_port.company_id', 'products_port.id'], name=op.f('fk_quotes_quotation_company_id_destination_port_id')),
    sa.ForeignKeyConstraint(['company_id', 'inquiry_id'], ['crm_inquiry.company_id', 'crm_inquiry.id'], name=op.f('fk_quotes_quotation_company_id_inquiry_id')),
    sa.ForeignKeyConstraint(['company_id', 'loading_port_id'], ['products_port.company_id', 'products_port.id'], name=op.f('fk_quotes_quotation_company_id_loading_port_id')),
    sa.ForeignKeyConstraint(['company_id', 'payment_term_id'], ['products_payment_term.company_id', 'products_payment_term.id'], name=op.f('fk_quotes_quotation_company_id_payment_term_id')),
    sa.ForeignKeyConstraint(['company_id', 'previous_id'], ['quotes_quotation.company_id', 'quotes_quotation.id'], name=op.f('fk_quotes_quotation_company_id_previous_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_quotes_quotation_company_id')),
    sa.ForeignKeyConstraint(['submitted_by_id'], ['core_user.id'], name=op.f('fk_quotes_quotation_submitted_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes_quotation')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_quotes_quotation_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_quotes_quotation_company_id_number'))
    )
    with op.batch_alter_table('quotes_quotation', schema=None) as batch_op:
        batch_op.create_index('ix_quotes_quotation_alternative_of_id', ['company_id', 'alternative_of_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_default_sort', ['company_id', 'quote_date', 'id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_destination_port_id', ['company_id', 'destination_port_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_inquiry_id', ['company_id', 'inquiry_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_loading_port_id', ['company_id', 'loading_port_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_payment_term_id', ['company_id', 'payment_term_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_previous_id', ['company_id', 'previous_id'], unique=False)

    op.create_table('quotes_tech_sheet',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('base_number', sa.String(length=40), nullable=True),
    sa.Column('sheet_version', sa.BigInteger(), nullable=True),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('inquiry_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=120), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('confirmed_by', sa.String(length=120), nullable=True),
    sa.Column('frozen_on', sa.Date(), nullable=True),
    sa.Column('sent_back', sa.String(length=300), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_quotes_tech_sheet_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'inquiry_id'], ['crm_inquiry.company_id', 'crm_inquiry.id'], name=op.f('fk_quotes_tech_sheet_company_id_inquiry_id')),
    sa.ForeignKeyConstraint(['company_id', 'previous_id'], ['quotes_tech_sheet.company_id', 'quotes_tech_sheet.id'], name=op.f('fk_quotes_tech_sheet_company_id_previous_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_quotes_tech_sheet_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_quotes_tech_sheet_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes_tech_sheet')),
    sa.UniqueConstraint('company_id', 'base_number', 'sheet_version', name=op.f('uq_quotes_tech_sheet_company_id_base_number_sheet_version')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_quotes_tech_sheet_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_quotes_tech_sheet_company_id_number'))
    )
    with op.batch_alter_table('quotes_tech_sheet', schema=None) as batch_op:
        batch_op.create_index('ix_quotes_tech_sheet_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_quotes_tech_sheet_inquiry_id', ['company_id', 'inquiry_id'], unique=False)
        batch_op.create_index('ix_quotes_tech_sheet_previous_id', ['company_id', 'previous_id'], unique=False)
        batch_op.create_index('ix_quotes_tech_sheet_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('quotes_quotation_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('description_en', sa.Text(), nullable=True),
    sa.Column('description_zh', sa.Text(), nullable=True),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=True),
    sa.Column('basis', sa.String(length=60), nullable=False),
    sa.Column('margin', sa.BigInteger(), nullable=True),
    sa.Column('price', sa.BigInteger(), nullable=True),
    sa.Column('achieved', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('surcharge', sa.BigInteger(), nullable=True),
    sa.Column('tech_sheet_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('purchase_price', sa.BigInteger(), nullable=True),
    sa.Column('duty', sa.BigInteger(), nullable=True),
    sa.Column('hs_code_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('vat', sa.BigInteger(), nullable=True),
    sa.Column('refund', sa.BigInteger(), nullable=True),
    sa.Column('regime', sa.String(length=60), nullable=True),
    sa.Column('moq', sa.BigInteger(), nullable=True),
    sa.Column('tiers', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('pieces_per_carton', sa.BigInteger(), nullable=True),
    sa.Column('carton_length', sa.BigInteger(), nullable=True),
    sa.Column('carton_width', sa.BigInteger(), nullable=True),
    sa.Column('carton_height', sa.BigInteger(), nullable=True),
    sa.Column('carton_gross', sa.BigInteger(), nullable=True),
    sa.Column('carton_net', sa.BigInteger(), nullable=True),
    sa.Column('cartons', sa.BigInteger(), nullable=True),
    sa.Column('cbm', sa.BigInteger(), nullable=True),
    sa.Column('gross_weight', sa.BigInteger(), nullable=True),
    sa.Column('net_weight', sa.BigInteger(), nullable=True),
    sa.Column('cost', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'hs_code_id'], ['products_hs_code.company_id', 'products_hs_code.id'], name=op.f('fk_quotes_quotation_line_company_id_hs_code_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['quotes_quotation.company_id', 'quotes_quotation.id'], name=op.f('fk_quotes_quotation_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_quotes_quotation_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id', 'tech_sheet_id'], ['quotes_tech_sheet.company_id', 'quotes_tech_sheet.id'], name=op.f('fk_quotes_quotation_line_company_id_tech_sheet_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_quotes_quotation_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes_quotation_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_quotes_quotation_line_company_id_id'))
    )
    with op.batch_alter_table('quotes_quotation_line', schema=None) as batch_op:
        batch_op.create_index('ix_quotes_quotation_line_hs_code_id', ['company_id', 'hs_code_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_line_product_id', ['company_id', 'product_id'], unique=False)
        batch_op.create_index('ix_quotes_quotation_line_tech_sheet_id', ['company_id', 'tech_sheet_id'], unique=False)

    op.create_table('quotes_tech_parameter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=True),
    sa.Column('name_zh', sa.String(length=80), nullable=True),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=True),
    sa.Column('tolerance', sa.String(length=40), nullable=True),
    sa.Column('confirmed', sa.Boolean(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['quotes_tech_sheet.company_id', 'quotes_tech_sheet.id'], name=op.f('fk_quotes_tech_parameter_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_quotes_tech_parameter_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes_tech_parameter')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_quotes_tech_parameter_company_id_id'))
    )
    with op.batch_alter_table('quotes_tech_parameter', schema=None) as batch_op:
        batch_op.create_index('ix_quotes_tech_parameter_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('quotes_tech_parameter', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_tech_parameter_parent')

    op.drop_table('quotes_tech_parameter')
    with op.batch_alter_table('quotes_quotation_line', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_quotation_line_tech_sheet_id')
        batch_op.drop_index('ix_quotes_quotation_line_product_id')
        batch_op.drop_index('ix_quotes_quotation_line_parent')
        batch_op.drop_index('ix_quotes_quotation_line_hs_code_id')

    op.drop_table('quotes_quotation_line')
    with op.batch_alter_table('quotes_tech_sheet', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_tech_sheet_product_id')
        batch_op.drop_index('ix_quotes_tech_sheet_previous_id')
        batch_op.drop_index('ix_quotes_tech_sheet_inquiry_id')
        batch_op.drop_index('ix_quotes_tech_sheet_customer_id')

    op.drop_table('quotes_tech_sheet')
    with op.batch_alter_table('quotes_quotation', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_quotation_previous_id')
        batch_op.drop_index('ix_quotes_quotation_payment_term_id')
        batch_op.drop_index('ix_quotes_quotation_loading_port_id')
        batch_op.drop_index('ix_quotes_quotation_inquiry_id')
        batch_op.drop_index('ix_quotes_quotation_destination_port_id')
        batch_op.drop_index('ix_quotes_quotation_default_sort')
        batch_op.drop_index('ix_quotes_quotation_customer_id')
        batch_op.drop_index('ix_quotes_quotation_contact_id')
        batch_op.drop_index('ix_quotes_quotation_alternative_of_id')

    op.drop_table('quotes_quotation')
