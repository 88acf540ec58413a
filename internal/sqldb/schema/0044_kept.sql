-- owner: host/vault

-- +goose Up
-- Of which item of its case a file was kept: what was kept of one is not opened to bring another
-- back. 0: it may be of any, as what a person handed in, or an earlier version kept.
ALTER TABLE host_kept ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
