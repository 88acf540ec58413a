package sim

import (
	"bytes"
	"encoding/csv"
	"image"
	"slices"
	"testing"

	"github.com/argine/argine/pdq"
)

// apart is what unrelated media must differ in, in bits: half as much again as the radius.
const apart = 46

// hashes of the small world's media: hashing is most of what these tests cost.
var hashes = map[medium]pdq.Hash{}

func (w *World) hash(t *testing.T, m medium) pdq.Hash {
	h, ok := hashes[m]
	if !ok {
		var quality int
		if h, quality = w.media.pdq(m); quality < 50 {
			t.Errorf("%v has quality %d", m, quality)
		}
		hashes[m] = h
	}
	return h
}

func TestUnrelatedMediaAreFarApart(t *testing.T) {
	w := small(t)
	originals := make([]pdq.Hash, len(w.families))
	for f := range originals {
		originals[f] = w.hash(t, medium{family: f})
	}
	least := 256
	for a := range originals {
		for b := range a {
			if d := originals[a].Distance(originals[b]); d < least {
				least = d
				if d < apart {
					t.Errorf("families %d and %d are %d bits apart", a, b, d)
				}
			}
		}
	}
	t.Logf("%d families, at least %d bits apart", len(originals), least)
}

func TestAlteredMediaAreNear(t *testing.T) {
	w := small(t)
	sum, n, replaced := [forms]int{}, [forms]int{}, 0
	for f := range 24 {
		original := w.hash(t, medium{family: f})
		for k := formRecompressed; k < forms; k++ {
			d := original.Distance(w.hash(t, medium{f, k}))
			sum[k] += d
			n[k]++
			if d > nearEnough {
				replaced++
			}
		}
	}
	for k := formRecompressed; k < forms; k++ {
		t.Logf("form %d: %.1f bits in the mean", k, float64(sum[k])/float64(n[k]))
	}
	if replaced > 6 {
		t.Errorf("%d of 96 altered media are of no use", replaced)
	}
	for i := range w.items {
		for _, m := range w.items[i].media {
			if w.hash(t, medium{family: m.family}).Distance(w.hash(t, m)) > nearEnough {
				t.Errorf("item %d carries %v, which is too far from its original", i, m)
			}
		}
	}
}

func TestMediaAreWhatTheySay(t *testing.T) {
	seen, bodies := map[string]bool{}, map[string]medium{}
	for f := range 10 {
		for k := range forms {
			m := medium{f, k}
			b := render(1, m)
			if other, ok := bodies[string(b)]; ok {
				t.Errorf("%v and %v are the same bytes", m, other)
			}
			bodies[string(b)] = m
			img, format, err := image.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if want := map[string]string{"jpg": "jpeg"}[m.extension()]; format != m.extension() && format != want {
				t.Errorf("%v is called %s and is %s", m, m.extension(), format)
			}
			if b := img.Bounds(); b.Dx() < 100 || b.Dx() > wide || b.Dy() < 100 {
				t.Errorf("%v measures %v", m, b)
			}
			if back, ok := mediumAt(m.path(), f+1); !ok || back != m {
				t.Errorf("%s leads to %v", m.path(), back)
			}
			seen[format] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("formats: %v", seen)
	}
	for _, path := range []string{"/media/", "/media/1-0", "/media/99999-0.jpg", "/media/1-9.jpg", "/media/-1-0.jpg", "/media/a-b.jpg", "/media/1-0.exe"} {
		if m, ok := mediumAt(path, 20); ok {
			t.Errorf("%s leads to %v", path, m)
		}
	}
}

func TestBankHasThePlanted(t *testing.T) {
	w := small(t)
	rows, err := csv.NewReader(bytes.NewReader(w.BankCSV(5000))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 5001 || !slices.Equal(rows[0], []string{"kind", "value", "label", "provenance"}) {
		t.Fatalf("%d rows, the first %v", len(rows), rows[0])
	}
	values, entries := map[string]bool{}, []pdq.Hash{}
	size := map[string]int{"pdq": 64, "sha256": 64, "md5": 32}
	for _, row := range rows[1:] {
		if len(row[1]) != size[row[0]] || values[row[0]+row[1]] || row[2] == "" || row[3] == "" {
			t.Errorf("bad or repeated row %v", row)
		}
		values[row[0]+row[1]] = true
		if row[0] == "pdq" {
			h, _ := pdq.ParseHash(row[1])
			entries = append(entries, h)
		}
	}
	matched := 0
	for i := range w.items {
		it := &w.items[i]
		found := false
		for _, m := range it.media {
			hash := w.hash(t, m)
			found = found || values["sha256"+w.media.sha256(m)] || values["md5"+w.media.md5(m)] ||
				slices.ContainsFunc(entries, func(h pdq.Hash) bool { return h.Distance(hash) <= 31 })
		}
		if found {
			matched++
		}
		if found != (it.captured() && w.matches(it)) {
			t.Errorf("item %d: the bank finds it: %v, the truth says %v", i, found, !found)
		}
	}
	if want := w.Truth().Matched; matched != want {
		t.Errorf("%d items match, the truth says %d", matched, want)
	}
}

// TestReuploads finds re-uploads the long way: every pair of pages, every pair of media, bit by bit.
func TestReuploads(t *testing.T) {
	w := small(t)
	found, planted := 0, 0
	for i := range w.items {
		later := &w.items[i]
		if later.origin >= 0 {
			planted++
		}
		earlier := map[int]bool{}
		for k := range w.items {
			it := &w.items[k]
			_, gone := it.looks()
			if k == i || !w.delivered(it) || gone == 0 || !w.receivedAt(it).Add(gone).Before(w.WaveAt(later.wave)) {
				continue
			}
			for _, a := range it.media {
				for _, b := range later.media {
					if w.hash(t, a).Distance(w.hash(t, b)) <= 31 {
						earlier[k] = true
					}
				}
			}
		}
		if len(earlier) > 1 || len(earlier) == 1 && !earlier[later.origin] {
			t.Errorf("item %d is found to be a re-upload of %v, %d was meant", i, earlier, later.origin)
		}
		found += min(1, len(earlier))
	}
	if want := w.Truth().Reuploads; found != want || planted != want {
		t.Errorf("%d re-uploads found, %d planted, the truth says %d", found, planted, want)
	}
}

func BenchmarkRender(b *testing.B) {
	n := 0
	for b.Loop() {
		render(1, medium{n % 40, form(n % int(forms))})
		n++
	}
}
