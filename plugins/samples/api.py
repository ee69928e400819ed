"""What other plugins may use of samples."""

from plugins.samples.records import Request, SampleLine

__all__ = ["Request", "SampleLine"]
