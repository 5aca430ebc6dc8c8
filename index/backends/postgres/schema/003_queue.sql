-- Files that wait for workers (pullquote work). The bytes go when a file is done, the rest later.

CREATE TABLE queue (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source     text NOT NULL,
    content    bytea,                         -- of the file or text; NULL once it is done
    sha256     bytea NOT NULL,                -- of the content
    made_of    bytea NOT NULL,                -- SHA-256 of all that was put there
    pasted     boolean NOT NULL,
    title      text,
    limits     text NOT NULL,                 -- JSON: index/limits.py
    wanted     integer NOT NULL DEFAULT 1,    -- how many wait for it
    state      text NOT NULL DEFAULT 'waiting',
    attempt    integer NOT NULL DEFAULT 0,    -- which worker has it: only its writes count
    deaths     integer NOT NULL DEFAULT 0,    -- how many workers died over it
    failures   integer NOT NULL DEFAULT 0,    -- how often the library could not be written
    stage      text NOT NULL DEFAULT 'queued',
    reached    integer NOT NULL DEFAULT 0,    -- so much of the stage is done
    total      integer NOT NULL DEFAULT 0,
    article_id text COLLATE "C" NOT NULL DEFAULT '',
    known      boolean,                       -- whether the article was there before
    fresh      boolean NOT NULL DEFAULT false,
    unread     text NOT NULL DEFAULT '',
    reason     text NOT NULL DEFAULT '',
    ended      timestamptz
);
CREATE UNIQUE INDEX queue_once ON queue (made_of) WHERE content IS NOT NULL;
CREATE INDEX queue_open ON queue (id) WHERE content IS NOT NULL;
ALTER TABLE queue ALTER COLUMN content SET STORAGE EXTERNAL;
ALTER TABLE queue ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE queue ALTER COLUMN source SET STATISTICS 0;
ALTER TABLE queue ALTER COLUMN title SET STATISTICS 0;
ALTER TABLE queue ALTER COLUMN unread SET STATISTICS 0;
ALTER TABLE queue ALTER COLUMN reason SET STATISTICS 0;
