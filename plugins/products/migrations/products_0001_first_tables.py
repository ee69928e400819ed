"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'products_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('products_category',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['products_category.company_id', 'products_category.id'], name=op.f('fk_products_category_company_id_parent_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_category_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_category')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_products_category_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_category_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_category_company_id_number'))
    )
    with op.batch_alter_table('products_category', schema=None) as batch_op:
        batch_op.create_index('ix_products_category_default_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index('ix_products_category_parent_id', ['company_id', 'parent_id'], unique=False)

    op.create_table('products_certificate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('certificates', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_certificate_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_certificate')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_certificate_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_certificate_company_id_number'))
    )
    with op.batch_alter_table('products_certificate', schema=None) as batch_op:
        batch_op.create_index('ix_products_certificate_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_container',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('iso', sa.String(length=4), nullable=True),
    sa.Column('length', sa.BigInteger(), nullable=False),
    sa.Column('width', sa.BigInteger(), nullable=False),
    sa.Column('height', sa.BigInteger(), nullable=False),
    sa.Column('gross_cbm', sa.BigInteger(), nullable=True),
    sa.Column('plan_cbm', sa.BigInteger(), nullable=False),
    sa.Column('payload', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_container_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_container')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_container_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_container_company_id_number'))
    )
    with op.batch_alter_table('products_container', schema=None) as batch_op:
        batch_op.create_index('ix_products_container_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_currency',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('minor_units', sa.BigInteger(), nullable=False),
    sa.Column('price_places', sa.BigInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_currency_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_currency')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_products_currency_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_currency_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_currency_company_id_number'))
    )
    with op.batch_alter_table('products_currency', schema=None) as batch_op:
        batch_op.create_index('ix_products_currency_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_exchange_rate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('rate', sa.BigInteger(), nullable=False),
    sa.Column('per', sa.BigInteger(), nullable=True),
    sa.Column('source', sa.String(length=120), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_exchange_rate_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_exchange_rate')),
    sa.UniqueConstraint('company_id', 'currency', 'kind', 'valid_from', name=op.f('uq_products_exchange_rate_company_id_currency_kind_valid_from')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_exchange_rate_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_exchange_rate_company_id_number'))
    )
    with op.batch_alter_table('products_exchange_rate', schema=None) as batch_op:
        batch_op.create_index('ix_products_exchange_rate_default_sort', ['company_id', 'valid_from', 'id'], unique=False)

    op.create_table('products_freight_rate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('lane', sa.String(length=40), nullable=False),
    sa.Column('container', sa.String(length=10), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_freight_rate_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_freight_rate')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_freight_rate_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_freight_rate_company_id_number'))
    )
    with op.batch_alter_table('products_freight_rate', schema=None) as batch_op:
        batch_op.create_index('ix_products_freight_rate_default_sort', ['company_id', 'valid_from', 'id'], unique=False)

    op.create_table('products_hs_code',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('unit1', sa.String(length=3), nullable=True),
    sa.Column('unit2', sa.String(length=3), nullable=True),
    sa.Column('elements', sa.Text(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_hs_code_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_hs_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_hs_code_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_hs_code_company_id_number'))
    )
    with op.batch_alter_table('products_hs_code', schema=None) as batch_op:
        batch_op.create_index('ix_products_hs_code_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_incoterm',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('sea_only', sa.Boolean(), nullable=True),
    sa.Column('year', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_incoterm_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_incoterm')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_incoterm_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_incoterm_company_id_number'))
    )
    with op.batch_alter_table('products_incoterm', schema=None) as batch_op:
        batch_op.create_index('ix_products_incoterm_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_payment_term',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('risk', sa.String(length=60), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=True),
    sa.Column('days', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_payment_term_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_payment_term')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_payment_term_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_payment_term_company_id_number'))
    )
    with op.batch_alter_table('products_payment_term', schema=None) as batch_op:
        batch_op.create_index('ix_products_payment_term_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_port',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_port_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_port')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_port_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_port_company_id_number'))
    )
    with op.batch_alter_table('products_port', schema=None) as batch_op:
        batch_op.create_index('ix_products_port_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_unit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('customs_code', sa.String(length=3), nullable=True),
    sa.Column('unece', sa.String(length=3), nullable=True),
    sa.Column('base', sa.String(length=40), nullable=True),
    sa.Column('factor', sa.BigInteger(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_unit_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_unit')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_unit_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_unit_company_id_number'))
    )
    with op.batch_alter_table('products_unit', schema=None) as batch_op:
        batch_op.create_index('ix_products_unit_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('products_hs_term',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('vat', sa.BigInteger(), nullable=False),
    sa.Column('refund', sa.BigInteger(), nullable=False),
    sa.Column('regime', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['products_hs_code.company_id', 'products_hs_code.id'], name=op.f('fk_products_hs_term_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_hs_term_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_hs_term')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_hs_term_company_id_id'))
    )
    with op.batch_alter_table('products_hs_term', schema=None) as batch_op:
        batch_op.create_index('ix_products_hs_term_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('products_payment_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.Column('trigger', sa.String(length=60), nullable=False),
    sa.Column('days', sa.BigInteger(), nullable=False),
    sa.Column('gates', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['products_payment_term.company_id', 'products_payment_term.id'], name=op.f('fk_products_payment_part_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_payment_part_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_payment_part')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_payment_part_company_id_id'))
    )
    with op.batch_alter_table('products_payment_part', schema=None) as batch_op:
        batch_op.create_index('ix_products_payment_part_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('products_product',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('name_zh', sa.String(length=200), nullable=True),
    sa.Column('description_en', sa.Text(), nullable=True),
    sa.Column('description_zh', sa.Text(), nullable=True),
    sa.Column('category_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('picture_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('brand', sa.String(length=60), nullable=True),
    sa.Column('origin', sa.String(length=2), nullable=True),
    sa.Column('hs_code_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('certificates', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('warranty_years', sa.BigInteger(), nullable=True),
    sa.Column('un_number', sa.String(length=6), nullable=True),
    sa.Column('pieces_per_carton', sa.BigInteger(), nullable=True),
    sa.Column('carton_length', sa.BigInteger(), nullable=True),
    sa.Column('carton_width', sa.BigInteger(), nullable=True),
    sa.Column('carton_height', sa.BigInteger(), nullable=True),
    sa.Column('carton_gross', sa.BigInteger(), nullable=True),
    sa.Column('carton_net', sa.BigInteger(), nullable=True),
    sa.Column('cost_price', sa.BigInteger(), nullable=True),
    sa.Column('invoice', sa.String(length=60), nullable=True),
    sa.Column('invoice_rate', sa.BigInteger(), nullable=True),
    sa.Column('own_made', sa.Boolean(), nullable=True),
    sa.Column('list_currency', sa.String(length=3), nullable=True),
    sa.Column('list_price', sa.BigInteger(), nullable=True),
    sa.Column('price_places', sa.BigInteger(), nullable=True),
    sa.Column('moq', sa.BigInteger(), nullable=True),
    sa.Column('lead_days', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'category_id'], ['products_category.company_id', 'products_category.id'], name=op.f('fk_products_product_company_id_category_id')),
    sa.ForeignKeyConstraint(['company_id', 'hs_code_id'], ['products_hs_code.company_id', 'products_hs_code.id'], name=op.f('fk_products_product_company_id_hs_code_id')),
    sa.ForeignKeyConstraint(['company_id', 'unit_id'], ['products_unit.company_id', 'products_unit.id'], name=op.f('fk_products_product_company_id_unit_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_product_company_id')),
    sa.ForeignKeyConstraint(['picture_id'], ['core_file.id'], name=op.f('fk_products_product_picture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_product')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_product_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_products_product_company_id_number'))
    )
    with op.batch_alter_table('products_product', schema=None) as batch_op:
        batch_op.create_index('ix_products_product_category_id', ['company_id', 'category_id'], unique=False)
        batch_op.create_index('ix_products_product_default_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index('ix_products_product_hs_code_id', ['company_id', 'hs_code_id'], unique=False)
        batch_op.create_index('ix_products_product_unit_id', ['company_id', 'unit_id'], unique=False)

    op.create_table('products_spec',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name_en', sa.String(length=80), nullable=False),
    sa.Column('name_zh', sa.String(length=80), nullable=True),
    sa.Column('value', sa.String(length=120), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_products_spec_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_spec_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_spec')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_spec_company_id_id'))
    )
    with op.batch_alter_table('products_spec', schema=None) as batch_op:
        batch_op.create_index('ix_products_spec_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('products_tier',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('from_quantity', sa.BigInteger(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_products_tier_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_products_tier_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_products_tier')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_products_tier_company_id_id'))
    )
    with op.batch_alter_table('products_tier', schema=None) as batch_op:
        batch_op.create_index('ix_products_tier_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('products_tier', schema=None) as batch_op:
        batch_op.drop_index('ix_products_tier_parent')

    op.drop_table('products_tier')
    with op.batch_alter_table('products_spec', schema=None) as batch_op:
        batch_op.drop_index('ix_products_spec_parent')

    op.drop_table('products_spec')
    with op.batch_alter_table('products_product', schema=None) as batch_op:
        batch_op.drop_index('ix_products_product_unit_id')
        batch_op.drop_index('ix_products_product_hs_code_id')
        batch_op.drop_index('ix_products_product_default_sort')
        batch_op.drop_index('ix_products_product_category_id')

    op.drop_table('products_product')
    with op.batch_alter_table('products_payment_part', schema=None) as batch_op:
        batch_op.drop_index('ix_products_payment_part_parent')

    op.drop_table('products_payment_part')
    with op.batch_alter_table('products_hs_term', schema=None) as batch_op:
        batch_op.drop_index('ix_products_hs_term_parent')

    op.drop_table('products_hs_term')
    with op.batch_alter_table('products_unit', schema=None) as batch_op:
        batch_op.drop_index('ix_products_unit_default_sort')

    op.drop_table('products_unit')
    with op.batch_alter_table('products_port', schema=None) as batch_op:
        batch_op.drop_index('ix_products_port_default_sort')

    op.drop_table('products_port')
    with op.batch_alter_table('products_payment_term', schema=None) as batch_op:
        batch_op.drop_index('ix_products_payment_term_default_sort')

    op.drop_table('products_payment_term')
    with op.batch_alter_table('products_incoterm', schema=None) as batch_op:
        batch_op.drop_index('ix_products_incoterm_default_sort')

    op.drop_table('products_incoterm')
    with op.batch_alter_table('products_hs_code', schema=None) as batch_op:
        batch_op.drop_index('ix_products_hs_code_default_sort')

    op.drop_table('products_hs_code')
    with op.batch_alter_table('products_freight_rate', schema=None) as batch_op:
        batch_op.drop_index('ix_products_freight_rate_default_sort')

    op.drop_table('products_freight_rate')
    with op.batch_alter_table('products_exchange_rate', schema=None) as batch_op:
        batch_op.drop_index('ix_products_exchange_rate_default_sort')

    op.drop_table('products_exchange_rate')
    with op.batch_alter_table('products_currency', schema=None) as batch_op:
        batch_op.drop_index('ix_products_currency_default_sort')

    op.drop_table('products_currency')
    with op.batch_alter_table('products_container', schema=None) as batch_op:
        batch_op.drop_index('ix_products_container_default_sort')

    op.drop_table('products_container')
    with op.batch_alter_table('products_certificate', schema=None) as batch_op:
        batch_op.drop_index('ix_products_certificate_default_sort')

    op.drop_table('products_certificate')
    with op.batch_alter_table('products_category', schema=None) as batch_op:
        batch_op.drop_index('ix_products_category_parent_id')
        batch_op.drop_index('ix_products_category_default_sort')

    op.drop_table('products_category')
