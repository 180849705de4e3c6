"""A project of thirty migrations of every sort, and the check that each took effect exactly once."""

from __future__ import annotations

from pathlib import Path

COUNT = 30

# What stands in some migrations beside the row that each of them writes.
SPECIAL = {
    "postgres": {
        5: "CREATE INDEX CONCURRENTLY effects_five ON effects (version);",
        9: "CREATE TYPE mood AS ENUM ('calm');\nALTER TYPE mood ADD VALUE 'glad';\n"
        "CREATE TABLE moods (mood mood DEFAULT 'glad');\nINSERT INTO moods DEFAULT VALUES;",
        12: "CREATE TABLE twelve (a integer);\nCREATE INDEX CONCURRENTLY ON twelve (a);\n"
        "INSERT INTO twelve VALUES (1);",
        17: "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS effects_seventeen ON effects (version, note);",
        19: "DROP INDEX CONCURRENTLY effects_five;",
        22: "VACUUM effects;",
        25: "BEGIN;\nCREATE TABLE first_half (a integer);\nCOMMIT;\nBEGIN;\nCREATE TABLE second_half (a integer);\n"
        "COMMIT;",
    },
    "sqlite": {
        5: "VACUUM;",
        12: "CREATE TABLE twelve (a integer);\nPRAGMA synchronous = NORMAL;\nINSERT INTO twelve VALUES (1);",
        17: "CREATE TRIGGER seventeen AFTER INSERT ON effects BEGIN\n  UPDATE effects SET note = '17' WHERE 0;\nEND;",
        25: "BEGIN;\nCREATE TABLE first_half (a integer);\nCOMMIT;\nBEGIN;\nCREATE TABLE second_half (a integer);\n"
        "COMMIT;",
    },
}


def write_project(folder: Path, engine: str) -> None:
    migrations = folder / "migrations"
    (migrations / "repeatable").mkdir(parents=True)
    (folder / "bedstone.yaml").write_text("version: 1\nname: thirty\ndatabase: {url: '${DATABASE_URL}', create: true}\n")
    for number in range(1, COUNT + 1):
        lines = []
        if number == 1:
            lines.append("CREATE TABLE effects (version integer, note text);")
        if number == 20:
            lines.append("-- bedstone: transaction=off")
        lines.append(f"INSERT INTO effects VALUES ({number}, 'row');")
        lines.append(SPECIAL[engine].get(number, f"CREATE TABLE t{number} (a integer);"))
        if number == 25:  # its own transactions, so the row belongs into one of them
            row, rest = lines
            lines = [rest.replace("BEGIN;\nCREATE TABLE first", f"BEGIN;\n{row}\nCREATE TABLE first")]
        (migrations / f"{number:03}_step.sql").write_text("\n".join(lines) + "\n")
    view = "CREATE OR REPLACE VIEW" if engine == "postgres" else "CREATE VIEW IF NOT EXISTS"
    (migrations / "repeatable" / "summary.sql").write_text(
        f"{view} summary AS SELECT count(*) AS number FROM effects;\n"
    )


def checks(engine: str) -> list[tuple[str, str]]:
    """Queries with the one answer that is right."""
    history = "bedstone.migrations" if engine == "postgres" else "bedstone_migrations"
    journal = "bedstone.journal" if engine == "postgres" else "bedstone_journal"
    found = [
        ("SELECT count(*) || '/' || count(DISTINCT version) FROM effects", f"{COUNT}/{COUNT}"),
        (f"SELECT count(*) FROM {history}", str(COUNT + 1)),
        (f"SELECT count(*) FROM {journal}", "0"),
        ("SELECT count(*) FROM twelve", "1"),
        ("SELECT number FROM summary", str(COUNT)),
    ]
    if engine == "postgres":
        found += [
            ("SELECT count(*) FROM pg_index WHERE NOT indisvalid", "0"),
            ("SELECT count(*) FROM pg_indexes WHERE tablename = 'twelve'", "1"),
            ("SELECT count(*) FROM moods", "1"),
        ]
    return found
