"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'rest_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rest_answer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_hash', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_rest_answer_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rest_answer')),
    sa.UniqueConstraint('company_id', 'user_id', 'key', name=op.f('uq_rest_answer_company_id_user_id_key'))
    )
    op.create_table('rest_external_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('system', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_rest_external_key_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rest_external_key')),
    sa.UniqueConstraint('company_id', 'record_key', 'system', 'key', name=op.f('uq_rest_external_key_company_id_record_key_system_key'))
    )
    op.create_table('rest_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('prefix', sa.String(length=12), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_rest_token_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rest_token')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_rest_token_secret_hash'))
    )
    with op.batch_alter_table('rest_token', schema=None) as batch_op:
        batch_op.create_index('ix_rest_token_user', ['company_id', 'user_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('rest_token', schema=None) as batch_op:
        batch_op.drop_index('ix_rest_token_user')

    op.drop_table('rest_token')
    op.drop_table('rest_external_key')
    op.drop_table('rest_answer')
