-- The whole ledger. Instants are seconds since 1970 (UTC), days are YYYY-MM-DD, states are the words of `ledger::records`.

CREATE TABLE cases (
    id                   INTEGER PRIMARY KEY,
    year                 INTEGER NOT NULL,
    sequence             INTEGER NOT NULL,
    state                TEXT    NOT NULL CHECK (state IN
        ('open', 'confirmed', 'awaiting_correction', 'overdue', 'needs_person', 'resolved')),
    opened               INTEGER NOT NULL,
    changed              INTEGER NOT NULL,
    entity               TEXT,
    oficio_number        TEXT,
    -- The same two in a form in which two spellings are equal.
    entity_key           TEXT,
    oficio_number_key    TEXT,
    deadline             TEXT,
    presented            TEXT,
    first_working_moment INTEGER,
    UNIQUE (year, sequence)
) STRICT;
CREATE INDEX cases_by_oficio ON cases (entity_key, oficio_number_key);
CREATE INDEX cases_by_state ON cases (state);

CREATE TABLE mails (
    id               INTEGER PRIMARY KEY,
    mailbox          TEXT    NOT NULL,
    validity         TEXT    NOT NULL,
    uid              TEXT    NOT NULL,
    size             INTEGER NOT NULL,
    arrived          INTEGER NOT NULL,
    stored           INTEGER NOT NULL,
    content_hash     TEXT    NOT NULL,
    body_hash        TEXT    NOT NULL,
    wholeness        TEXT    NOT NULL CHECK (wholeness IN ('whole', 'head', 'unfetched')),
    message_id       TEXT,
    correspondent    TEXT,
    subject          TEXT,
    state            TEXT    NOT NULL CHECK (state IN ('waiting', 'decided', 'duplicate', 'quarantined')),
    duplicate_of     INTEGER REFERENCES mails (id),
    case_id          INTEGER REFERENCES cases (id),
    decision         TEXT    CHECK (decision IN ('confirmado', 'subsanacion', 'revision', 'ajeno', 'automatico')),
    decided          INTEGER,
    -- JSON array of Spanish sentences.
    reasons          TEXT    NOT NULL DEFAULT '[]',
    -- The assessment as JSON.
    assessment       TEXT,
    round            INTEGER NOT NULL DEFAULT 1,
    judging_begun    INTEGER NOT NULL DEFAULT 0,
    judging_failures INTEGER NOT NULL DEFAULT 0,
    filing           TEXT    NOT NULL DEFAULT 'pending' CHECK (filing IN ('pending', 'filed', 'untouched', 'gone')),
    filing_failures  INTEGER NOT NULL DEFAULT 0,
    filed            INTEGER,
    UNIQUE (mailbox, validity, uid),
    CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL)),
    CHECK (duplicate_of IS NOT id),
    CHECK (state <> 'decided' OR (decision IS NOT NULL AND assessment IS NOT NULL)),
    CHECK (state <> 'quarantined' OR case_id IS NOT NULL)
) STRICT;
CREATE INDEX mails_by_content ON mails (content_hash);
CREATE INDEX mails_by_message_id ON mails (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX mails_by_state ON mails (state);
CREATE INDEX mails_by_stored ON mails (stored);
CREATE INDEX mails_by_case ON mails (case_id);
CREATE INDEX mails_unfiled ON mails (mailbox, filing_failures, id) WHERE filing = 'pending';

-- Apart from `mails`, so that looking through mails does not read their bytes.
CREATE TABLE raw_mails (
    mail_id INTEGER PRIMARY KEY REFERENCES mails (id),
    bytes   BLOB NOT NULL
) STRICT;

-- Mails that could not be fetched yet.
CREATE TABLE fetch_failures (
    mailbox  TEXT    NOT NULL,
    validity TEXT    NOT NULL,
    uid      TEXT    NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (mailbox, validity, uid)
) STRICT;

CREATE TABLE watermarks (
    mailbox  TEXT PRIMARY KEY,
    validity TEXT NOT NULL,
    uid      TEXT NOT NULL
) STRICT;

CREATE TABLE replies (
    id            INTEGER PRIMARY KEY,
    mail_id       INTEGER NOT NULL REFERENCES mails (id),
    case_id       INTEGER NOT NULL REFERENCES cases (id),
    -- The round of judging it answers: one mail gets one reply a round, whatever happens.
    round         INTEGER NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('confirmacion', 'subsanacion')),
    message_id    TEXT    NOT NULL UNIQUE,
    envelope_from TEXT,
    -- The one address it goes to, lower case: what the caps count by.
    envelope_to   TEXT    NOT NULL,
    bytes         BLOB    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN
        ('queued', 'in_flight', 'sent', 'refused', 'unknown', 'held', 'withdrawn')),
    caps          TEXT    NOT NULL DEFAULT 'apply' CHECK (caps IN ('apply', 'waived')),
    queued        INTEGER NOT NULL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    next_attempt  INTEGER NOT NULL,
    handed_over   INTEGER,
    settled       INTEGER,
    last_response TEXT,
    copy          TEXT    NOT NULL DEFAULT 'pending' CHECK (copy IN ('pending', 'kept')),
    UNIQUE (mail_id, round)
) STRICT;
CREATE INDEX replies_by_state ON replies (state, next_attempt);
CREATE INDEX replies_handed_over ON replies (handed_over) WHERE handed_over IS NOT NULL;
CREATE INDEX replies_by_case ON replies (case_id);

CREATE TABLE cycles (
    id          INTEGER PRIMARY KEY,
    began       INTEGER NOT NULL,
    ended       INTEGER,
    outcome     TEXT CHECK (outcome IN ('good', 'troubled', 'stopped')),
    stored      INTEGER NOT NULL DEFAULT 0,
    judged      INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    duplicates  INTEGER NOT NULL DEFAULT 0,
    sent        INTEGER NOT NULL DEFAULT 0,
    held        INTEGER NOT NULL DEFAULT 0,
    filed       INTEGER NOT NULL DEFAULT 0,
    -- JSON array of pairs of kind and detail.
    troubles    TEXT NOT NULL DEFAULT '[]',
    CHECK ((ended IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX cycles_by_beginning ON cycles (began);

-- Who did what when. Append-only, whoever asks.
CREATE TABLE trail (
    id      INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    detail  TEXT,
    case_id INTEGER REFERENCES cases (id),
    mail_id INTEGER REFERENCES mails (id)
) STRICT;
CREATE INDEX trail_by_case ON trail (case_id);

CREATE TRIGGER trail_is_not_changed BEFORE UPDATE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_is_not_deleted BEFORE DELETE ON trail
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER mails_are_not_deleted BEFORE DELETE ON mails
BEGIN SELECT RAISE(ABORT, 'no mail is ever deleted'); END;
CREATE TRIGGER raw_mails_are_not_changed BEFORE UPDATE ON raw_mails
BEGIN SELECT RAISE(ABORT, 'raw mail is never changed'); END;
CREATE TRIGGER raw_mails_are_not_deleted BEFORE DELETE ON raw_mails
BEGIN SELECT RAISE(ABORT, 'no mail is ever deleted'); END;
CREATE TRIGGER replies_are_not_deleted BEFORE DELETE ON replies
BEGIN SELECT RAISE(ABORT, 'no reply is ever deleted'); END;
CREATE TRIGGER reply_messages_are_not_changed BEFORE UPDATE OF message_id, envelope_from, envelope_to, bytes ON replies
BEGIN SELECT RAISE(ABORT, 'a stored reply is never changed'); END;
