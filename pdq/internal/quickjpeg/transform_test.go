package quickjpeg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestInverse compares with the definition (A.3.3) in double precision. Rounding
// twice with 13 bits may be one level off, and rarely is.
func TestInverse(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	off, n := 0, 0
	for range 3000 {
		var b block
		var exact [64]float64
		last := r.IntN(64)
		for k := range last + 1 {
			if k > 0 && k < last && r.IntN(3) > 0 {
				continue
			}
			v := int64(r.NormFloat64() * 400 / float64(k+2))
			at := int(natural[k])
			b[at/2] += v << (32 * (at % 2))
			add(&exact, float64(v), at/8, at%8)
		}
		out := make([]byte, 64)
		inverse(&b, last, out, 8)
		if b != (block{}) {
			t.Fatal("the coefficients were not cleared")
		}
		for i, got := range out {
			want := max(0, min(255, exact[i]+128))
			n++
			if d := math.Abs(float64(got) - want); d > 1 {
				t.Fatalf("sample %d is %d, want %v; last coefficient %d", i, got, want, last)
			} else if d > 0.51 {
				off++
			}
		}
	}
	if off*50 > n {
		t.Errorf("%d of %d samples are rounded the wrong way", off, n)
	}
}

// add adds the wave of one coefficient.
func add(to *[64]float64, value float64, v, u int) {
	scale := value / 4
	for _, f := range []int{u, v} {
		if f == 0 {
			scale /= math.Sqrt2
		}
	}
	for i := range to {
		y, x := float64(i/8), float64(i%8)
		to[i] += scale * math.Cos((2*x+1)*float64(u)*math.Pi/16) * math.Cos((2*y+1)*float64(v)*math.Pi/16)
	}
}

// TestFlat: a mean alone takes a short way to the same samples.
func TestFlat(t *testing.T) {
	for dc := int64(-2100); dc < 2100; dc++ {
		var short, long [64]byte
		inverse(&block{dc}, 0, short[:], 8)
		inverse(&block{dc}, 63, long[:], 8)
		if short != long {
			t.Fatalf("mean %d: %d, the long way %d", dc, short[0], long[0])
		}
	}
}
