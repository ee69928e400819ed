"""First tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = 'core_0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('core_attempt',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_core_attempt'))
    )
    op.create_table('core_company',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('name_en', sa.String(length=200), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('locale', sa.String(length=10), nullable=False),
    sa.Column('profile', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('demo', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_company')),
    sa.UniqueConstraint('code', name=op.f('uq_core_company_code'))
    )
    op.create_table('core_user',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login', sa.String(length=120), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('password_hash', sa.String(length=300), nullable=True),
    sa.Column('locale', sa.String(length=10), nullable=True),
    sa.Column('timezone', sa.String(length=60), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('totp_secret', sa.String(length=300), nullable=True),
    sa.Column('preferences', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_user')),
    sa.UniqueConstraint('login', name=op.f('uq_core_user_login'))
    )
    op.create_table('core_activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('summary', sa.String(length=300), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_activity_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_activity'))
    )
    with op.batch_alter_table('core_activity', schema=None) as batch_op:
        batch_op.create_index('ix_core_activity_record', ['company_id', 'record_key', 'record_id'], unique=False)
        batch_op.create_index('ix_core_activity_user', ['company_id', 'user_id', 'done_at'], unique=False)

    op.create_table('core_audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor', sa.String(length=120), nullable=False),
    sa.Column('via', sa.String(length=20), nullable=False),
    sa.Column('action', sa.String(length=120), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_audit_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_audit'))
    )
    with op.batch_alter_table('core_audit', schema=None) as batch_op:
        batch_op.create_index('ix_core_audit_record', ['company_id', 'record_key', 'record_id'], unique=False)

    op.create_table('core_calendar_day',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('hours', sa.String(length=80), nullable=False),
    sa.Column('note', sa.String(length=120), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_calendar_day_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_calendar_day')),
    sa.UniqueConstraint('company_id', 'day', name=op.f('uq_core_calendar_day_company_id_day'))
    )
    op.create_table('core_comment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('mentions', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_comment_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_comment'))
    )
    with op.batch_alter_table('core_comment', schema=None) as batch_op:
        batch_op.create_index('ix_core_comment_record', ['company_id', 'record_key', 'record_id'], unique=False)

    op.create_table('core_company_plugin',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('plugin', sa.String(length=60), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['core_user.id'], name=op.f('fk_core_company_plugin_by_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_company_plugin_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_company_plugin')),
    sa.UniqueConstraint('company_id', 'plugin', name=op.f('uq_core_company_plugin_company_id_plugin'))
    )
    op.create_table('core_custom_field',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('required', sa.Boolean(), nullable=False),
    sa.Column('choices', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('section', sa.String(length=60), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_custom_field_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_custom_field')),
    sa.UniqueConstraint('company_id', 'record', 'name', name=op.f('uq_core_custom_field_company_id_record_name'))
    )
    op.create_table('core_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('pairs', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_draft_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_draft')),
    sa.UniqueConstraint('company_id', 'user_id', 'record', 'record_id', name=op.f('uq_core_draft_company_id_user_id_record_record_id'))
    )
    op.create_table('core_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_event_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_event')),
    sa.UniqueConstraint('company_id', 'sequence', name=op.f('uq_core_event_company_id_sequence'))
    )
    with op.batch_alter_table('core_event', schema=None) as batch_op:
        batch_op.create_index('ix_core_event_company', ['company_id', 'id'], unique=False)

    op.create_table('core_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('place', sa.String(length=80), nullable=False),
    sa.Column('type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_file_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_file'))
    )
    with op.batch_alter_table('core_file', schema=None) as batch_op:
        batch_op.create_index('ix_core_file_record', ['company_id', 'record_key', 'record_id'], unique=False)

    op.create_table('core_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('manager_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('department', sa.String(length=80), nullable=False),
    sa.Column('roles', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_member_company_id')),
    sa.ForeignKeyConstraint(['manager_id'], ['core_user.id'], name=op.f('fk_core_member_manager_id')),
    sa.ForeignKeyConstraint(['user_id'], ['core_user.id'], name=op.f('fk_core_member_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_member')),
    sa.UniqueConstraint('company_id', 'user_id', name=op.f('uq_core_member_company_id_user_id'))
    )
    with op.batch_alter_table('core_member', schema=None) as batch_op:
        batch_op.create_index('ix_core_member_user', ['user_id'], unique=False)

    op.create_table('core_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('url', sa.String(length=300), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_notice_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_notice'))
    )
    with op.batch_alter_table('core_notice', schema=None) as batch_op:
        batch_op.create_index('ix_core_notice_user', ['company_id', 'user_id', 'read_at'], unique=False)

    op.create_table('core_number_series',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('series', sa.String(length=80), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_number_series_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_number_series')),
    sa.UniqueConstraint('company_id', 'series', 'period', name=op.f('uq_core_number_series_company_id_series_period'))
    )
    op.create_table('core_role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('grants', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('scope', sa.String(length=10), nullable=False),
    sa.Column('hidden_fields', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('locked_fields', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_role_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_role')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_core_role_company_id_key'))
    )
    op.create_table('core_saved_view',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('record', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('query', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_saved_view_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_saved_view'))
    )
    with op.batch_alter_table('core_saved_view', schema=None) as batch_op:
        batch_op.create_index('ix_core_saved_view_record', ['company_id', 'record'], unique=False)

    op.create_table('core_setting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('value', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('valid_from', sa.String(length=10), nullable=False),
    sa.Column('set_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_setting_company_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['core_user.id'], name=op.f('fk_core_setting_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_setting')),
    sa.UniqueConstraint('company_id', 'key', 'valid_from', name=op.f('uq_core_setting_company_id_key_valid_from'))
    )
    op.create_table('core_signin',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(length=60), nullable=False),
    sa.Column('agent', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_signin_company_id')),
    sa.ForeignKeyConstraint(['user_id'], ['core_user.id'], name=op.f('fk_core_signin_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_signin')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_core_signin_secret_hash'))
    )
    with op.batch_alter_table('core_signin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_core_signin_user_id'), ['user_id'], unique=False)

    op.create_table('core_workflow',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('label', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('icon', sa.String(length=40), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('gate', sa.String(length=120), nullable=True),
    sa.Column('event', sa.String(length=120), nullable=True),
    sa.Column('when', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.Column('active_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_core_workflow_company_id_key'))
    )
    with op.batch_alter_table('core_workflow', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_gate', ['company_id', 'gate'], unique=False)

    op.create_table('core_workflow_command',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answer', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_command_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_command')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_core_workflow_command_company_id_key'))
    )
    op.create_table('core_workflow_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_message_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_message'))
    )
    with op.batch_alter_table('core_workflow_message', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_message_name', ['company_id', 'name', 'record_key', 'record_id'], unique=False)

    op.create_table('core_outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('topic', sa.String(length=120), nullable=False),
    sa.Column('payload', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('key', sa.String(length=200), nullable=True),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('progress', sa.Integer(), nullable=False),
    sa.Column('result', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_outbox_company_id')),
    sa.ForeignKeyConstraint(['event_id'], ['core_event.id'], name=op.f('fk_core_outbox_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_outbox')),
    sa.UniqueConstraint('company_id', 'key', name=op.f('uq_core_outbox_company_id_key'))
    )
    with op.batch_alter_table('core_outbox', schema=None) as batch_op:
        batch_op.create_index('ix_core_outbox_due', ['state', 'not_before'], unique=False)

    op.create_table('core_workflow_delegation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('principal_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delegate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workflow_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('created_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_delegation_company_id')),
    sa.ForeignKeyConstraint(['delegate_id'], ['core_user.id'], name=op.f('fk_core_workflow_delegation_delegate_id')),
    sa.ForeignKeyConstraint(['principal_id'], ['core_user.id'], name=op.f('fk_core_workflow_delegation_principal_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['core_workflow.id'], name=op.f('fk_core_workflow_delegation_workflow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_delegation'))
    )
    with op.batch_alter_table('core_workflow_delegation', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_delegation_who', ['company_id', 'principal_id', 'valid_until'], unique=False)

    op.create_table('core_workflow_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workflow_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('definition', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('report', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('changed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_version_company_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['core_workflow.id'], name=op.f('fk_core_workflow_version_workflow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_version')),
    sa.UniqueConstraint('workflow_id', 'number', name=op.f('uq_core_workflow_version_workflow_id_number'))
    )
    op.create_table('core_workflow_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('workflow_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('checksum', sa.String(length=64), nullable=False),
    sa.Column('record_key', sa.String(length=80), nullable=False),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('label', sa.String(length=200), nullable=False),
    sa.Column('step', sa.String(length=120), nullable=True),
    sa.Column('params', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('starter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('department', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('counter', sa.Integer(), nullable=False),
    sa.Column('row_version', sa.Integer(), nullable=False),
    sa.Column('facts', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('choices', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('path', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('parent_token_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('depth', sa.Integer(), nullable=False),
    sa.Column('event_seq', sa.Integer(), nullable=False),
    sa.Column('event_hash', sa.String(length=64), nullable=False),
    sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_case_company_id')),
    sa.ForeignKeyConstraint(['version_id'], ['core_workflow_version.id'], name=op.f('fk_core_workflow_case_version_id')),
    sa.ForeignKeyConstraint(['workflow_id'], ['core_workflow.id'], name=op.f('fk_core_workflow_case_workflow_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_case'))
    )
    with op.batch_alter_table('core_workflow_case', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_case_record', ['company_id', 'record_key', 'record_id'], unique=False)
        batch_op.create_index('uq_core_workflow_case_live', ['company_id', 'workflow_id', 'record_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('core_workflow_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('node', sa.String(length=40), nullable=True),
    sa.Column('token', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('task', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['core_workflow_case.id'], name=op.f('fk_core_workflow_event_case_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_event_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_event')),
    sa.UniqueConstraint('case_id', 'seq', name=op.f('uq_core_workflow_event_case_id_seq'))
    )
    op.create_table('core_workflow_incident',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('node', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resolution', sa.String(length=500), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['core_workflow_case.id'], name=op.f('fk_core_workflow_incident_case_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_incident_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_incident'))
    )
    with op.batch_alter_table('core_workflow_incident', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_incident_open', ['company_id', 'resolved_at'], unique=False)

    op.create_table('core_workflow_task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('node', sa.String(length=40), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('principal', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('actor', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('pool', sa.String(length=60), nullable=True),
    sa.Column('seat', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('origin', sa.String(length=12), nullable=False),
    sa.Column('origin_task', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('why', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('content', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['core_workflow_case.id'], name=op.f('fk_core_workflow_task_case_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_task_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_task'))
    )
    with op.batch_alter_table('core_workflow_task', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_task_case', ['case_id', 'state'], unique=False)
        batch_op.create_index('ix_core_workflow_task_person', ['company_id', 'principal', 'due_at'], unique=False, sqlite_where=sa.text('done_at IS NULL AND principal IS NOT NULL'), postgresql_where=sa.text('done_at IS NULL AND principal IS NOT NULL'))
        batch_op.create_index('ix_core_workflow_task_pool', ['company_id', 'pool', 'due_at'], unique=False, sqlite_where=sa.text('done_at IS NULL AND pool IS NOT NULL'), postgresql_where=sa.text('done_at IS NULL AND pool IS NOT NULL'))
        batch_op.create_index('ix_core_workflow_task_token', ['token', 'generation'], unique=False)

    op.create_table('core_workflow_timer',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('node', sa.String(length=40), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('working', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fire_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('fired_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['core_workflow_case.id'], name=op.f('fk_core_workflow_timer_case_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_timer_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_timer'))
    )
    with op.batch_alter_table('core_workflow_timer', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_timer_due', ['state', 'fire_at'], unique=False)
        batch_op.create_index('ix_core_workflow_timer_token', ['token', 'state'], unique=False)

    op.create_table('core_workflow_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('node', sa.String(length=40), nullable=False),
    sa.Column('parent', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('branch', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('expected', sa.Integer(), nullable=False),
    sa.Column('needed', sa.Integer(), nullable=False),
    sa.Column('settled', sa.Integer(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('company_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['core_workflow_case.id'], name=op.f('fk_core_workflow_token_case_id')),
    sa.ForeignKeyConstraint(['company_id'], ['core_company.id'], name=op.f('fk_core_workflow_token_company_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_core_workflow_token'))
    )
    with op.batch_alter_table('core_workflow_token', schema=None) as batch_op:
        batch_op.create_index('ix_core_workflow_token_case', ['case_id', 'state'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('core_workflow_token', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_token_case')

    op.drop_table('core_workflow_token')
    with op.batch_alter_table('core_workflow_timer', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_timer_token')
        batch_op.drop_index('ix_core_workflow_timer_due')

    op.drop_table('core_workflow_timer')
    with op.batch_alter_table('core_workflow_task', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_task_token')
        batch_op.drop_index('ix_core_workflow_task_pool', sqlite_where=sa.text('done_at IS NULL AND pool IS NOT NULL'), postgresql_where=sa.text('done_at IS NULL AND pool IS NOT NULL'))
        batch_op.drop_index('ix_core_workflow_task_person', sqlite_where=sa.text('done_at IS NULL AND principal IS NOT NULL'), postgresql_where=sa.text('done_at IS NULL AND principal IS NOT NULL'))
        batch_op.drop_index('ix_core_workflow_task_case')

    op.drop_table('core_workflow_task')
    with op.batch_alter_table('core_workflow_incident', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_incident_open')

    op.drop_table('core_workflow_incident')
    op.drop_table('core_workflow_event')
    with op.batch_alter_table('core_workflow_case', schema=None) as batch_op:
        batch_op.drop_index('uq_core_workflow_case_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_core_workflow_case_record')

    op.drop_table('core_workflow_case')
    op.drop_table('core_workflow_version')
    with op.batch_alter_table('core_workflow_delegation', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_delegation_who')

    op.drop_table('core_workflow_delegation')
    with op.batch_alter_table('core_outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_core_outbox_due')

    op.drop_table('core_outbox')
    with op.batch_alter_table('core_workflow_message', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_message_name')

    op.drop_table('core_workflow_message')
    op.drop_table('core_workflow_command')
    with op.batch_alter_table('core_workflow', schema=None) as batch_op:
        batch_op.drop_index('ix_core_workflow_gate')

    op.drop_table('core_workflow')
    with op.batch_alter_table('core_signin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_core_signin_user_id'))

    op.drop_table('core_signin')
    op.drop_table('core_setting')
    with op.batch_alter_table('core_saved_view', schema=None) as batch_op:
        batch_op.drop_index('ix_core_saved_view_record')

    op.drop_table('core_saved_view')
    op.drop_table('core_role')
    op.drop_table('core_number_series')
    with op.batch_alter_table('core_notice', schema=None) as batch_op:
        batch_op.drop_index('ix_core_notice_user')

    op.drop_table('core_notice')
    with op.batch_alter_table('core_member', schema=None) as batch_op:
        batch_op.drop_index('ix_core_member_user')

    op.drop_table('core_member')
    with op.batch_alter_table('core_file', schema=None) as batch_op:
        batch_op.drop_index('ix_core_file_record')

    op.drop_table('core_file')
    with op.batch_alter_table('core_event', schema=None) as batch_op:
        batch_op.drop_index('ix_core_event_company')

    op.drop_table('core_event')
    op.drop_table('core_draft')
    op.drop_table('core_custom_field')
    op.drop_table('core_company_plugin')
    with op.batch_alter_table('core_comment', schema=None) as batch_op:
        batch_op.drop_index('ix_core_comment_record')

    op.drop_table('core_comment')
    op.drop_table('core_calendar_day')
    with op.batch_alter_table('core_audit', schema=None) as batch_op:
        batch_op.drop_index('ix_core_audit_record')

    op.drop_table('core_audit')
    with op.batch_alter_table('core_activity', schema=None) as batch_op:
        batch_op.drop_index('ix_core_activity_user')
        batch_op.drop_index('ix_core_activity_record')

    op.drop_table('core_activity')
    op.drop_table('core_user')
    op.drop_table('core_company')
    op.drop_table('core_attempt')
