package audit

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Any single byte that differs, in any body, stored hash, checkpoint or the copy, is found.
func TestAnyChangedByteIsFound(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(sizes...)
		rapid.Check(b.T, func(rt *rapid.T) {
			var undo func() error
			switch rapid.SampledFrom([]string{"body", "hash", "note", "copy"}).Draw(rt, "where") {
			case "body":
				undo = b.flip(rt, sqlOneBody, sqlSetBody, rapid.Int64Range(0, 39).Draw(rt, "entry"))
			case "hash":
				undo = b.flip(rt, sqlHash, sqlSetLeaf, rapid.Int64Range(0, 77).Draw(rt, "index"))
			case "note":
				size := rapid.SampledFrom([]int64{5, 13, 14, 20, 40}).Draw(rt, "size")
				var text string
				b.view(rt, func(tx *sqldb.Tx) error { return tx.Row(sqlSigned, size).Scan(&text) })
				b.write(rt, sqlSetNote, misspell(rt, text), size)
				undo = func() error { b.write(rt, sqlSetNote, text, size); return nil }
			case "copy":
				text, err := os.ReadFile(b.copyPath())
				if err != nil {
					rt.Fatal(err)
				}
				os.WriteFile(b.copyPath(), []byte(misspell(rt, string(text))), 0o644)
				undo = func() error { return os.WriteFile(b.copyPath(), text, 0o644) }
			}
			_, err := b.verify()
			if err := undo(); err != nil {
				rt.Fatal(err)
			}
			if !problem.Is(err, problem.Tampered) {
				rt.Fatalf("the change was not found: %v", err)
			}
		})
		if _, err := b.verify(); err != nil {
			b.Errorf("everything was put back: %v", err)
		}
	})
}

// The last letter of a signature in base 64 has two bits that decode to nothing.
func TestUnusedBitsOfASignatureCount(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(3, 4)
		text, err := b.log.Checkpoint(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
		end := len(text) - len("=\n") - 1
		at := strings.IndexByte(letters, text[end])
		if !strings.HasSuffix(text, "=\n") || at%4 != 0 {
			b.Fatalf("a signature ends otherwise:\n%s", text)
		}
		b.exec(sqlSetNote, text[:end]+letters[at+1:at+2]+"=\n", 7)
		if _, err := b.verify(); !problem.Is(err, problem.Tampered) {
			b.Errorf("got %v", err)
		}
	})
}

// misspell replaces one letter by another printable one; text columns take no other bytes.
func misspell(rt *rapid.T, text string) string {
	letters := []rune(text)
	i := rapid.IntRange(0, len(letters)-1).Draw(rt, "letter")
	old := letters[i]
	letters[i] = rapid.Rune().Filter(func(r rune) bool { return r != 0 && r != old }).Draw(rt, "new")
	return string(letters)
}

// flip changes one byte of a stored value.
func (b *bench) flip(rt *rapid.T, read, write sqldb.SQL, key int64) (undo func() error) {
	var value []byte
	b.view(rt, func(tx *sqldb.Tx) error { return tx.Row(read, key).Scan(&value) })
	changed := append([]byte(nil), value...)
	changed[rapid.IntRange(0, len(value)-1).Draw(rt, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(rt, "bits"))
	b.write(rt, write, changed, key)
	return func() error { b.write(rt, write, value, key); return nil }
}

func (b *bench) view(rt *rapid.T, fn func(tx *sqldb.Tx) error) {
	if err := b.db.View(b.Context(), fn); err != nil {
		rt.Fatal(err)
	}
}

func (b *bench) write(rt *rapid.T, q sqldb.SQL, args ...any) {
	err := b.db.Housekeeping(b.Context(), "test", func(tx *sqldb.Tx) error {
		_, err := tx.Exec(q, args...)
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
}
