"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'mes_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mes_work_centre',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('label_text', sa.String(length=80), nullable=False),
    sa.Column('stations', sa.BigInteger(), nullable=True),
    sa.Column('efficiency', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_work_centre_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_work_centre')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_mes_work_centre_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_work_centre_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_work_centre_company_id_number'))
    )
    with op.batch_alter_table('mes_work_centre', schema=None) as batch_op:
        batch_op.create_index('ix_mes_work_centre_default_sort', ['company_id', 'code', 'id'], unique=False)

    op.create_table('mes_closed_day',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('open', sa.Boolean(), nullable=True),
    sa.Column('reason', sa.String(length=120), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['mes_work_centre.company_id', 'mes_work_centre.id'], name=op.f('fk_mes_closed_day_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_closed_day_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_closed_day')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_closed_day_company_id_id'))
    )
    with op.batch_alter_table('mes_closed_day', schema=None) as batch_op:
        batch_op.create_index('ix_mes_closed_day_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('mes_material',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('label_text', sa.String(length=200), nullable=False),
    sa.Column('unit', sa.String(length=10), nullable=True),
    sa.Column('pack', sa.BigInteger(), nullable=True),
    sa.Column('safety', sa.BigInteger(), nullable=True),
    sa.Column('on_order', sa.BigInteger(), nullable=True),
    sa.Column('lead_days', sa.BigInteger(), nullable=True),
    sa.Column('cost', sa.BigInteger(), nullable=True),
    sa.Column('available', sa.BigInteger(), nullable=True),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_mes_material_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_material_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_material')),
    sa.UniqueConstraint('company_id', 'code', name=op.f('uq_mes_material_company_id_code')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_material_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_material_company_id_number'))
    )
    with op.batch_alter_table('mes_material', schema=None) as batch_op:
        batch_op.create_index('ix_mes_material_default_sort', ['company_id', 'code', 'id'], unique=False)
        batch_op.create_index('ix_mes_material_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('mes_bom',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revision', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_bom_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_mes_bom_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_bom_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_bom')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_bom_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_bom_company_id_number'))
    )
    with op.batch_alter_table('mes_bom', schema=None) as batch_op:
        batch_op.create_index('ix_mes_bom_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_bom_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('mes_routing',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('revision', sa.BigInteger(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_routing_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_mes_routing_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_routing_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_routing')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_routing_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_routing_company_id_number'))
    )
    with op.batch_alter_table('mes_routing', schema=None) as batch_op:
        batch_op.create_index('ix_mes_routing_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_routing_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('mes_bom_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('per', sa.BigInteger(), nullable=False),
    sa.Column('scrap', sa.BigInteger(), nullable=True),
    sa.Column('substitute_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('op_no', sa.BigInteger(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_bom_line_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['mes_bom.company_id', 'mes_bom.id'], name=op.f('fk_mes_bom_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id', 'substitute_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_bom_line_company_id_substitute_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_bom_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_bom_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_bom_line_company_id_id'))
    )
    with op.batch_alter_table('mes_bom_line', schema=None) as batch_op:
        batch_op.create_index('ix_mes_bom_line_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_bom_line_parent', ['company_id', 'parent_id'], unique=False)
        batch_op.create_index('ix_mes_bom_line_substitute_id', ['company_id', 'substitute_id'], unique=False)

    op.create_table('mes_routing_line',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('op_no', sa.BigInteger(), nullable=False),
    sa.Column('label_text', sa.String(length=80), nullable=False),
    sa.Column('centre_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('setup', sa.BigInteger(), nullable=True),
    sa.Column('run', sa.BigInteger(), nullable=False),
    sa.Column('stations', sa.BigInteger(), nullable=True),
    sa.Column('qc_point', sa.Boolean(), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'centre_id'], ['mes_work_centre.company_id', 'mes_work_centre.id'], name=op.f('fk_mes_routing_line_company_id_centre_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['mes_routing.company_id', 'mes_routing.id'], name=op.f('fk_mes_routing_line_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_routing_line_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_routing_line')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_routing_line_company_id_id'))
    )
    with op.batch_alter_table('mes_routing_line', schema=None) as batch_op:
        batch_op.create_index('ix_mes_routing_line_centre_id', ['company_id', 'centre_id'], unique=False)
        batch_op.create_index('ix_mes_routing_line_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('mes_work_order',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('product_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('above_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('order_line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('priority', sa.BigInteger(), nullable=True),
    sa.Column('planned_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('planned_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('latest_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actual_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actual_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('progress', sa.BigInteger(), nullable=True),
    sa.Column('days_late', sa.BigInteger(), nullable=True),
    sa.Column('alerted_for', sa.Date(), nullable=True),
    sa.Column('delay_cause', sa.String(length=60), nullable=True),
    sa.Column('materials_on', sa.Date(), nullable=True),
    sa.Column('half_on', sa.Date(), nullable=True),
    sa.Column('finished_on', sa.Date(), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('packed_on', sa.Date(), nullable=True),
    sa.Column('stop_reason', sa.String(length=200), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'above_id'], ['mes_work_order.company_id', 'mes_work_order.id'], name=op.f('fk_mes_work_order_company_id_above_id')),
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_work_order_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_id'], ['orders_order.company_id', 'orders_order.id'], name=op.f('fk_mes_work_order_company_id_order_id')),
    sa.ForeignKeyConstraint(['company_id', 'order_line_id'], ['orders_order_line.company_id', 'orders_order_line.id'], name=op.f('fk_mes_work_order_company_id_order_line_id')),
    sa.ForeignKeyConstraint(['company_id', 'product_id'], ['products_product.company_id', 'products_product.id'], name=op.f('fk_mes_work_order_company_id_product_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_work_order_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_work_order')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_work_order_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_work_order_company_id_number'))
    )
    with op.batch_alter_table('mes_work_order', schema=None) as batch_op:
        batch_op.create_index('ix_mes_work_order_above_id', ['company_id', 'above_id'], unique=False)
        batch_op.create_index('ix_mes_work_order_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_work_order_order_id', ['company_id', 'order_id'], unique=False)
        batch_op.create_index('ix_mes_work_order_order_line_id', ['company_id', 'order_line_id'], unique=False)
        batch_op.create_index('ix_mes_work_order_product_id', ['company_id', 'product_id'], unique=False)

    op.create_table('mes_inspection',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('work_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('lot', sa.BigInteger(), nullable=False),
    sa.Column('level', sa.String(length=60), nullable=True),
    sa.Column('aql_major', sa.String(length=60), nullable=True),
    sa.Column('aql_minor', sa.String(length=60), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('critical', sa.BigInteger(), nullable=True),
    sa.Column('major', sa.BigInteger(), nullable=True),
    sa.Column('minor', sa.BigInteger(), nullable=True),
    sa.Column('plan', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('sample', sa.BigInteger(), nullable=True),
    sa.Column('inspected_on', sa.Date(), nullable=True),
    sa.Column('inspector_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('disposition', sa.String(length=60), nullable=True),
    sa.Column('disposition_reason', sa.String(length=200), nullable=True),
    sa.Column('repeats_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_inspection_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'repeats_id'], ['mes_inspection.company_id', 'mes_inspection.id'], name=op.f('fk_mes_inspection_company_id_repeats_id')),
    sa.ForeignKeyConstraint(['company_id', 'work_order_id'], ['mes_work_order.company_id', 'mes_work_order.id'], name=op.f('fk_mes_inspection_company_id_work_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_inspection_company_id')),
    sa.ForeignKeyConstraint(['inspector_id'], ['core_user.id'], name=op.f('fk_mes_inspection_inspector_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_inspection')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_inspection_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_inspection_company_id_number'))
    )
    with op.batch_alter_table('mes_inspection', schema=None) as batch_op:
        batch_op.create_index('ix_mes_inspection_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_inspection_repeats_id', ['company_id', 'repeats_id'], unique=False)
        batch_op.create_index('ix_mes_inspection_work_order_id', ['company_id', 'work_order_id'], unique=False)

    op.create_table('mes_operation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('op_no', sa.BigInteger(), nullable=False),
    sa.Column('label_text', sa.String(length=80), nullable=False),
    sa.Column('centre_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('setup', sa.BigInteger(), nullable=True),
    sa.Column('run', sa.BigInteger(), nullable=True),
    sa.Column('stations', sa.BigInteger(), nullable=True),
    sa.Column('efficiency', sa.BigInteger(), nullable=True),
    sa.Column('qc_point', sa.Boolean(), nullable=True),
    sa.Column('planned', sa.BigInteger(), nullable=True),
    sa.Column('good', sa.BigInteger(), nullable=True),
    sa.Column('rework', sa.BigInteger(), nullable=True),
    sa.Column('scrap', sa.BigInteger(), nullable=True),
    sa.Column('first_good', sa.BigInteger(), nullable=True),
    sa.Column('worked', sa.BigInteger(), nullable=True),
    sa.Column('pinned', sa.DateTime(timezone=True), nullable=True),
    sa.Column('planned_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('planned_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actual_start', sa.DateTime(timezone=True), nullable=True),
    sa.Column('actual_end', sa.DateTime(timezone=True), nullable=True),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'centre_id'], ['mes_work_centre.company_id', 'mes_work_centre.id'], name=op.f('fk_mes_operation_company_id_centre_id')),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['mes_work_order.company_id', 'mes_work_order.id'], name=op.f('fk_mes_operation_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_operation_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_operation')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_operation_company_id_id'))
    )
    with op.batch_alter_table('mes_operation', schema=None) as batch_op:
        batch_op.create_index('ix_mes_operation_centre_id', ['company_id', 'centre_id'], unique=False)
        batch_op.create_index('ix_mes_operation_parent', ['company_id', 'parent_id'], unique=False)

    op.create_table('mes_stock_move',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('material_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('work_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('remark', sa.String(length=200), nullable=True),
    sa.Column('posted', sa.Boolean(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'material_id'], ['mes_material.company_id', 'mes_material.id'], name=op.f('fk_mes_stock_move_company_id_material_id')),
    sa.ForeignKeyConstraint(['company_id', 'work_order_id'], ['mes_work_order.company_id', 'mes_work_order.id'], name=op.f('fk_mes_stock_move_company_id_work_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_stock_move_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_stock_move')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_stock_move_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_stock_move_company_id_number'))
    )
    with op.batch_alter_table('mes_stock_move', schema=None) as batch_op:
        batch_op.create_index('ix_mes_stock_move_material_id', ['company_id', 'material_id'], unique=False)
        batch_op.create_index('ix_mes_stock_move_work_order_id', ['company_id', 'work_order_id'], unique=False)

    op.create_table('mes_op_report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('work_order_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('op_no', sa.BigInteger(), nullable=False),
    sa.Column('operation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('operator_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('good', sa.BigInteger(), nullable=True),
    sa.Column('rework', sa.BigInteger(), nullable=True),
    sa.Column('scrap', sa.BigInteger(), nullable=True),
    sa.Column('worked', sa.BigInteger(), nullable=True),
    sa.Column('from_rework', sa.Boolean(), nullable=True),
    sa.Column('reverses_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('posted', sa.Boolean(), nullable=True),
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
    sa.ForeignKeyConstraint(['company_id', 'operation_id'], ['mes_operation.company_id', 'mes_operation.id'], name=op.f('fk_mes_op_report_company_id_operation_id')),
    sa.ForeignKeyConstraint(['company_id', 'reverses_id'], ['mes_op_report.company_id', 'mes_op_report.id'], name=op.f('fk_mes_op_report_company_id_reverses_id')),
    sa.ForeignKeyConstraint(['company_id', 'work_order_id'], ['mes_work_order.company_id', 'mes_work_order.id'], name=op.f('fk_mes_op_report_company_id_work_order_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_op_report_company_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['core_user.id'], name=op.f('fk_mes_op_report_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_op_report')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_op_report_company_id_id')),
    sa.UniqueConstraint('company_id', 'number', name=op.f('uq_mes_op_report_company_id_number'))
    )
    with op.batch_alter_table('mes_op_report', schema=None) as batch_op:
        batch_op.create_index('ix_mes_op_report_operation_id', ['company_id', 'operation_id'], unique=False)
        batch_op.create_index('ix_mes_op_report_reverses_id', ['company_id', 'reverses_id'], unique=False)
        batch_op.create_index('ix_mes_op_report_work_order_id', ['company_id', 'work_order_id'], unique=False)

    op.create_table('mes_report_defect',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('quantity', sa.BigInteger(), nullable=False),
    sa.Column('parent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('custom', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id', 'parent_id'], ['mes_op_report.company_id', 'mes_op_report.id'], name=op.f('fk_mes_report_defect_company_id_parent_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_mes_report_defect_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mes_report_defect')),
    sa.UniqueConstraint('company_id', 'id', name=op.f('uq_mes_report_defect_company_id_id'))
    )
    with op.batch_alter_table('mes_report_defect', schema=None) as batch_op:
        batch_op.create_index('ix_mes_report_defect_parent', ['company_id', 'parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('mes_report_defect', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_report_defect_parent')

    op.drop_table('mes_report_defect')
    with op.batch_alter_table('mes_op_report', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_op_report_work_order_id')
        batch_op.drop_index('ix_mes_op_report_reverses_id')
        batch_op.drop_index('ix_mes_op_report_operation_id')

    op.drop_table('mes_op_report')
    with op.batch_alter_table('mes_stock_move', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_stock_move_work_order_id')
        batch_op.drop_index('ix_mes_stock_move_material_id')

    op.drop_table('mes_stock_move')
    with op.batch_alter_table('mes_operation', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_operation_parent')
        batch_op.drop_index('ix_mes_operation_centre_id')

    op.drop_table('mes_operation')
    with op.batch_alter_table('mes_inspection', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_inspection_work_order_id')
        batch_op.drop_index('ix_mes_inspection_repeats_id')
        batch_op.drop_index('ix_mes_inspection_material_id')

    op.drop_table('mes_inspection')
    with op.batch_alter_table('mes_work_order', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_work_order_product_id')
        batch_op.drop_index('ix_mes_work_order_order_line_id')
        batch_op.drop_index('ix_mes_work_order_order_id')
        batch_op.drop_index('ix_mes_work_order_material_id')
        batch_op.drop_index('ix_mes_work_order_above_id')

    op.drop_table('mes_work_order')
    with op.batch_alter_table('mes_routing_line', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_routing_line_parent')
        batch_op.drop_index('ix_mes_routing_line_centre_id')

    op.drop_table('mes_routing_line')
    with op.batch_alter_table('mes_bom_line', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_bom_line_substitute_id')
        batch_op.drop_index('ix_mes_bom_line_parent')
        batch_op.drop_index('ix_mes_bom_line_material_id')

    op.drop_table('mes_bom_line')
    with op.batch_alter_table('mes_routing', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_routing_product_id')
        batch_op.drop_index('ix_mes_routing_material_id')

    op.drop_table('mes_routing')
    with op.batch_alter_table('mes_bom', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_bom_product_id')
        batch_op.drop_index('ix_mes_bom_material_id')

    op.drop_table('mes_bom')
    with op.batch_alter_table('mes_material', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_material_product_id')
        batch_op.drop_index('ix_mes_material_default_sort')

    op.drop_table('mes_material')
    with op.batch_alter_table('mes_closed_day', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_closed_day_parent')

    op.drop_table('mes_closed_day')
    with op.batch_alter_table('mes_work_centre', schema=None) as batch_op:
        batch_op.drop_index('ix_mes_work_centre_default_sort')

    op.drop_table('mes_work_centre')
