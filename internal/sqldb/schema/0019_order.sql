-- owner: order

-- +goose Up
CREATE TABLE removal_order (
    id           TEXT PRIMARY KEY,
    origin       TEXT NOT NULL, -- own: issued here; copy: another authority's, here for scrutiny (Article 4)
    item_id      TEXT NOT NULL, -- one subject each; empty for a copy of what nobody here has
    action_id    TEXT NOT NULL, -- empty outside an action
    platform_id  TEXT NOT NULL,
    unit_id      TEXT NOT NULL, -- that issues it, or that scrutinises the copy
    reference    TEXT NOT NULL UNIQUE,
    url          TEXT NOT NULL, -- the exact one
    language     TEXT NOT NULL,
    filled       TEXT NOT NULL, -- Annex I, law.Filled as JSON
    emergency    TEXT NOT NULL, -- why the twelve hours of Article 3(2) could not be waited for; empty when they were
    cross_border BOOLEAN NOT NULL,
    home_id      TEXT NOT NULL, -- authority of the host's member state, in the register; empty within the country
    supersedes   TEXT NOT NULL, -- the order that this one corrects
    state        TEXT NOT NULL, -- draft, approved, withdrawn
    drafted_by   TEXT NOT NULL,
    drafted_at   BIGINT NOT NULL,
    approved_by  TEXT NOT NULL, -- empty while nobody has
    approved_at  BIGINT,
    -- What its events come to, repeated for lists and reports.
    received_at  BIGINT,
    executed_at  BIGINT,
    voided_at    BIGINT,
    final_at     BIGINT,
    owes         TEXT NOT NULL, -- issuer, home, host; empty when the case is closed
    duty         TEXT NOT NULL, -- law.Duty.Name
    due_at       BIGINT,        -- the first end of a running clock
    CHECK (approved_by = '' OR approved_by <> drafted_by)
);
CREATE INDEX removal_order_list ON removal_order (state, owes, due_at, id);
CREATE INDEX removal_order_platform ON removal_order (platform_id, id);
CREATE INDEX removal_order_action ON removal_order (action_id, id);
CREATE UNIQUE INDEX removal_order_item ON removal_order (item_id) WHERE origin = 'own' AND state <> 'withdrawn' AND item_id <> '';

-- What happened in the case of an order, law.Event by law.Event.
CREATE TABLE order_event (
    order_id    TEXT NOT NULL REFERENCES removal_order (id),
    place       BIGINT NOT NULL, -- from 1
    kind        TEXT NOT NULL,   -- law.Kind
    at          BIGINT NOT NULL, -- when it happened
    detail      TEXT NOT NULL,   -- JSON: filled Annex II or III, reasons, who said so
    user_id     TEXT NOT NULL,   -- who recorded it
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, place)
);
CREATE INDEX order_event_kind ON order_event (kind, at);

-- The information of Article 3(2), once for each hosting service before its first order.
CREATE TABLE host_information (
    platform_id TEXT PRIMARY KEY,
    informed_at BIGINT, -- when the hosting service had it
    sent_at     BIGINT NOT NULL,
    user_id     TEXT NOT NULL
);

-- The number that the newest reference of a year ends in.
CREATE TABLE order_counter (
    year BIGINT PRIMARY KEY,
    last BIGINT NOT NULL
);
