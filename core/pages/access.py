"""Who may call a route: every view function carries exactly one mark; without one it answers 403.

The app factory reads the mark before each request (deny by default). `public` routes answer
without sign-in; `signed_in` routes need a user but no company; `for_members` routes need an
active membership in the current company; `needs("crm.export")` asks for that permission too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import g
from flask_login import UserMixin, current_user

from core.context import Ctx
from core.people import SignIn, User

View = TypeVar("View", bound=Callable[..., Any])
MARK = "tradewind_access"
PUBLIC, SIGNED_IN, MEMBER = "public", "signed-in", "member"


class Visitor(UserMixin):
    """The signed-in person of this request; the cookie's id is the secret of her session."""

    def __init__(self, secret: str, signin: SignIn, user: User) -> None:
        self.secret, self.signin, self.user = secret, signin, user

    def get_id(self) -> str:
        return self.secret


def public(view: View) -> View:
    """Anybody may call the view, signed in or not."""
    setattr(view, MARK, (PUBLIC, None))
    return view


def signed_in(view: View) -> View:
    """Any signed-in person may call the view, also without a company."""
    setattr(view, MARK, (SIGNED_IN, None))
    return view


def for_members(view: View) -> View:
    """Every active member of the current company may call the view."""
    setattr(view, MARK, (MEMBER, None))
    return view


def needs(permission: str) -> Callable[[View], View]:
    """Members who hold `permission` may call the view."""

    def mark(view: View) -> View:
        setattr(view, MARK, (MEMBER, permission))
        return view

    return mark


def access_of(view: Callable[..., Any] | None) -> tuple[str, str | None] | None:
    """The mark of a view function: (level, permission), or None if it was forgotten."""
    return getattr(view, MARK, None)


def current_ctx() -> Ctx:
    """The context of the running request; only member routes have one."""
    return cast(Ctx, g.ctx)


def visitor() -> Visitor | None:
    """The signed-in person of the running request, None before sign-in."""
    found = cast(UserMixin, current_user)
    return cast(Visitor, found) if found.is_authenticated else None


def the_visitor() -> Visitor:
    """The signed-in person, on routes that ask for one."""
    return cast(Visitor, current_user)
