package hamming

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

func drawn(n int) []Entry {
	r, all := rand.New(rand.NewPCG(31, 0)), make([]Entry, n)
	for i := range all {
		all[i] = Entry{Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}, uint64(i)}
	}
	return all
}

// TestSections: an index made of another's memory answers like it.
func TestSections(t *testing.T) {
	for _, n := range []int{0, 1, smallest - 1, smallest, 5000} {
		entries := drawn(n)
		x := Build(entries)
		y, err := fromSections(n, x.width, x.sections())
		if err != nil {
			t.Fatalf("n = %d: %v", n, err)
		}
		for _, e := range entries[:min(n, 100)] {
			for _, radius := range []int{0, 31, 110} {
				a, b := x.Search(e.Bits, radius, nil), y.Search(e.Bits, radius, nil)
				if len(a) == 0 || !slices.Equal(a, b) {
					t.Fatalf("n = %d, radius %d: %v and %v", n, radius, a, b)
				}
			}
		}
		if x.Size() != y.Size() {
			t.Errorf("sizes %d and %d", x.Size(), y.Size())
		}
	}
}

func TestSectionsDamaged(t *testing.T) {
	x := Build(drawn(2000))
	for name, damage := range map[string]func(n *int, width *uint, s [][]byte) [][]byte{
		"fewer sections": func(_ *int, _ *uint, s [][]byte) [][]byte { return s[1:] },
		"other length":   func(n *int, _ *uint, s [][]byte) [][]byte { *n++; return s },
		"negative":       func(n *int, _ *uint, s [][]byte) [][]byte { *n = -1; return s },
		"other width":    func(_ *int, w *uint, s [][]byte) [][]byte { *w++; return s },
		"short section":  func(_ *int, _ *uint, s [][]byte) [][]byte { s[3] = s[3][:len(s[3])-1]; return s },
		"misaligned": func(_ *int, _ *uint, s [][]byte) [][]byte {
			s[1] = make([]byte, len(s[1])+1)[1:]
			return s
		},
		"backward start": func(_ *int, _ *uint, s [][]byte) [][]byte {
			s[2] = slices.Clone(s[2])
			*(*uint32)(unsafe.Pointer(&s[2][40])) = 1 << 20
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			n, width := x.Len(), x.width
			s := damage(&n, &width, x.sections())
			if _, err := fromSections(n, width, s); err == nil {
				t.Error("accepted")
			}
		})
	}
}
