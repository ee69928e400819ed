"""What the administration of a company needs; plugins reach it as `core.api.administration`."""

from __future__ import annotations

from core.accounts import (
    end_signins,
    hash_password,
    keep_totp,
    new_totp_secret,
    password_fits,
    reset_token,
    totp_address,
    totp_fits,
    unlock,
)
from core.audit import seal, verify
from core.companies import add_member, belongs_here, dependents, disable_plugin, enable_plugin
from core.context import SCOPES, matches
from core.i18n import LOCALES
from core.numbers import NumberSeries, period_of, written
from core.people import CustomField, SettingRow, SignIn
from core.schemas import CUSTOM_KINDS, PARSERS
from core.upkeep import mail_user
from core.workflow.leaving import person_left
from core.workflow.timers import recompute
from core.worktime import CalendarDay, read_hours

__all__ = [
    "CUSTOM_KINDS", "LOCALES", "PARSERS", "SCOPES", "CalendarDay", "CustomField",
    "NumberSeries", "SettingRow", "SignIn", "add_member", "belongs_here", "dependents",
    "disable_plugin", "enable_plugin", "end_signins", "hash_password", "keep_totp", "matches",
    "mail_user", "new_totp_secret", "password_fits", "period_of", "person_left", "read_hours",
    "recompute", "reset_token", "seal", "totp_address", "totp_fits", "unlock", "verify",
    "written",
]
