-- What the page keeps beside the articles, so that any process can serve any visitor. Nothing here
-- is a part of the library: what is removed from it stays quoted in what somebody keeps.

-- Who is at the page. What a visitor adds is a library of its own, a schema named after the visit;
-- then what is said in the visit is kept there too, and goes with it.
CREATE TABLE visits (
    id       text COLLATE "C" PRIMARY KEY,    -- the first 32 digits of the sha256 of its secret
    revision bigint NOT NULL,                 -- counts how often it was kept
    state    text NOT NULL,                   -- see ui/page/visits/written.py
    expires  timestamptz NOT NULL             -- from then on it may be swept away
);
CREATE INDEX visits_by_expiry ON visits (expires);

-- The pages that show a visit, each only to the browser that has it.
CREATE TABLE visit_sessions (
    session text COLLATE "C" PRIMARY KEY,     -- sha256 of the session and its browser's owner
    visit   text COLLATE "C" NOT NULL REFERENCES visits ON DELETE CASCADE
);
CREATE INDEX visit_sessions_by_visit ON visit_sessions (visit);

CREATE TABLE visit_talks (
    visit text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    body  text NOT NULL,                      -- see ui/page/visits/written.py
    PRIMARY KEY (visit, id)
);

-- Conversations and clippings that stay, by the sha256 of their browser's key (ui/keeping/).
CREATE TABLE talks (
    id        text COLLATE "C" PRIMARY KEY,
    owner     text COLLATE "C" NOT NULL,
    title     text NOT NULL,
    named     integer NOT NULL,
    begun     text COLLATE "C" NOT NULL,
    changed   text COLLATE "C" NOT NULL,
    questions integer NOT NULL,
    hidden    integer NOT NULL,
    revision  integer NOT NULL,
    size      integer NOT NULL,
    gone      double precision,               -- when it was deleted, seconds since 1970
    words     text NOT NULL,
    body      text NOT NULL
);
CREATE INDEX talks_of ON talks (owner, changed);

CREATE TABLE clips (
    id    text COLLATE "C" PRIMARY KEY,
    owner text COLLATE "C" NOT NULL,
    mark  text NOT NULL,
    place integer NOT NULL,
    note  text NOT NULL,
    made  text NOT NULL,
    gone  double precision,
    body  text NOT NULL
);
CREATE INDEX clips_of ON clips (owner, place);

-- Opinions on answers, and the articles that those are of (ui/feedback/).
CREATE TABLE opinions (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    line   text NOT NULL
);
CREATE TABLE opinion_articles (
    id   text COLLATE "C" PRIMARY KEY,
    body text NOT NULL
);

-- The planner's statistics would keep samples, also of what is deleted.
ALTER TABLE visits ALTER COLUMN state SET STATISTICS 0;
ALTER TABLE visit_talks ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE talks ALTER COLUMN title SET STATISTICS 0;
ALTER TABLE talks ALTER COLUMN words SET STATISTICS 0;
ALTER TABLE talks ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE clips ALTER COLUMN note SET STATISTICS 0;
ALTER TABLE clips ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE opinions ALTER COLUMN line SET STATISTICS 0;
ALTER TABLE opinion_articles ALTER COLUMN body SET STATISTICS 0;
