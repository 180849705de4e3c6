CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL);
-- bedstone:down
DROP TABLE notes;
