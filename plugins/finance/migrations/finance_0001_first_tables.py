"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'finance_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('finance_bank_account',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('beneficiary', sa.String(length=200), nullable=False),
    sa.Column('bank', sa.String(length=200), nullable=False),
    sa.Column('swift', sa.String(length=11), nullable=True),
    sa.Column('account', sa.String(length=34), nullable=False),
    sa.Column('address', sa.String(length=300), nullable=True),
    sa.Column('intermediary', sa.String(length=200), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('balance', sa.BigInteger(), nullable=True),
    sa.Column('value', sa.BigInteger(), nullable=True),
    sa.Column('edited_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_bank_account_company_id')),
    sa.ForeignKeyConstraint(['edited_by_id'], ['core_user.id'], name=op.f('fk_finance_bank_account_edited_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_bank_account')),
    sa.UniqueConstraint('company_id', 'account', name=op.f('uq_finance_bank_account_company_id_account')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_bank_account_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_bank_account_company_id_number'))
    )
    op.create_table('finance_refund',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('period', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('missing', sa.BigInteger(), nullable=True),
    sa.Column('deadline', sa.Date(), nullable=True),
    sa.Column('claimed_on', sa.Date(), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_refund_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_refund')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_refund_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_refund_company_id_number'))
    )
    op.create_table('finance_receipt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('bank_account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bank_reference', sa.String(length=60), nullable=True),
    sa.Column('value_date', sa.Date(), nullable=False),
    sa.Column('payer', sa.String(length=200), nullable=False),
    sa.Column('remittance', sa.String(length=300), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('charges', sa.BigInteger(), nullable=True),
    sa.Column('gross', sa.BigInteger(), nullable=True),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('allocated', sa.BigInteger(), nullable=True),
    sa.Column('converted', sa.BigInteger(), nullable=True),
    sa.Column('left', sa.BigInteger(), nullable=True),
    sa.Column('converted_from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('from_amount', sa.BigInteger(), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('claimed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('confirmed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('third_party', sa.String(length=200), nullable=True),
    sa.Column('bop_status', sa.String(length=60), nullable=True),
    sa.Column('bop_due', sa.Date(), nullable=True),
    sa.Column('bop_code', sa.String(length=6), nullable=True),
    sa.Column('reversed_reason', sa.String(length=200), nullable=True),
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
    sa.ForeignKeyConstraint(['claimed_by_id'], ['core_user.id'], name=op.f('fk_finance_receipt_claimed_by_id')),
    sa.ForeignKeyConstraint(['company_id', 'bank_account_id'], ['finance_bank_account.company_id', 'finance_bank_account.id'], name=op.f('fk_finance_receipt_company_id_bank_account_id')),
    sa.ForeignKeyConstraint(['company_id', 'converted_from_id'], ['finance_receipt.company_id', 'finance_receipt.id'], name=op.f('fk_finance_receipt_company_id_converted_from_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_finance_receipt_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_receipt_company_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['core_user.id'], name=op.f('fk_finance_receipt_confirmed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_receipt')),
    sa.UniqueConstraint('company_id', 'bank_account_id', 'bank_reference', name=op.f('uq_finance_receipt_company_id_bank_account_id_bank_reference')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_receipt_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_receipt_company_id_number'))
    )
    with op.batch_alter_table('finance_receipt', schema=None) as batch_op:
        batch_op.create_index('ix_finance_receipt_bank_account_id', ['company_id', 'bank_account_id'], unique=False)
        batch_op.create_index('ix_finance_receipt_converted_from_id', ['company_id', 'converted_from_id'], unique=False)
        batch_op.create_index('ix_finance_receipt_customer_id', ['company_id', 'customer_id'], unique=False)

    op.create_table('finance_bill',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('supplier', sa.String(length=200), nullable=False),
    sa.Column('invoice_number', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('cny', sa.BigInteger(), nullable=True),
    sa.Column('vat', sa.BigInteger(), nullable=True),
    sa.Column('without_vat', sa.BigInteger(), nullable=True),
    sa.Column('regime', sa.String(length=60), nullable=True),
    sa.Column('refund_rate', sa.BigInteger(), nullable=True),
    sa.Column('refund', sa.BigInteger(), nullable=True),
    sa.Column('net_cost', sa.BigInteger(), nullable=True),
    sa.Column('vat_invoice', sa.String(length=60), nullable=True),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'claim_id'], ['finance_refund.company_id', 'finance_refund.id'], name=op.f('fk_finance_bill_company_id_claim_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_finance_bill_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_bill_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_bill')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_bill_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_bill_company_id_number')),
    sa.UniqueConstraint('company_id', 'supplier', 'invoice_number', name=op.f('uq_finance_bill_company_id_supplier_invoice_number'))
    )
    with op.batch_alter_table('finance_bill', schema=None) as batch_op:
        batch_op.create_index('ix_finance_bill_claim_id', ['company_id', 'claim_id'], unique=False)
        batch_op.create_index('ix_finance_bill_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('finance_commission',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('profit', sa.BigInteger(), nullable=True),
    sa.Column('margin', sa.BigInteger(), nullable=True),
    sa.Column('carried_in', sa.BigInteger(), nullable=True),
    sa.Column('carried_out', sa.BigInteger(), nullable=True),
    sa.Column('days_late', sa.BigInteger(), nullable=True),
    sa.Column('factor', sa.BigInteger(), nullable=True),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_finance_commission_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_finance_commission_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_commission_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_commission')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_commission_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_commission_company_id_number')),
    sa.UniqueConstraint('company_id', 'order_id', name=op.f('uq_finance_commission_company_id_order_id'))
    )
    with op.batch_alter_table('finance_commission', schema=None) as batch_op:
        batch_op.create_index('ix_finance_commission_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_finance_commission_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('finance_commission_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('role', sa.String(length=10), nullable=True),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['finance_commission.company_id', 'finance_commission.id'], name=op.f('fk_finance_commission_part_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_commission_part_company_id')),
    sa.ForeignKeyConstraint(['user_id'], ['core_user.id'], name=op.f('fk_finance_commission_part_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_commission_part')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_commission_part_company_id_id'))
    )
    with op.batch_alter_table('finance_commission_part', schema=None) as batch_op:
        batch_op.create_index('ix_finance_commission_part_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('finance_receivable',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('source', sa.String(length=60), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('milestone_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('base_date', sa.Date(), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('open', sa.BigInteger(), nullable=True),
    sa.Column('book_rate', sa.BigInteger(), nullable=True),
    sa.Column('carrying_rate', sa.BigInteger(), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('short_reason', sa.String(length=200), nullable=True),
    sa.Column('dunning_level', sa.BigInteger(), nullable=True),
    sa.Column('hold_asked_on', sa.Date(), nullable=True),
    sa.Column('insurer_step', sa.String(length=60), nullable=True),
    sa.Column('instalment_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('promised_on', sa.Date(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_finance_receivable_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'delivery_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_finance_receivable_company_id_delivery_id')),
    sa.ForeignKeyConstraint(['company_id', 'instalment_of_id'], ['finance_receivable.company_id', 'finance_receivable.id'], name=op.f('fk_finance_receivable_company_id_instalment_of_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_finance_receivable_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_receivable_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_receivable')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_receivable_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_receivable_company_id_number')),
    sa.UniqueConstraint('company_id', 'source', name=op.f('uq_finance_receivable_company_id_source'))
    )
    with op.batch_alter_table('finance_receivable', schema=None) as batch_op:
        batch_op.create_index('ix_finance_receivable_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_finance_receivable_default_sort', ['company_id', 'due', 'id'], unique=False)
        batch_op.create_index('ix_finance_receivable_delivery_id', ['company_id', 'delivery_id'], unique=False)
        batch_op.create_index('ix_finance_receivable_instalment_of_id', ['company_id', 'instalment_of_id'], unique=False)
        batch_op.create_index('ix_finance_receivable_order_id', ['company_id', 'order_id'], unique=False)

    op.create_table('finance_allocation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('receivable_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('carrying_rate', sa.BigInteger(), nullable=True),
    sa.Column('fx', sa.BigInteger(), nullable=True),
    sa.Column('written_off', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['finance_receipt.company_id', 'finance_receipt.id'], name=op.f('fk_finance_allocation_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'receivable_id'], ['finance_receivable.company_id', 'finance_receivable.id'], name=op.f('fk_finance_allocation_company_id_receivable_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_allocation_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_allocation')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_allocation_company_id_id'))
    )
    with op.batch_alter_table('finance_allocation', schema=None) as batch_op:
        batch_op.create_index('ix_finance_allocation_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_finance_allocation_receivable_id', ['company_id', 'receivable_id'], unique=False)

    op.create_table('finance_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('receivable_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('receipt_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('bank_account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expense_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('rate', sa.BigInteger(), nullable=True),
    sa.Column('cny', sa.BigInteger(), nullable=True),
    sa.Column('text', sa.String(length=200), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'bank_account_id'], ['finance_bank_account.company_id', 'finance_bank_account.id'], name=op.f('fk_finance_entry_company_id_bank_account_id')),
    sa.ForeignKeyConstraint(['company_id', 'delivery_id'], ['orders_delivery.company_id', 'orders_delivery.id'], name=op.f('fk_finance_entry_company_id_delivery_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_finance_entry_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id', 'receipt_id'], ['finance_receipt.company_id', 'finance_receipt.id'], name=op.f('fk_finance_entry_company_id_receipt_id')),
    sa.ForeignKeyConstraint(['company_id', 'receivable_id'], ['finance_receivable.company_id', 'finance_receivable.id'], name=op.f('fk_finance_entry_company_id_receivable_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_entry_company_id')),
    sa.ForeignKeyConstraint(['expense_of_id'], ['core_user.id'], name=op.f('fk_finance_entry_expense_of_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_entry')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_entry_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_entry_company_id_number'))
    )
    with op.batch_alter_table('finance_entry', schema=None) as batch_op:
        batch_op.create_index('ix_finance_entry_bank_account_id', ['company_id', 'bank_account_id'], unique=False)
        batch_op.create_index('ix_finance_entry_delivery_id', ['company_id', 'delivery_id'], unique=False)
        batch_op.create_index('ix_finance_entry_order_id', ['company_id', 'order_id'], unique=False)
        batch_op.create_index('ix_finance_entry_receipt_id', ['company_id', 'receipt_id'], unique=False)
        batch_op.create_index('ix_finance_entry_receivable_id', ['company_id', 'receivable_id'], unique=False)

    op.create_table('finance_reminder',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('receivable_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('level', sa.BigInteger(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=60), nullable=True),
    sa.Column('promised_on', sa.Date(), nullable=True),
    sa.Column('body', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_finance_reminder_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'receivable_id'], ['finance_receivable.company_id', 'finance_receivable.id'], name=op.f('fk_finance_reminder_company_id_receivable_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_finance_reminder_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_reminder')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_finance_reminder_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_finance_reminder_company_id_number')),
    sa.UniqueConstraint('company_id', 'receivable_id', 'level', name=op.f('uq_finance_reminder_company_id_receivable_id_level'))
    )
    with op.batch_alter_table('finance_reminder', schema=None) as batch_op:
        batch_op.create_index('ix_finance_reminder_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_finance_reminder_receivable_id', ['company_id', 'receivable_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('finance_reminder', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_reminder_receivable_id')
        batch_op.drop_index('ix_finance_reminder_customer_id')

    op.drop_table('finance_reminder')
    with op.batch_alter_table('finance_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_entry_receivable_id')
        batch_op.drop_index('ix_finance_entry_receipt_id')
        batch_op.drop_index('ix_finance_entry_order_id')
        batch_op.drop_index('ix_finance_entry_delivery_id')
        batch_op.drop_index('ix_finance_entry_bank_account_id')

    op.drop_table('finance_entry')
    with op.batch_alter_table('finance_allocation', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_allocation_receivable_id')
        batch_op.drop_index('ix_finance_allocation_parent')

    op.drop_table('finance_allocation')
    with op.batch_alter_table('finance_receivable', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_receivable_order_id')
        batch_op.drop_index('ix_finance_receivable_instalment_of_id')
        batch_op.drop_index('ix_finance_receivable_delivery_id')
        batch_op.drop_index('ix_finance_receivable_default_sort')
        batch_op.drop_index('ix_finance_receivable_customer_id')

    op.drop_table('finance_receivable')
    with op.batch_alter_table('finance_commission_part', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_commission_part_parent')

    op.drop_table('finance_commission_part')
    with op.batch_alter_table('finance_commission', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_commission_order_id')
        batch_op.drop_index('ix_finance_commission_customer_id')

    op.drop_table('finance_commission')
    with op.batch_alter_table('finance_bill', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_bill_order_id')
        batch_op.drop_index('ix_finance_bill_claim_id')

    op.drop_table('finance_bill')
    with op.batch_alter_table('finance_receipt', schema=None) as batch_op:
        batch_op.drop_index('ix_finance_receipt_customer_id')
        batch_op.drop_index('ix_finance_receipt_converted_from_id')
        batch_op.drop_index('ix_finance_receipt_bank_account_id')

    op.drop_table('finance_receipt')
    op.drop_table('finance_refund')
    op.drop_table('finance_bank_account')
