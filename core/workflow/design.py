"""What a designer of workflows needs of the engine; plugins reach it as `core.api.design`."""

from __future__ import annotations

from core.conditions import as_value, operators, parse_condition, show_fact
from core.schemas import Input
from core.workflow.assignment import Finder
from core.workflow.case import keep_plan, plan_of
from core.workflow.checks import check_definition
from core.workflow.definition import MOST_CARDS, Problem, cards_of, check_structure
from core.workflow.engine import Engine
from core.workflow.facts import Judge, fact_fields, read_facts, used_facts
from core.workflow.marking import OPEN_TASK, Marking, Token
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
from core.workflow.wording import CASE_STATES, ICONS, KINDS, role_name

__all__ = [
    "CASE_STATES", "ICONS", "KINDS", "MOST_CARDS", "OPEN_TASK", "POLICY", "CaseEvent", "CaseRow",
    "Engine", "Finder", "Input", "Judge", "Marking", "Problem", "TaskRow", "Token", "TokenRow",
    "WorkflowRow", "WorkflowVersion", "as_value", "cards_of", "check_definition", "check_structure",
    "compile_plan", "create_workflow", "draft_of", "fact_fields", "keep_plan", "label_of",
    "move_all", "operators", "parse_condition", "people_of", "plan_of", "publish", "read_facts",
    "rehearse", "role_name", "save_draft", "show_fact", "used_facts", "words", "workflow_by_key",
]
