-- What is found: passages, their vectors and their words.

CREATE SEQUENCE passage_ids AS integer;       -- never used twice

CREATE TABLE passages (
    id            integer PRIMARY KEY DEFAULT nextval('passage_ids'),
    article_id    text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE,
    paragraph     integer NOT NULL,
    start         integer NOT NULL,
    "end"         integer NOT NULL,
    text          text NOT NULL,              -- the article's [start, end)
    words         text NOT NULL,              -- what is embedded and read for a table's row
    prompt_tokens integer NOT NULL,
    sentences     bytea NOT NULL,             -- the rest: see index/backends/passages.py
    vector        vector NOT NULL,
    sha256        bytea NOT NULL
);
CREATE INDEX passages_by_article ON passages (article_id, start);
-- The vector stays in the row, which is read by the thousand; a text does not.
ALTER TABLE passages ALTER COLUMN vector SET STORAGE MAIN;
ALTER TABLE passages ALTER COLUMN text SET STORAGE EXTERNAL;
ALTER TABLE passages ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE passages ALTER COLUMN text SET STATISTICS 0;
ALTER TABLE passages ALTER COLUMN words SET STATISTICS 0;
ALTER TABLE passages ALTER COLUMN vector SET STATISTICS 0;

CREATE TABLE passage_tokens (
    passage integer PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    length  integer NOT NULL,                 -- how many words the full-text index has of it
    tokens  bytea NOT NULL,
    vectors bytea NOT NULL
);
ALTER TABLE passage_tokens ALTER COLUMN tokens SET STORAGE EXTERNAL;
ALTER TABLE passage_tokens ALTER COLUMN vectors SET STORAGE EXTERNAL;

-- The full-text index: how often a word is in a passage and its article's title.
CREATE TABLE postings (
    term    text COLLATE "C" NOT NULL,
    passage integer NOT NULL,
    times   smallint NOT NULL,
    PRIMARY KEY (term, passage)
);

CREATE TABLE frequencies (
    token    integer PRIMARY KEY,             -- vocabulary number; -1: any token, -2: any word
    passages bigint NOT NULL                  -- how many passages have it; of -2, how many words
);
