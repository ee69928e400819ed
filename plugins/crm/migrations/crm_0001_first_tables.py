"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'crm_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('crm_assignment_rule',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('countries', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('product_groups', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('last_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_assignment_rule_company_id')),
    sa.ForeignKeyConstraint(['last_user_id'], ['core_user.id'], name=op.f('fk_crm_assignment_rule_last_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_assignment_rule')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_assignment_rule_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_assignment_rule_company_id_number'))
    )
    with op.batch_alter_table('crm_assignment_rule', schema=None) as batch_op:
        batch_op.create_index('ix_crm_assignment_rule_default_sort', ['company_id', 'sequence', 'id'], unique=False)

    op.create_table('crm_channel',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('monthly_cost', sa.BigInteger(), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('default_user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_channel_company_id')),
    sa.ForeignKeyConstraint(['default_user_id'], ['core_user.id'], name=op.f('fk_crm_channel_default_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_channel')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_crm_channel_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_channel_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_channel_company_id_number'))
    )
    with op.batch_alter_table('crm_channel', schema=None) as batch_op:
        batch_op.create_index('ix_crm_channel_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('crm_assignment_person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quota', sa.BigInteger(), nullable=True),
    sa.Column('away_from', sa.Date(), nullable=True),
    sa.Column('away_until', sa.Date(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['crm_assignment_rule.company_id', 'crm_assignment_rule.id'], name=op.f('fk_crm_assignment_person_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_assignment_person_company_id')),
    sa.ForeignKeyConstraint(['user_id'], ['core_user.id'], name=op.f('fk_crm_assignment_person_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_assignment_person')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_assignment_person_company_id_id'))
    )
    with op.batch_alter_table('crm_assignment_person', schema=None) as batch_op:
        batch_op.create_index('ix_crm_assignment_person_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('crm_customer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('short_name', sa.String(length=60), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('region', sa.String(length=80), nullable=True),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('website', sa.String(length=500), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=True),
    sa.Column('kind', sa.String(length=60), nullable=True),
    sa.Column('grade', sa.String(length=60), nullable=True),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pool', sa.String(length=60), nullable=False),
    sa.Column('pool_since', sa.Date(), nullable=True),
    sa.Column('former_owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('former_until', sa.Date(), nullable=True),
    sa.Column('last_activity_on', sa.Date(), nullable=True),
    sa.Column('claimed_on', sa.Date(), nullable=True),
    sa.Column('tax_no', sa.String(length=40), nullable=True),
    sa.Column('vat_no', sa.String(length=40), nullable=True),
    sa.Column('eori', sa.String(length=40), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('incoterm', sa.String(length=60), nullable=True),
    sa.Column('port', sa.String(length=60), nullable=True),
    sa.Column('payment_term_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('shipping_marks', sa.Text(), nullable=True),
    sa.Column('hold', sa.Boolean(), nullable=True),
    sa.Column('hold_reason', sa.String(length=300), nullable=True),
    sa.Column('sanctions_checked_on', sa.Date(), nullable=True),
    sa.Column('first_order_on', sa.Date(), nullable=True),
    sa.Column('last_order_on', sa.Date(), nullable=True),
    sa.Column('quoted_on', sa.Date(), nullable=True),
    sa.Column('name_key', sa.String(length=200), nullable=True),
    sa.Column('domain_key', sa.String(length=200), nullable=True),
    sa.Column('phone_key', sa.String(length=40), nullable=True),
    sa.Column('email_key', sa.String(length=200), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['crm_channel.company_id', 'crm_channel.id'], name=op.f('fk_crm_customer_company_id_channel_id')),
    sa.ForeignKeyConstraint(['company_id', 'payment_term_id'], ['products_payment_term.company_id', 'products_payment_term.id'], name=op.f('fk_crm_customer_company_id_payment_term_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_customer_company_id')),
    sa.ForeignKeyConstraint(['former_owner_id'], ['core_user.id'], name=op.f('fk_crm_customer_former_owner_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['core_user.id'], name=op.f('fk_crm_customer_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_customer')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_customer_company_id_id')),
    sa.UniqueConstraint('company_id', 'name_key', 'country', name=op.f('uq_crm_customer_company_id_name_key_country')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_customer_company_id_number'))
    )
    with op.batch_alter_table('crm_customer', schema=None) as batch_op:
        batch_op.create_index('ix_crm_customer_channel_id', ['company_id', 'channel_id'], unique=False)
        batch_op.create_index('ix_crm_customer_default_sort', ['company_id', 'created_at', 'id'], unique=False)
        batch_op.create_index('ix_crm_customer_domain_key', ['company_id', 'domain_key'], unique=False)
        batch_op.create_index('ix_crm_customer_email_key', ['company_id', 'email_key'], unique=False)
        batch_op.create_index('ix_crm_customer_payment_term_id', ['company_id', 'payment_term_id'], unique=False)
        batch_op.create_index('ix_crm_customer_phone_key', ['company_id', 'phone_key'], unique=False)
        batch_op.create_index('ix_crm_customer_pool', ['company_id', 'pool', 'owner_id'], unique=False)

    op.create_table('crm_contact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.String(length=80), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('mobile', sa.String(length=40), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('messenger', sa.String(length=120), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=True),
    sa.Column('decides', sa.Boolean(), nullable=True),
    sa.Column('birthday', sa.Date(), nullable=True),
    sa.Column('remarks', sa.Text(), nullable=True),
    sa.Column('email_key', sa.String(length=200), nullable=True),
    sa.Column('phone_key', sa.String(length=40), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_crm_contact_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_contact_company_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['core_user.id'], name=op.f('fk_crm_contact_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_contact')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_contact_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_contact_company_id_number'))
    )
    with op.batch_alter_table('crm_contact', schema=None) as batch_op:
        batch_op.create_index('ix_crm_contact_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_crm_contact_default_sort', ['company_id', 'name', 'id'], unique=False)
        batch_op.create_index('ix_crm_contact_email_key', ['company_id', 'email_key'], unique=False)
        batch_op.create_index('ix_crm_contact_phone_key', ['company_id', 'phone_key'], unique=False)

    op.create_table('crm_lead',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('channel_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('source_ref', sa.String(length=80), nullable=True),
    sa.Column('raw_text', sa.Text(), nullable=True),
    sa.Column('company_name', sa.String(length=120), nullable=True),
    sa.Column('contact_name', sa.String(length=200), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('phone', sa.String(length=40), nullable=True),
    sa.Column('website', sa.String(length=500), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('language', sa.String(length=10), nullable=True),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('interest', sa.String(length=200), nullable=True),
    sa.Column('est_qty', sa.BigInteger(), nullable=True),
    sa.Column('est_amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reject_reason', sa.String(length=60), nullable=True),
    sa.Column('duplicate', sa.String(length=60), nullable=True),
    sa.Column('matches', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('duplicate_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('email_key', sa.String(length=200), nullable=True),
    sa.Column('domain_key', sa.String(length=200), nullable=True),
    sa.Column('phone_key', sa.String(length=40), nullable=True),
    sa.Column('name_key', sa.String(length=200), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'category_id'], ['products_category.company_id', 'products_category.id'], name=op.f('fk_crm_lead_company_id_category_id')),
    sa.ForeignKeyConstraint(['company_id', 'channel_id'], ['crm_channel.company_id', 'crm_channel.id'], name=op.f('fk_crm_lead_company_id_channel_id')),
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_crm_lead_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_crm_lead_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'duplicate_of_id'], ['crm_lead.company_id', 'crm_lead.id'], name=op.f('fk_crm_lead_company_id_duplicate_of_id')),
    sa.ForeignKeyConstraint(['company_id', 'match_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_crm_lead_company_id_match_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_crm_lead_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_lead_company_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['core_user.id'], name=op.f('fk_crm_lead_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_lead')),
    sa.UniqueConstraint('company_id', 'channel_id', 'source_ref', name=op.f('uq_crm_lead_company_id_channel_id_source_ref')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_lead_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_lead_company_id_number'))
    )
    with op.batch_alter_table('crm_lead', schema=None) as batch_op:
        batch_op.create_index('ix_crm_lead_category_id', ['company_id', 'category_id'], unique=False)
        batch_op.create_index('ix_crm_lead_channel_id', ['company_id', 'channel_id'], unique=False)
        batch_op.create_index('ix_crm_lead_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_crm_lead_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_crm_lead_default_sort', ['company_id', 'received_at', 'id'], unique=False)
        batch_op.create_index('ix_crm_lead_domain_key', ['company_id', 'domain_key'], unique=False)
        batch_op.create_index('ix_crm_lead_duplicate_of_id', ['company_id', 'duplicate_of_id'], unique=False)
        batch_op.create_index('ix_crm_lead_email_key', ['company_id', 'email_key'], unique=False)
        batch_op.create_index('ix_crm_lead_match_id', ['company_id', 'match_id'], unique=False)
        batch_op.create_index('ix_crm_lead_name_key', ['company_id', 'name_key'], unique=False)
        batch_op.create_index('ix_crm_lead_phone_key', ['company_id', 'phone_key'], unique=False)
        batch_op.create_index('ix_crm_lead_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('crm_inquiry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('customer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('contact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lead_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received_on', sa.Date(), nullable=True),
    sa.Column('incoterm', sa.String(length=60), nullable=True),
    sa.Column('destination', sa.String(length=60), nullable=True),
    sa.Column('needed_by', sa.Date(), nullable=True),
    sa.Column('expected_amount', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=True),
    sa.Column('probability', sa.BigInteger(), nullable=True),
    sa.Column('weighted', sa.BigInteger(), nullable=True),
    sa.Column('next_action_on', sa.Date(), nullable=True),
    sa.Column('next_action', sa.String(length=200), nullable=True),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('lost_reason', sa.String(length=60), nullable=True),
    sa.Column('competitor', sa.String(length=120), nullable=True),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('requirements', sa.Text(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'contact_id'], ['crm_contact.company_id', 'crm_contact.id'], name=op.f('fk_crm_inquiry_company_id_contact_id')),
    sa.ForeignKeyConstraint(['company_id', 'customer_id'], ['crm_customer.company_id', 'crm_customer.id'], name=op.f('fk_crm_inquiry_company_id_customer_id')),
    sa.ForeignKeyConstraint(['company_id', 'lead_id'], ['crm_lead.company_id', 'crm_lead.id'], name=op.f('fk_crm_inquiry_company_id_lead_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_inquiry_company_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['core_user.id'], name=op.f('fk_crm_inquiry_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_inquiry')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_inquiry_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_crm_inquiry_company_id_number'))
    )
    with op.batch_alter_table('crm_inquiry', schema=None) as batch_op:
        batch_op.create_index('ix_crm_inquiry_contact_id', ['company_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_crm_inquiry_customer_id', ['company_id', 'customer_id'], unique=False)
        batch_op.create_index('ix_crm_inquiry_lead_id', ['company_id', 'lead_id'], unique=False)
        batch_op.create_index('ix_crm_inquiry_next', ['company_id', 'state', 'next_action_on'], unique=False)

    op.create_table('crm_inquiry_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('description', sa.String(length=500), nullable=True),
    sa.Column('qty', sa.BigInteger(), nullable=True),
    sa.Column('unit', sa.String(length=60), nullable=True),
    sa.Column('target_price', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['crm_inquiry.company_id', 'crm_inquiry.id'], name=op.f('fk_crm_inquiry_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_crm_inquiry_line_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_crm_inquiry_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crm_inquiry_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_crm_inquiry_line_company_id_id'))
    )
    with op.batch_alter_table('crm_inquiry_line', schema=None) as batch_op:
        batch_op.create_index('ix_crm_inquiry_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_crm_inquiry_line_product_id', ['company_id', 'product_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('crm_inquiry_line', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_inquiry_line_product_id')
        batch_op.drop_index('ix_crm_inquiry_line_parent')

    op.drop_table('crm_inquiry_line')
    with op.batch_alter_table('crm_inquiry', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_inquiry_next')
        batch_op.drop_index('ix_crm_inquiry_lead_id')
        batch_op.drop_index('ix_crm_inquiry_customer_id')
        batch_op.drop_index('ix_crm_inquiry_contact_id')

    op.drop_table('crm_inquiry')
    with op.batch_alter_table('crm_lead', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_lead_product_id')
        batch_op.drop_index('ix_crm_lead_phone_key')
        batch_op.drop_index('ix_crm_lead_name_key')
        batch_op.drop_index('ix_crm_lead_match_id')
        batch_op.drop_index('ix_crm_lead_email_key')
        batch_op.drop_index('ix_crm_lead_duplicate_of_id')
        batch_op.drop_index('ix_crm_lead_domain_key')
        batch_op.drop_index('ix_crm_lead_default_sort')
        batch_op.drop_index('ix_crm_lead_customer_id')
        batch_op.drop_index('ix_crm_lead_contact_id')
        batch_op.drop_index('ix_crm_lead_channel_id')
        batch_op.drop_index('ix_crm_lead_category_id')

    op.drop_table('crm_lead')
    with op.batch_alter_table('crm_contact', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_contact_phone_key')
        batch_op.drop_index('ix_crm_contact_email_key')
        batch_op.drop_index('ix_crm_contact_default_sort')
        batch_op.drop_index('ix_crm_contact_customer_id')

    op.drop_table('crm_contact')
    with op.batch_alter_table('crm_customer', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_customer_pool')
        batch_op.drop_index('ix_crm_customer_phone_key')
        batch_op.drop_index('ix_crm_customer_payment_term_id')
        batch_op.drop_index('ix_crm_customer_email_key')
        batch_op.drop_index('ix_crm_customer_domain_key')
        batch_op.drop_index('ix_crm_customer_default_sort')
        batch_op.drop_index('ix_crm_customer_channel_id')

    op.drop_table('crm_customer')
    with op.batch_alter_table('crm_assignment_person', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_assignment_person_parent')

    op.drop_table('crm_assignment_person')
    with op.batch_alter_table('crm_channel', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_channel_default_sort')

    op.drop_table('crm_channel')
    with op.batch_alter_table('crm_assignment_rule', schema=None) as batch_op:
        batch_op.drop_index('ix_crm_assignment_rule_default_sort')

    op.drop_table('crm_assignment_rule')
