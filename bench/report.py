"""How the measurements print what they found: a figure beside its bar."""

from __future__ import annotations


class Table:
    """Rows of (what, figure, bar, verdict), printed as they come; counts what misses its bar."""

    def __init__(self) -> None:
        self.missed = 0
        print("| what | figure | bar | |\n|---|---|---|---|", flush=True)

    def row(self, what: str, figure: str, bar: str = "", good: bool | None = None) -> None:
        """One line; `good` says whether the bar is met, None that there is none."""
        verdict = "" if good is None else "pass" if good else "MISS"
        self.missed += verdict == "MISS"
        print(f"| {what} | {figure} | {bar} | {verdict} |", flush=True)

    def at_least(self, what: str, value: float, bar: float, shown: str, unit: str = "") -> None:
        """A figure that should reach its bar."""
        self.row(what, shown, f"≥ {bar:,g}{unit}", value >= bar)

    def at_most(self, what: str, value: float, bar: float, shown: str, unit: str = "") -> None:
        """A figure that should stay below its bar."""
        self.row(what, shown, f"≤ {bar:,g}{unit}", value <= bar)
