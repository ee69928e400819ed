"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'plm_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('plm_change',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=True),
    sa.Column('approved_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_change_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plm_change')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_plm_change_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_plm_change_company_id_number'))
    )
    op.create_table('plm_part',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revision', sa.String(length=4), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_plm_part_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_part_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plm_part')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_plm_part_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_plm_part_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_plm_part_company_id_number'))
    )
    with op.batch_alter_table('plm_part', schema=None) as batch_op:
        batch_op.create_index('ix_plm_part_default_sort', ['company_id', 'code', 'id'], unique=False)

    with op.batch_alter_table('plm_part', schema=None) as batch_op:
        batch_op.create_index('ix_plm_part_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('plm_product',
    sa.Column('revision', sa.String(length=4), nullable=True),
    sa.Column('lifecycle', sa.String(length=60), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'record_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_plm_product_company_id_record_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_product_company_id')),
    sa.PrimaryKeyConstraint('record_id', name=op.f('pk_plm_product'))
    )
    op.create_table('plm_revision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=4), nullable=True),
    sa.Column('name_of_part', sa.String(length=200), nullable=True),
    sa.Column('what_changed', sa.Text(), nullable=True),
    sa.Column('drawing_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('released_on', sa.Date(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'part_id'], ['plm_part.company_id', 'plm_part.id'], name=op.f('fk_plm_revision_company_id_part_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_revision_company_id')),
    sa.ForeignKeyConstraint(['drawing_id'], ['core_file.id'], name=op.f('fk_plm_revision_drawing_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plm_revision')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_plm_revision_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_plm_revision_company_id_number')),
    sa.UniqueConstraint('company_id', 'part_id', 'code', name=op.f('uq_plm_revision_company_id_part_id_code'))
    )
    with op.batch_alter_table('plm_revision', schema=None) as batch_op:
        batch_op.create_index('ix_plm_revision_part_id', ['company_id', 'part_id'], unique=False)

    op.create_table('plm_bom_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['plm_revision.company_id', 'plm_revision.id'], name=op.f('fk_plm_bom_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'part_id'], ['plm_part.company_id', 'plm_part.id'], name=op.f('fk_plm_bom_line_company_id_part_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_bom_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plm_bom_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_plm_bom_line_company_id_id'))
    )
    with op.batch_alter_table('plm_bom_line', schema=None) as batch_op:
        batch_op.create_index('ix_plm_bom_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_plm_bom_line_part_id', ['company_id', 'part_id'], unique=False)

    op.create_table('plm_change_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('revision_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stock', sa.String(length=60), nullable=False),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['plm_change.company_id', 'plm_change.id'], name=op.f('fk_plm_change_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'revision_id'], ['plm_revision.company_id', 'plm_revision.id'], name=op.f('fk_plm_change_line_company_id_revision_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_plm_change_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plm_change_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_plm_change_line_company_id_id'))
    )
    with op.batch_alter_table('plm_change_line', schema=None) as batch_op:
        batch_op.create_index('ix_plm_change_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_plm_change_line_revision_id', ['company_id', 'revision_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('plm_change_line', schema=None) as batch_op:
        batch_op.drop_index('ix_plm_change_line_revision_id')
        batch_op.drop_index('ix_plm_change_line_parent')

    op.drop_table('plm_change_line')
    with op.batch_alter_table('plm_bom_line', schema=None) as batch_op:
        batch_op.drop_index('ix_plm_bom_line_part_id')
        batch_op.drop_index('ix_plm_bom_line_parent')

    op.drop_table('plm_bom_line')
    with op.batch_alter_table('plm_revision', schema=None) as batch_op:
        batch_op.drop_index('ix_plm_revision_part_id')

    op.drop_table('plm_revision')
    op.drop_table('plm_product')
    with op.batch_alter_table('plm_part', schema=None) as batch_op:
        batch_op.drop_index('ix_plm_part_product_id')

    with op.batch_alter_table('plm_part', schema=None) as batch_op:
        batch_op.drop_index('ix_plm_part_default_sort')

    op.drop_table('plm_part')
    op.drop_table('plm_change')
