-- owner: host/inbox
-- What a hosting service keeps on its own Argine. Several packages own a part each.

-- +goose Up
-- A message that came in, whatever it proved to be.
CREATE TABLE host_message (
    id          TEXT PRIMARY KEY,
    way         TEXT NOT NULL, -- webhook, mail, upload, pull
    sender      TEXT NOT NULL, -- its name in the settings; empty: nobody that is known
    external_id TEXT NOT NULL, -- what the sender calls the message: Webhook-Id, Message-ID, delivery
    sum         TEXT NOT NULL, -- SHA-256 of what came
    type        TEXT NOT NULL,
    reference   TEXT NOT NULL,
    authority   TEXT NOT NULL, -- who it says it is from
    trust       TEXT NOT NULL, -- verified, unverified, forged
    findings    TEXT NOT NULL, -- JSON: what was looked at, and what was found
    case_id     TEXT NOT NULL, -- that it opened or belongs to; empty: none
    sent_at     BIGINT,
    received_at BIGINT NOT NULL
);
-- What is forged must not keep out what is genuine, so it takes no place here.
CREATE UNIQUE INDEX host_message_once ON host_message (sender, external_id) WHERE trust <> 'forged';
CREATE INDEX host_message_list ON host_message (received_at, id);
CREATE INDEX host_message_case ON host_message (case_id, received_at);

-- How far the inbox of a sender was read.
CREATE TABLE host_pull (
    sender  TEXT PRIMARY KEY,
    after   TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    failure TEXT NOT NULL -- what went wrong the last time; empty: nothing
);

-- owner: host/cases
CREATE TABLE host_case (
    id             TEXT PRIMARY KEY,
    track          TEXT NOT NULL, -- order, referral, notice, act_order, own
    sender         TEXT NOT NULL, -- its name in the settings
    authority      TEXT NOT NULL, -- its name
    subject        TEXT NOT NULL, -- identifier at the sender
    reference      TEXT NOT NULL,
    language       TEXT NOT NULL,
    document       TEXT NOT NULL, -- document.Document as JSON; empty where there is none
    faults         TEXT NOT NULL, -- JSON: what the document lacks
    answer_url     TEXT NOT NULL,
    answer_mail    TEXT NOT NULL, -- address for an answer by mail
    in_reply_to    TEXT NOT NULL, -- Message-ID of the mail that it came in
    trust          TEXT NOT NULL, -- verified, unverified, forged
    vouched_by     TEXT NOT NULL, -- who made sure of the sender by another way; empty: nobody
    vouched_why    TEXT NOT NULL,
    state          TEXT NOT NULL, -- open, closed
    owes           TEXT NOT NULL, -- law.Party; empty: nothing is owed
    duty           TEXT NOT NULL, -- law.Duty.Name, or answer
    due_at         BIGINT,        -- end of the clock of that duty
    wake_at        BIGINT,        -- when time alone changes the above
    received_at    BIGINT NOT NULL,
    executed_at    BIGINT,
    answered_at    BIGINT,
    provider       TEXT NOT NULL, -- content provider in the service's own words
    provider_mail  TEXT NOT NULL,
    provider_lang  TEXT NOT NULL,
    closed_at      BIGINT
);
CREATE INDEX host_case_list ON host_case (state, due_at, id);
CREATE INDEX host_case_wake ON host_case (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX host_case_reference ON host_case (reference);
CREATE UNIQUE INDEX host_case_subject ON host_case (sender, subject) WHERE trust <> 'forged' AND subject <> '';

-- The places that a case is about: one of an order, many of a referral or notice.
CREATE TABLE host_item (
    case_id     TEXT NOT NULL REFERENCES host_case (id),
    place       BIGINT NOT NULL, -- from 1
    item_id     TEXT NOT NULL,   -- identifier at the sender
    url         TEXT NOT NULL,   -- the exact one
    canonical   TEXT NOT NULL,
    limbs       TEXT NOT NULL,
    reasons     TEXT NOT NULL,
    content     TEXT NOT NULL,   -- up, disabled, removed, reinstated
    acted_at    BIGINT,          -- when it was disabled or removed
    answer      TEXT NOT NULL,   -- removed, disabled, refused, impossible, clarification; empty: none yet
    reason      TEXT NOT NULL,   -- of the answer
    answered_at BIGINT,
    PRIMARY KEY (case_id, place)
);
CREATE INDEX host_item_canonical ON host_item (canonical);

-- What happened in a case, law.Event by law.Event, with what is told of it besides.
CREATE TABLE host_event (
    case_id     TEXT NOT NULL REFERENCES host_case (id),
    place       BIGINT NOT NULL, -- from 1
    kind        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    detail      TEXT NOT NULL, -- JSON
    user_id     TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, place)
);
CREATE INDEX host_event_kind ON host_event (kind, at);

-- What an authority told of procedures and deadlines before its first order, Article 3(2).
CREATE TABLE host_informed (
    authority TEXT PRIMARY KEY,
    at        BIGINT NOT NULL
);

-- owner: host/acts
-- What leaves the desk: to the service itself, to an authority, to a content provider.
CREATE TABLE host_act (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL,
    place      BIGINT NOT NULL, -- of the item; 0: of the case
    kind       TEXT NOT NULL,   -- disable, reinstate, answer, inform, review, outcome
    way        TEXT NOT NULL,   -- service, webhook, mail
    target     TEXT NOT NULL,   -- URL or address
    payload    TEXT NOT NULL,   -- JSON
    state      TEXT NOT NULL,   -- due, trying, done, failed, uncertain
    attempts   BIGINT NOT NULL,
    next_at    BIGINT,
    detail     TEXT NOT NULL,   -- what the newest attempt came to
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at    BIGINT
);
CREATE INDEX host_act_next ON host_act (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX host_act_case ON host_act (case_id, id);
CREATE INDEX host_act_state ON host_act (state, id);

CREATE TABLE host_attempt (
    act_id     TEXT NOT NULL REFERENCES host_act (id),
    number     BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT,
    outcome    TEXT NOT NULL, -- started, done, failed, interrupted, uncertain
    detail     TEXT NOT NULL,
    PRIMARY KEY (act_id, number)
);

-- owner: host/vault
-- What was removed and is kept for six months, Article 6; its bytes lie sealed in the data directory.
CREATE TABLE host_kept (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL,
    name      TEXT NOT NULL,
    type      TEXT NOT NULL,
    size      BIGINT NOT NULL,
    sum       TEXT NOT NULL, -- SHA-256 of the open bytes
    kept_at   BIGINT NOT NULL,
    erased_at BIGINT
);
CREATE INDEX host_kept_case ON host_kept (case_id, id);

CREATE TABLE host_access (
    id      TEXT PRIMARY KEY,
    kept_id TEXT NOT NULL REFERENCES host_kept (id),
    purpose TEXT NOT NULL, -- review, investigation: Article 6(1)(a) and (b)
    reason  TEXT NOT NULL,
    user_id TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX host_access_kept ON host_access (kept_id, id);

-- owner: host/complaints
CREATE TABLE host_complaint (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL, -- empty: of what the service removed of its own motion
    url         TEXT NOT NULL,
    contact     TEXT NOT NULL,
    language    TEXT NOT NULL,
    words       TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    due_at      BIGINT NOT NULL, -- two weeks, Article 10(2)
    outcome     TEXT NOT NULL,   -- justified, rejected; empty while open
    reasons     TEXT NOT NULL,
    decided_by  TEXT NOT NULL,
    decided_at  BIGINT
);
CREATE INDEX host_complaint_open ON host_complaint (outcome, due_at);

-- owner: host/statements
CREATE TABLE host_statement (
    id         TEXT PRIMARY KEY,
    puid       TEXT NOT NULL UNIQUE,
    case_id    TEXT NOT NULL,
    place      BIGINT NOT NULL,
    body       TEXT NOT NULL, -- JSON of the DSA Transparency Database
    state      TEXT NOT NULL, -- due, sent, refused
    answer     TEXT NOT NULL, -- uuid or the errors
    next_at    BIGINT,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT
);
CREATE INDEX host_statement_next ON host_statement (next_at) WHERE next_at IS NOT NULL;

-- owner: host/uploads
-- What the service asked trusted banks about, where they knew it.
CREATE TABLE host_upload (
    id         TEXT PRIMARY KEY,
    url        TEXT NOT NULL, -- where the service has it
    provider   TEXT NOT NULL,
    sum        TEXT NOT NULL,
    hits       TEXT NOT NULL, -- JSON
    state      TEXT NOT NULL, -- waiting, removed, kept
    reason     TEXT NOT NULL,
    asked_at   BIGINT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT
);
CREATE INDEX host_upload_state ON host_upload (state, id);
