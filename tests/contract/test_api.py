"""What plugins import is said in words: a shape, a unit, an error, where a rule comes from."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from core import api

ROOMS = (api, api.administration, api.cases, api.design, api.drawing, api.operations)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_every_name_has_a_docstring_of_its_own(room: ModuleType) -> None:
    silent = []
    for name in room.__all__:
        found = getattr(room, name)
        said = vars(found).get("__doc__") if inspect.isclass(found) else inspect.getdoc(found)
        made = inspect.isclass(found) and (said or "").startswith(f"{found.__name__}(")
        if callable(found) and (not said or made):  # a dataclass is given its signature
            silent.append(name)
    assert not silent


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_what_is_exported_is_there_once(room: ModuleType) -> None:
    assert room.__doc__ and len(room.__all__) == len(set(room.__all__))
