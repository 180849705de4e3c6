"""A project with seed sets of every sort in two releases, and the check that each row is there exactly once."""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "sqlite": """CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, email text NOT NULL UNIQUE, password text NOT NULL);
CREATE TABLE tools (name text PRIMARY KEY, size integer, owner integer NOT NULL REFERENCES users (id));
CREATE TABLE folders (id integer PRIMARY KEY, name text NOT NULL UNIQUE, parent integer REFERENCES folders (id));
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE notes (n integer);
""",
    "postgres": """CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, password text NOT NULL);
CREATE TABLE tools (name text PRIMARY KEY, size integer, owner integer NOT NULL REFERENCES users (id));
CREATE TABLE folders (id serial PRIMARY KEY, name text NOT NULL UNIQUE, parent integer REFERENCES folders (id));
CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);
CREATE TABLE notes (n integer);
""",
}

USERS = """table: users
key: email
columns: {password: {generate: password}}
rows:
  - {email: ada@example.org}
"""
TOOLS = """table: tools
mode: update
columns: {owner: {ref: users, email: {from: owner}}}
rows:
  - {name: axe, size: 1, owner: ada@example.org}
  - {name: saw, size: 2, owner: ada@example.org}
"""
FOLDERS = """table: folders
key: name
mode: sync
columns: {parent: {ref: folders, name: {from: up}}}
rows:
  - {name: leaf, up: twig}
  - {name: twig, up: root}
  - {name: root}
"""


def write_release(folder: Path, engine: str, second: bool) -> None:
    (folder / "migrations").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "bedstone.yaml").write_text("version: 1\nname: seeded\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
    (folder / "migrations" / "1_tables.sql").write_text(TABLES[engine])
    sets = {"10-tools.yaml": TOOLS, "20-users.yaml": USERS, "30-folders.yaml": FOLDERS}
    sets["40-countries.csv"] = "code,name\n00420,Czechia\n"
    sets["50-notes.sql"] = "INSERT INTO notes VALUES (1);\n"
    if second:
        sets["10-tools.yaml"] = TOOLS.replace("size: 1", "size: 10") + "  - {name: adze, size: 3, owner: bob@example.org}\n"
        sets["20-users.yaml"] += "  - {email: bob@example.org}\n"
        sets["30-folders.yaml"] = FOLDERS.replace("up: root", "up: base") + "  - {name: base, up: root}\n"
        sets["40-countries.csv"] += "049,Germany\n"
        sets["50-notes.sql"] += "INSERT INTO notes VALUES (2);\n"
    for name, text in sets.items():
        (folder / "seeds" / name).write_text(text)


def write_project(folder: Path, engine: str) -> Path:
    """What is carried out before the run that fails."""
    write_release(folder, engine, True)
    write_release(folder / "before", engine, False)
    return folder / "before"


def checks(engine: str) -> list[tuple[str, str]]:
    rows = "bedstone.seed_sets" if engine == "postgres" else "bedstone_seed_sets"
    found = [
        ("SELECT count(*) || '/' || count(DISTINCT email) FROM users", "2/2"),
        ("SELECT count(*) || '/' || sum(size) FROM tools", "3/15"),
        ("SELECT t.name FROM tools t JOIN users u ON u.id = t.owner WHERE u.email = 'bob@example.org'", "adze"),
        ("SELECT count(*) || '/' || count(parent) FROM folders", "4/3"),
        (
            "SELECT p.name FROM folders c JOIN folders p ON p.id = c.parent WHERE c.name IN ('twig', 'base') ORDER BY 1",
            "base\nroot",
        ),
        ("SELECT count(*) || '/' || max(code) FROM countries", "2/049"),
        ("SELECT count(*) || '/' || sum(n) FROM notes", "3/4"),
        (f"SELECT count(*) FROM {rows}", "5"),
    ]
    return found
