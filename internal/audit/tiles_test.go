package audit

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/argine/argine/internal/problem"
)

// outsider reads a log as anyone would: by the paths of its tiles alone.
type outsider struct {
	b    *bench
	kept map[string][]byte // tiles that were fetched; they never change
}

func (o outsider) Height() int { return tileHeight }
func (o outsider) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		if o.kept[path] == nil {
			if o.kept[path], err = o.b.log.Tile(o.b.Context(), path); err != nil {
				return nil, err
			}
		}
		data = append(data, o.kept[path])
	}
	return data, nil
}
func (o outsider) SaveTiles([]tlog.Tile, [][]byte) {}

// tree opens the newest checkpoint with what audit.pub says.
func (o outsider) tree() (tree tlog.Tree) {
	o.b.Helper()
	public, err := os.ReadFile(filepath.Join(o.b.dir, "audit.pub"))
	if err != nil {
		o.b.Fatal(err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(public)))
	if err != nil {
		o.b.Fatal(err)
	}
	text, err := o.b.log.Checkpoint(o.b.Context())
	if err != nil {
		o.b.Fatal(err)
	}
	signed, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		o.b.Fatal(err)
	}
	var name, root string
	if _, err := fmt.Sscanf(signed.Text, "%s\n%d\n%s\n", &name, &tree.N, &root); err != nil || name != "argine-audit" {
		o.b.Fatalf("%q: %v", signed.Text, err)
	}
	if tree.Hash, err = tlog.ParseHash(root); err != nil {
		o.b.Fatal(err)
	}
	return tree
}

// bodies reads all entries by their bundles.
func (o outsider) bodies(size int64) (bodies [][]byte) {
	o.b.Helper()
	for n := int64(0); n*256 < size; n++ {
		path := fmt.Sprintf("tile/entries/%03d", n)
		if rest := size - n*256; rest < 256 {
			path += fmt.Sprintf(".p/%d", rest)
		}
		data, err := o.b.log.Tile(o.b.Context(), path)
		if err != nil {
			o.b.Fatalf("%s: %v", path, err)
		}
		for len(data) > 0 {
			length := 2 + int(binary.BigEndian.Uint16(data))
			bodies = append(bodies, data[2:length])
			data = data[length:]
		}
	}
	return bodies
}

func TestTilesProveEntries(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(300, 1, 256, 143) // two full tiles and one of 188
		o := outsider{b, map[string][]byte{}}
		tree := o.tree()
		bodies := o.bodies(tree.N)
		if tree.N != 700 || len(bodies) != 700 {
			b.Fatalf("the checkpoint has %d entries, the bundles %d", tree.N, len(bodies))
		}
		reader := tlog.TileHashReader(tree, o)
		r := rand.New(rand.NewPCG(1, 2))
		for _, n := range append([]int64{0, 255, 256, 511, 512, 699}, r.Int64N(700), r.Int64N(700), r.Int64N(700), r.Int64N(700)) {
			proof, err := tlog.ProveRecord(tree.N, n, reader)
			if err != nil {
				b.Fatalf("entry %d: %v", n, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(bodies[n])); err != nil {
				b.Errorf("entry %d is not proven: %v", n, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(bodies[(n+1)%700])); err == nil {
				b.Errorf("another entry is proven in the place of %d", n)
			}
		}
		var event Event
		if err := json.Unmarshal(bodies[300], &event); err != nil || event.Subject != "itm_0" {
			b.Errorf("entry 300 is %s, %v", bodies[300], err)
		}
		b.checkPartial()
		b.checkConsistency(o, tree)
	})
}

// checkPartial looks at tiles of fewer than 256 hashes.
func (b *bench) checkPartial() {
	b.Helper()
	full, err := b.log.Tile(b.Context(), "tile/0/000")
	if err != nil || len(full) != 256*tlog.HashSize {
		b.Fatalf("a full tile has %d bytes, %v", len(full), err)
	}
	for path, want := range map[string]int{"tile/0/000.p/1": 1, "tile/0/000.p/255": 255, "tile/0/002.p/188": 188, "tile/0/002.p/7": 7, "tile/1/000.p/2": 2} {
		data, err := b.log.Tile(b.Context(), path)
		if err != nil || len(data) != want*tlog.HashSize {
			b.Errorf("%s has %d bytes, %v", path, len(data), err)
		}
		if strings.HasPrefix(path, "tile/0/000") && !bytes.HasPrefix(full, data) {
			b.Errorf("%s is not the beginning of the full tile", path)
		}
	}
}

// checkConsistency proves that the log only grew.
func (b *bench) checkConsistency(o outsider, older tlog.Tree) {
	b.Helper()
	b.grow(90)
	newer := o.tree()
	proof, err := tlog.ProveTree(newer.N, older.N, tlog.TileHashReader(newer, o))
	if err != nil {
		b.Fatal(err)
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		b.Errorf("%d entries are not proven to go on to %d: %v", older.N, newer.N, err)
	}
}

var noTiles = []string{
	"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/003", "tile/0/002", "tile/0/002.p/189", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/0",
	"tile/0/-01", "tile/-1/000", "tile/data/000", "tile/1/000", "tile/1/000.p/3", "tile/2/000.p/1", "tile/7/000.p/1", "tile/8/000", "tile/9/000.p/1",
	"tile/63/000", "tile/999999999/000.p/1", "tile/8/0/000", "tile/entries/", "tile/entries/0/000", "tile/entries/002", "tile/entries/003", "tile/entries/data/000",
	"tile/entries/x999/x999/x999/x999/x999/x999/999", "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/x036/x028/x797/x018/x963/968",
	"checkpoint", "tile/0/000\x00", "../audit.key",
}

func TestPathsThatAreNoTiles(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(700)
		for _, path := range noTiles {
			if data, err := b.log.Tile(b.Context(), path); !problem.Is(err, problem.NotFound) {
				b.Errorf("%q gave %d bytes and %v", path, len(data), err)
			}
		}
	})
}

func FuzzParseTile(f *testing.F) {
	for _, path := range append(noTiles, "tile/0/000", "tile/entries/001.p/7", "tile/3/x001/234") {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		const size = 70_000
		tile, entries, err := parseTile(path)
		if err != nil || !covers(size, tile) {
			return
		}
		last := tlog.StoredHashIndex(tile.L*tileHeight, tile.N*256+int64(tile.W)-1)
		if tile.N < 0 || tile.W < 1 || tile.W > 256 || last >= tlog.StoredHashCount(size) || (entries && tile.L != 0) {
			t.Errorf("%q passes for %+v of a log of %d entries", path, tile, size)
		}
	})
}
