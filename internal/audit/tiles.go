package audit

import (
	"context"
	"encoding/binary"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// tileHeight is fixed by the tlog-tiles format: 256 hashes a tile.
const tileHeight = 8

const (
	sqlNewest = "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
	sqlBodies = "SELECT body FROM audit_event WHERE seq >= $1 AND seq < $2 ORDER BY seq"
)

// Checkpoint is the newest signed head.
func (l *Log) Checkpoint(ctx context.Context) (text string, err error) {
	err = l.db.View(ctx, func(tx *sqldb.Tx) error { return tx.Row(sqlNewest).Scan(&text) })
	return text, err
}

// Tile gives the tile at a path of the tlog-tiles format: "tile/L/N[.p/W]" for hashes,
// "tile/entries/N[.p/W]" for the bodies, each after its length in two bytes.
func (l *Log) Tile(ctx context.Context, path string) (data []byte, err error) {
	tile, entries, err := parseTile(path)
	if err != nil {
		return nil, err
	}
	err = l.db.View(ctx, func(tx *sqldb.Tx) error {
		var size int64
		if err := tx.Row(sqlSize).Scan(&size); err != nil {
			return err
		}
		if !covers(size, tile) {
			return problem.New(problem.NotFound, "the log has %d entries; that tile is not there yet", size)
		}
		if entries {
			data, err = bundle(tx, tile.N*256, tile.N*256+int64(tile.W))
			return err
		}
		data, err = tlog.ReadTileData(tile, &hashes{tx: tx, fresh: map[int64]tlog.Hash{}})
		return err
	})
	return data, err
}

// covers reports whether a tree of that size has every hash of the tile. One of 2⁶³ entries has
// no level above 7, and bounding the parts first keeps their product from overflowing.
func covers(size int64, tile tlog.Tile) bool {
	below := size >> (tileHeight * min(tile.L, 7)) // how many hashes there are at the tile's level
	return tile.L <= 7 && tile.N <= below>>tileHeight && tile.N<<tileHeight+int64(tile.W) <= below
}

// bundle is the bodies of the entries from up to, not including, to.
func bundle(tx *sqldb.Tx, from, to int64) (data []byte, err error) {
	err = tx.Each(sqlBodies, []any{from, to}, func(scan sqldb.Scanner) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		data = binary.BigEndian.AppendUint16(data, uint16(len(body)))
		data = append(data, body...)
		return nil
	})
	return data, err
}

// parseTile reads a path of the format. The library knows a form of its own, with the
// height after "tile/", so the path is given that form first.
func parseTile(path string) (tlog.Tile, bool, error) {
	const prefix, bodies = "tile/", "tile/entries/"
	bad := problem.New(problem.NotFound, "no tile has the path %.60q; the form is tile/L/N or tile/entries/N", path)
	entries := len(path) > len(bodies) && path[:len(bodies)] == bodies
	if entries {
		path = "tile/0/" + path[len(bodies):]
	}
	if len(path) <= len(prefix) || path[:len(prefix)] != prefix {
		return tlog.Tile{}, false, bad
	}
	tile, err := tlog.ParseTilePath("tile/8/" + path[len(prefix):])
	if err != nil || tile.L < 0 { // the library has a level of its own for bodies, "data"
		return tlog.Tile{}, false, bad
	}
	return tile, entries, nil
}

// Head is the newest signed head of the tree: how many entries, and the root hash in base 64.
// A log without entries has neither.
func Head(tx *sqldb.Tx) (events int64, root string, err error) {
	var text string
	err = tx.Row(sqlNewest).Scan(&text)
	if problem.Is(err, problem.NotFound) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	tree, err := parseHead(text)
	return tree.size, tree.root.String(), err
}
