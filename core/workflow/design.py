"""What a designer of workflows needs of the engine; plugins reach it as `core.api.design`."""

from __future__ import annotations

from core.conditions import operators, parse_condition
from core.pages.listing import OPERATOR_WORDS
from core.pages.show import choices_of
from core.workflow.backtest import backtest, heat
from core.workflow.checks import check_definition
from core.workflow.definition import MOST_CARDS, Problem, cards_of, check_structure
from core.workflow.facts import fact_fields
from core.workflow.model import CaseEvent, CaseRow, TaskRow, TokenRow, WorkflowRow, WorkflowVersion
from core.workflow.moving import move_all, rehearse
from core.workflow.people import people_of
from core.workflow.plan import POLICY, compile_plan, label_of, words
from core.workflow.publishing import (
    create_workflow,
    draft_of,
    publish,
    save_draft,
    workflow_by_key,
)
from core.workflow.view import CASE_STATES, ICONS, KINDS, preview_tree, role_name

__all__ = [
    "CASE_STATES", "ICONS", "KINDS", "MOST_CARDS", "OPERATOR_WORDS", "POLICY", "CaseEvent",
    "CaseRow", "Problem", "TaskRow", "TokenRow", "WorkflowRow", "WorkflowVersion", "backtest",
    "cards_of", "check_definition",
    "check_structure", "choices_of", "compile_plan", "create_workflow", "draft_of", "fact_fields",
    "heat", "label_of", "move_all", "operators", "parse_condition", "people_of", "preview_tree",
    "publish", "rehearse", "role_name", "save_draft", "words", "workflow_by_key",
]
