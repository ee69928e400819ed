"""What other plugins may use of after-sales."""

from plugins.service.records import Care, Complaint, Part

__all__ = ["Care", "Complaint", "Part"]
