"""``mien database``: the schema, retention, and the first administrator."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from mien.cli.training_extra import explained_absence

database = typer.Typer(help="The classroom's database.", no_args_is_help=True)

Url = Annotated[str | None, typer.Option("--database", help="As for mien serve.")]


@database.command("upgrade")
def upgrade(url: Url = None) -> None:
    """Brings the schema to this version. Make a backup first."""
    _serving().upgrade_database(typer.echo, database=url)


@database.command("retention")
def retention(url: Url = None) -> None:
    """Removes what is older than its retention period; the server does so every hour."""
    _serving().enforce_retention(typer.echo, database=url)


@database.command("administrator")
def administrator(
    email: Annotated[str, typer.Argument(help="To log in with.")],
    name: Annotated[str, typer.Option(help="What others see.")] = "Administrator",
    url: Url = None,
) -> None:
    """Makes an administrator, who can invite others. Asks for the password."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    _serving().make_administrator(typer.echo, email, name, password, database=url)


def _serving() -> Any:
    with explained_absence("database", "server"):
        return import_module("mien.server.serving")
