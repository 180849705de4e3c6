"""A project whose sets need one another, in two releases, and the check that no row was ever seen half written."""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "sqlite": """CREATE TABLE departments (id integer PRIMARY KEY, name text NOT NULL UNIQUE,
  head integer REFERENCES employees (id));
CREATE TABLE employees (id integer PRIMARY KEY, name text NOT NULL UNIQUE,
  department integer NOT NULL REFERENCES departments (id), boss integer REFERENCES employees (id));
CREATE TABLE lefts (id integer PRIMARY KEY, other integer REFERENCES rights (id));
CREATE TABLE rights (id integer PRIMARY KEY, other integer NOT NULL REFERENCES lefts (id));
""",
    "postgres": """CREATE TABLE departments (id serial PRIMARY KEY, name text NOT NULL UNIQUE, head integer);
CREATE TABLE employees (id serial PRIMARY KEY, name text NOT NULL UNIQUE,
  department integer NOT NULL REFERENCES departments (id), boss integer REFERENCES employees (id));
ALTER TABLE departments ADD FOREIGN KEY (head) REFERENCES employees (id);
CREATE TABLE lefts (id integer PRIMARY KEY, other integer);
CREATE TABLE rights (id integer PRIMARY KEY, other integer NOT NULL REFERENCES lefts (id));
ALTER TABLE lefts ADD FOREIGN KEY (other) REFERENCES rights (id);
""",
}

DEPARTMENTS = """table: departments
key: name
mode: update
columns: {head: {ref: employees, name: {from: head}}}
rows:
  - {name: build, head: ada}
  - {name: sell, head: cid}
"""
EMPLOYEES = """table: employees
key: name
mode: update
ignore: in
columns: {department: {ref: departments, name: {from: in}}, boss: {ref: employees, name: {from: boss}}}
rows:
  - {name: ada, in: build}
  - {name: bob, in: build, boss: ada}
  - {name: cid, in: sell, boss: ada}
"""
LEFTS = "table: lefts\nkey: id\nmode: update\nrows:\n"
RIGHTS = "table: rights\nkey: id\nmode: update\nrows:\n"


def pairs(*rows: tuple[int, int]) -> str:
    return "".join(f"  - {{id: {one}, other: {other}}}\n" for one, other in rows)


def write_release(folder: Path, engine: str, second: bool) -> None:
    (folder / "migrations").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "bedstone.yaml").write_text("version: 1\nname: circles\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
    (folder / "migrations" / "1_tables.sql").write_text(TABLES[engine])
    sets = {"10-departments.yaml": DEPARTMENTS, "20-employees.yaml": EMPLOYEES}
    sets["lefts.yaml"], sets["rights.yaml"] = LEFTS + pairs((1, 2), (2, 1)), RIGHTS + pairs((1, 1), (2, 2))
    if second:
        # Rows that were there point at new ones, new ones at each other, and a table's two rows change places.
        sets["10-departments.yaml"] = DEPARTMENTS.replace("head: ada", "head: dan") + "  - {name: rest, head: eve}\n"
        sets["20-employees.yaml"] += "  - {name: dan, in: rest, boss: eve}\n  - {name: eve, in: rest, boss: dan}\n"
        sets["lefts.yaml"] = LEFTS + pairs((1, 1), (2, 3), (3, 2))
        sets["rights.yaml"] = RIGHTS + pairs((1, 3), (2, 1), (3, 2))
    for name, text in sets.items():
        (folder / "seeds" / name).write_text(text)


def write_project(folder: Path, engine: str) -> Path:
    """What is carried out before the run that fails."""
    write_release(folder, engine, True)
    write_release(folder / "before", engine, False)
    return folder / "before"


def half_way(_engine: str) -> list[tuple[str, str]]:
    """What others see right after the fault: the old rows or the new ones, and of no circle a part."""
    return [
        (
            "SELECT (SELECT count(*) FROM departments WHERE head IS NULL) || '/' ||"
            " (SELECT count(*) FROM employees WHERE boss IS NULL) || '/' ||"
            " (SELECT count(*) FROM lefts WHERE other IS NULL) || '/' ||"
            " ((SELECT count(*) FROM departments) * 2 - (SELECT count(*) FROM employees)) || '/' ||"
            " ((SELECT count(*) FROM lefts) - (SELECT count(*) FROM rights))",
            "0/1/0/1/0",
        ),
    ]


def checks(engine: str) -> list[tuple[str, str]]:
    own = "bedstone." if engine == "postgres" else "bedstone_"
    return [
        (
            "SELECT d.name || '|' || e.name FROM departments d JOIN employees e ON e.id = d.head UNION ALL"
            " SELECT e.name || '|' || d.name || '|' || coalesce(b.name, '') FROM employees e"
            " JOIN departments d ON d.id = e.department LEFT JOIN employees b ON b.id = e.boss ORDER BY 1",
            "ada|build|\nbob|build|ada\nbuild|dan\ncid|sell|ada\ndan|rest|eve\neve|rest|dan\nrest|eve\nsell|cid",
        ),
        ("SELECT l.id, l.other, r.other FROM lefts l JOIN rights r ON r.id = l.id ORDER BY 1", "1|1|3\n2|3|1\n3|2|2"),
        # Each row is remembered once, as one that was made here.
        (
            f"SELECT count(*), sum(created), (SELECT count(*) FROM {own}seed_sets) FROM {own}seed_rows",
            "14|14|4",
        ),
    ]
