"""Who gets a lead: country, then product group, then in turn among those present (DOMAIN §1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Candidate:
    """A representative; `quota` is the most open leads he takes, None without limit."""

    user_id: int
    quota: int | None = None
    away_from: date | None = None
    away_until: date | None = None

    def present(self, today: date) -> bool:
        """Whether he is not away on that day; both days of the absence count as away."""
        if self.away_from is None and self.away_until is None:
            return True
        begun = self.away_from is None or self.away_from <= today
        ended = self.away_until is not None and self.away_until < today
        return not begun or ended

    def has_room(self, load: Mapping[int, int]) -> bool:
        """Whether another lead stays within his quota."""
        return self.quota is None or load.get(self.user_id, 0) < self.quota


@dataclass(frozen=True)
class Rule:
    """Countries and product groups (empty: any) and the people who share them."""

    ident: int
    countries: frozenset[str]
    groups: frozenset[str]
    people: tuple[Candidate, ...]
    last_user_id: int | None = None

    def fits(self, country: str, group: str) -> bool:
        """Whether the rule speaks of this country and product group."""
        return (not self.countries or country in self.countries) and (
            not self.groups or group in self.groups
        )

    @property
    def narrowness(self) -> tuple[bool, bool]:
        """Sorts rules: those for a country first, then those for a product group."""
        return (not self.countries, not self.groups)


@dataclass(frozen=True)
class Choice:
    """The outcome: who, by which rule."""

    user_id: int
    rule_id: int


def next_in_turn(people: Sequence[Candidate], last_user_id: int | None) -> list[Candidate]:
    """The people in the order in which they are asked: after the last one, round to him."""
    order = list(people)
    at = next((i for i, person in enumerate(order) if person.user_id == last_user_id), -1)
    return order[at + 1 :] + order[: at + 1]


def choose(
    rules: Sequence[Rule], country: str, group: str, load: Mapping[int, int], today: date
) -> Choice | None:
    """The representative for a lead, None when nobody fits: then the manager decides.

    Rules come in their own order; one for the country beats a general one, one for the product
    group beats a rule for the country alone. When all people of a rule are away or full, the
    next fitting rule is asked.
    """
    fitting = sorted(
        (rule for rule in rules if rule.fits(country, group)), key=lambda r: r.narrowness
    )
    for rule in fitting:
        for person in next_in_turn(rule.people, rule.last_user_id):
            if person.present(today) and person.has_room(load):
                return Choice(person.user_id, rule.ident)
    return None
