"""What other plugins may use of crm."""

from plugins.crm.acting import (
    acting,
    at_work,
    chance,
    clear_desks,
    dealt,
    people_with,
    scaled,
    worker,
)
from plugins.crm.customers import clear_hold, comment, note_activity, set_hold
from plugins.crm.flow import DAY, approve, either, ladder, only_if, until, work
from plugins.crm.inquiries import move_stage, note_order, note_quoted
from plugins.crm.lookup import channels_of
from plugins.crm.records import Channel, Contact, Customer, Inquiry, InquiryLine, Lead
from plugins.crm.tasks import ask_people, finish_tasks
from plugins.crm.terms import GRADES, LOST_REASONS, OPEN_STAGES, UNITS

__all__ = [
    "DAY",
    "GRADES",
    "LOST_REASONS",
    "OPEN_STAGES",
    "UNITS",
    "Channel",
    "Contact",
    "Customer",
    "Inquiry",
    "InquiryLine",
    "Lead",
    "acting",
    "approve",
    "chance",
    "comment",
    "dealt",
    "scaled",
    "worker",
    "ask_people",
    "at_work",
    "channels_of",
    "clear_hold",
    "either",
    "finish_tasks",
    "ladder",
    "move_stage",
    "note_activity",
    "only_if",
    "note_order",
    "note_quoted",
    "people_with",
    "clear_desks",
    "set_hold",
    "until",
    "work",
]
