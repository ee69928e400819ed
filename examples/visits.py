"""Trade fair visits: the smallest useful plugin, in one file."""

from datetime import date

from sqlalchemy.orm import Mapped

from core.api import Menu, Number, Plugin, Record, State, Step, day, hookimpl, note, text

plugin = Plugin("visits", "Trade fair visits", summary="Who came to our booth, and what they want.")


class Visit(Record):
    """Somebody who came to our booth."""

    key = "visits.visit"
    label, plural = "Visit", "Visits"
    title = "name"
    number = Number("V{yy}{seq:04}", reset="yearly")
    states = (State("open", "Open", "blue"), State("answered", "Answered", "green"))

    name: Mapped[str] = text("Company", required=True, search=True)
    met_on: Mapped[date | None] = day("Met on")
    wishes: Mapped[str | None] = note("Wishes")


@hookimpl
def register_records() -> list[type[Record]]:
    return [Visit]


@hookimpl
def register_steps() -> list[Step]:
    return [Step("answer", "visits.visit", "Mark as answered", source=("open",), target="answered")]


@hookimpl
def register_menus() -> list[Menu]:
    return [Menu("visits.visit", "Visits", group="Sales", icon="users")]
