"""What commands for operators need, across companies; plugins reach it as `core.api.operations`."""

from __future__ import annotations

from core.accounts import demo_hash, end_signins, hash_password, unlock
from core.command import open_platform, with_platform
from core.companies import add_member, create_company, disable_plugin, enable_plugin
from core.config import load_settings
from core.db import ALL, CompanySession
from core.errors import ConfigError
from core.migrate import downgrade, upgrade
from core.people import CompanyPlugin
from core.platform import ROOT
from core.plugins import in_order
from core.workflow.model import LIVE_CASES, CaseRow

__all__ = [
    "ALL", "LIVE_CASES", "ROOT", "CaseRow", "CompanyPlugin", "CompanySession", "ConfigError",
    "add_member", "create_company", "demo_hash", "disable_plugin", "downgrade", "enable_plugin",
    "end_signins", "hash_password", "in_order", "load_settings", "open_platform", "unlock",
    "upgrade", "with_platform",
]
