CREATE TABLE said (id integer PRIMARY KEY, what text NOT NULL);
