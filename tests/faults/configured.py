"""A project with settings in two releases, and the check that each was imported or made exactly once."""

from __future__ import annotations

from pathlib import Path

FIRST = """configured_when: {mode: [open, closed]}
settings:
  mode: {type: enum, values: [unset, open, closed], default: unset, env: {seed: SHOP_MODE}}
  port: {type: int, default: 1, env: {seed: SHOP_PORT}}
  salt: {type: string, generate: hex}
"""
SECOND = """  name: {type: string, required: true, env: {seed: SHOP_NAME}}
  ticket: {type: string, generate: password, requires: {mode: open}}
"""


def write_release(folder: Path, second: bool) -> None:
    (folder / "migrations").mkdir(parents=True)
    (folder / "bedstone.yaml").write_text(
        "version: 1\nname: shop\ndatabase: {url: '${DATABASE_URL}', create: true}\nsettings: {import_env: .env}\n"
    )
    (folder / "migrations" / "1_orders.sql").write_text("CREATE TABLE orders (id integer PRIMARY KEY);\n")
    (folder / "settings.yaml").write_text(FIRST + (SECOND if second else ""))
    (folder / ".env").write_text("SHOP_MODE=open\nSHOP_PORT=0\n" + ("SHOP_NAME=shop\n" if second else ""))


def write_project(folder: Path, engine: str) -> Path:
    """Returns the first release; the second one is what fails."""
    before = folder / "before"
    before.mkdir()
    write_release(before, second=False)
    write_release(folder, second=True)
    return before


def checks(engine: str) -> list[tuple[str, str]]:
    own = "bedstone." if engine == "postgres" else "bedstone_"
    return [
        ("SELECT config_value FROM system_config WHERE config_key IN ('mode', 'name', 'port') ORDER BY config_key", "open\nshop\n0"),
        ("SELECT count(*) FROM system_config", "5"),
        # Each has one change in its history: nothing was imported, or made, twice.
        ("SELECT count(*), max(revision) FROM system_config_history", "5|2"),
        (f"SELECT value FROM {own}meta WHERE key = 'settings_imported'", "mode,port,name"),
        (f"SELECT count(*) FROM {own}transitions WHERE to_state = 'CONFIGURED'", "1"),
        (f"SELECT revision FROM {own}config", "2"),
    ]
