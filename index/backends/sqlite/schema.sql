-- The only truth of a library. Everything else in its folder can be rebuilt from this file.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE articles (
    id        TEXT PRIMARY KEY,      -- the first 16 digits of sha256
    title     TEXT NOT NULL,
    source    TEXT NOT NULL,
    text      TEXT NOT NULL,         -- canonical: every range counts its characters
    added     TEXT NOT NULL,         -- ISO 8601, UTC
    published TEXT,                  -- ISO 8601, or its beginning
    sha256    TEXT NOT NULL,         -- of the text as UTF-8
    author    TEXT,
    language  TEXT,
    media     TEXT                   -- the MIME type of the file it came from
);

-- What articles were read from. A source holds one text at a time, a text may have several sources.
CREATE TABLE sources (
    source     TEXT PRIMARY KEY,     -- a file's absolute path, an address; what was pasted has none
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    stamp      TEXT                  -- size and time of the file, if it was read for a folder
) WITHOUT ROWID;
CREATE INDEX sources_by_article ON sources (article_id);

-- Versions that gave way to a newer one of their source. Nothing of their text is kept.
CREATE TABLE former (
    id       TEXT PRIMARY KEY,       -- the article's
    source   TEXT NOT NULL,
    replaced TEXT NOT NULL           -- ISO 8601, UTC
) WITHOUT ROWID;

CREATE TABLE paragraphs (
    article_id TEXT    NOT NULL REFERENCES articles ON DELETE CASCADE,
    number     INTEGER NOT NULL,     -- 1-based; 0 for headings and boilerplate
    start      INTEGER NOT NULL,
    end        INTEGER NOT NULL,
    page       INTEGER,
    role       TEXT    NOT NULL,
    PRIMARY KEY (article_id, start)
) WITHOUT ROWID;

CREATE TABLE passages (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so an old index cannot lie
    article_id    TEXT    NOT NULL REFERENCES articles ON DELETE CASCADE,
    paragraph     INTEGER NOT NULL,
    start         INTEGER NOT NULL,
    end           INTEGER NOT NULL,
    text          TEXT    NOT NULL,  -- the article's [start, end), kept here so that finding reads no article
    sentences     BLOB    NOT NULL,  -- int32 (n, 2): ranges in the article
    prompt_tokens INTEGER NOT NULL,
    vector        BLOB    NOT NULL,  -- float32 (dim,), unit length
    sha256        BLOB    NOT NULL   -- of place, text and blobs, its tokens' too: see rows.seal
);
CREATE INDEX passages_by_article ON passages (article_id, start);

-- Apart from the passages, which are read by the thousand: only the evidence for a question needs them.
CREATE TABLE passage_tokens (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    tokens  BLOB NOT NULL,           -- int32 (n, 3): vocabulary number, range in the passage
    vectors BLOB NOT NULL            -- int8 (n, dim), each row scaled to its largest component; or codes
);

-- Passages that have gone since the search index was published.
CREATE TABLE gone (
    passage INTEGER PRIMARY KEY
);
CREATE TRIGGER passage_gone AFTER DELETE ON passages BEGIN
    INSERT INTO gone VALUES (old.id);
END;

CREATE TABLE frequencies (
    token    INTEGER PRIMARY KEY,    -- vocabulary number; -1 stands for any token
    passages INTEGER NOT NULL        -- how many passages have it
);

-- English endings off; marks are letters, because without them Hindi falls into single letters.
CREATE VIRTUAL TABLE terms USING fts5 (
    title, text, content='', tokenize="porter unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
