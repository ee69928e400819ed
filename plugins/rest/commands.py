"""`tradewind token add USER`."""

from __future__ import annotations

import click
from sqlalchemy import select

from core.api import Company, Member, Platform, User
from plugins.rest.tokens import add_token


@click.group()
def token() -> None:
    """Tokens of the REST API."""


@token.command()
@click.argument("login")
@click.option("--company", help="Code of the company; needed when the user is in several.")
@click.option("--label", default="command line", show_default=True)
@click.option("--scope", "scopes", multiple=True, help="Permission pattern such as crm.*")
@click.option("--days", default=365, show_default=True)
@click.pass_obj
def add(platform: Platform, login: str, company: str | None, label: str, scopes: tuple[str, ...],
        days: int) -> None:
    """Make a token for LOGIN and print it; it cannot be read again."""
    with platform.database.session("*", readonly=True) as session:
        user = session.scalar(select(User).where(User.login == login))
        if user is None:
            cure = f"tradewind user add {login} --company CODE --role ROLE"
            raise click.ClickException(f"There is no user {login!r}. Add the user: {cure}")
        homes = list(session.scalars(select(Member.company_id).where(Member.user_id == user.id)))
        codes = list(session.scalars(select(Company.code).where(Company.id.in_(homes))))
    if (company is None and len(homes) != 1) or (company and company not in codes):
        member = ", ".join(codes) or "none"
        raise click.ClickException(f"Say which company: --company CODE. {login} is in: {member}.")
    with platform.act(company or homes[0], login) as ctx:
        _row, secret = add_token(ctx, ctx.user_id or 0, label, list(scopes), days)
    click.echo(secret)
