-- owner: deliver

-- +goose Up
-- The printed form of what was handed over, as a platform fetched it.
CREATE TABLE delivery_print (
    delivery_id TEXT PRIMARY KEY REFERENCES delivery (id),
    page        TEXT NOT NULL, -- SHA-256 of the HTML that was printed: a page that changed is printed anew
    pdf         TEXT NOT NULL, -- SHA-256 of the print, a file of the store
    printed_at  BIGINT NOT NULL
);
