package sound

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// music is a made-up fingerprint: words that change in about five bits each, as those of
// music do, and keep clear of silence.
func music(rng *rand.Rand, words int) Print {
	p := make(Print, words)
	word := rng.Uint32()
	for i := range p {
		for range 5 {
			word ^= 1 << rng.IntN(32)
		}
		for bits.OnesCount32(word^flat) < 13 {
			word ^= 1 << rng.IntN(32)
		}
		p[i] = word
	}
	return p
}

// recoded changes every bit with the probability of rate.
func recoded(rng *rand.Rand, p Print, rate float64) Print {
	out := slices.Clone(p)
	for i := range out {
		for bit := range 32 {
			if rng.Float64() < rate {
				out[i] ^= 1 << bit
			}
		}
	}
	return out
}

func TestAnExtractIsFoundWhereItStands(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	bank := music(rng, 4850) // ten minutes
	for _, from := range []int{0, 1234, 4850 - 60} {
		extract := recoded(rng, bank[from:from+60], 0.09)
		query := slices.Concat(music(rng, 33), extract, music(rng, 50))
		got := Compare(query, bank)
		if len(got.Spans) != 1 {
			t.Fatalf("at %d: %+v", from, got)
		}
		s := got.Spans[0]
		off := func(got float64, word int) float64 { return math.Abs(got - Seconds(word)) }
		if off(s.Query.From, 33) > 1 || off(s.Query.To, 93) > 1 || off(s.Bank.From, from) > 1 || off(s.Bank.To, from+60) > 1 || s.ErrorRate > 0.13 {
			t.Errorf("at %d: %+v", from, s)
		}
		if math.Abs(got.QueryPercent-100*60/143.0) > 5 || math.Abs(got.BankPercent-100*60/4850.0) > 0.3 {
			t.Errorf("at %d: %+v", from, got)
		}
	}
	if other := Compare(music(rng, 3000), bank); other.Spans != nil || other.QueryPercent != 0 || other.BankPercent != 0 {
		t.Errorf("other music: %+v", other)
	}
}

func TestSilenceTonesAndNoiseMatchNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	still := func(word uint32) Print { return slices.Repeat(Print{word}, 400) }
	noise := func() Print { return recoded(rng, still(flat), 0.3) }
	for name, p := range map[string]Print{"silence": still(flat), "a tone": still(flat ^ 0x80000001), "noise": noise()} {
		if w := p.Windows(1); name != "noise" && len(w) > 0 {
			t.Errorf("%s has %d windows", name, len(w))
		}
		for other, q := range map[string]Print{"itself": p, "silence": still(flat), "noise": noise(), "music": music(rng, 400)} {
			if got := Compare(p, q); got.Spans != nil {
				t.Errorf("%s and %s: %+v", name, other, got)
			}
		}
	}
	// Nor does silence lengthen what matches.
	tune := music(rng, 100)
	got := Compare(slices.Concat(still(flat), tune), slices.Concat(still(flat), still(flat), tune))
	if len(got.Spans) != 1 || got.Spans[0].ErrorRate != 0 || got.Spans[0].Query.From < Seconds(395) || got.Spans[0].Query.To != Seconds(500) {
		t.Fatalf("%+v", got)
	}
}

// Whatever the extract's length and damage, a span is real: its words do agree.
func TestSpansAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		bank := music(rng, rapid.IntRange(0, 600).Draw(t, "bank"))
		length := rapid.IntRange(0, min(120, len(bank))).Draw(t, "extract")
		from := rng.IntN(len(bank) - length + 1)
		rate := rapid.SampledFrom([]float64{0, 0.05, 0.1, 0.2, 0.3}).Draw(t, "rate")
		query := slices.Concat(music(rng, rng.IntN(80)), recoded(rng, bank[from:from+length], rate), music(rng, rng.IntN(80)))
		got := Compare(query, bank)
		if length >= 48 && rate <= 0.1 && len(got.Spans) == 0 {
			t.Fatalf("%d words at a rate of %v are not found", length, rate)
		}
		for _, s := range got.Spans {
			q, b := int(math.Round(s.Query.From/WordSeconds)), int(math.Round(s.Bank.From/WordSeconds))
			n := int(math.Round((s.Query.To - s.Query.From) / WordSeconds))
			errors := 0
			for i := range n {
				errors += bits.OnesCount32(query[q+i] ^ bank[b+i])
			}
			if rate := float64(errors) / float64(32*n); n < MinWords || rate > MaxErrorRate || math.Abs(rate-s.ErrorRate) > 1e-9 {
				t.Fatalf("%+v: %d words, %v", s, n, rate)
			}
		}
		if got.QueryPercent > 100 || got.BankPercent > 100 || (got.QueryPercent > 0) != (len(got.Spans) > 0) {
			t.Fatalf("%+v", got)
		}
	})
}

func TestALoopProposesMuchAndCostsLittle(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	loop := slices.Repeat(music(rng, 50), 60)
	got := Compare(loop, loop)
	if len(got.Spans) == 0 || len(got.Spans) > mostSpans || got.QueryPercent != 100 || got.BankPercent != 100 {
		t.Errorf("%d spans, %v %v", len(got.Spans), got.QueryPercent, got.BankPercent)
	}
}

func TestWindows(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	p := music(rng, 30)
	at := func(stride int) (list []int) {
		for _, w := range p.Windows(stride) {
			list = append(list, w.Word)
			for j, word := range p[w.Word : w.Word+8] {
				if got := uint32(w.Bits[j/2] >> (32 * (1 - j%2))); got != word {
					t.Errorf("window %d, word %d: %x, want %x", w.Word, j, got, word)
				}
			}
		}
		return list
	}
	if diff := cmp.Diff([]int{0, 8, 16}, at(Stride)); diff != "" {
		t.Error(diff)
	}
	if n := len(at(1)); n != 23 {
		t.Errorf("%d windows of 30 words", n)
	}
	if Print(p[:7]).Windows(1) != nil {
		t.Error("a window of seven words")
	}
}

func TestForms(t *testing.T) {
	want := Print{0, 1, math.MaxUint32, flat}
	got, err := Parse(Format(want))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if got, err := Parse([]byte("DURATION")); err == nil {
		t.Errorf("read as %v", got)
	}
	if got, err := Parse([]byte("FINGERPRINT= -1, 627964279\n")); err != nil || !slices.Equal(got, Print{math.MaxUint32, flat}) {
		t.Errorf("with signs: %v, %v", got, err)
	}
	for _, text := range []string{"1,,2", "4294967296", "-2147483649", "1.5", "x"} {
		if got, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if got, err := FromRaw([]byte{0x77, 0xf9, 0x6d, 0x25}); err != nil || !slices.Equal(got, Print{flat}) {
		t.Errorf("raw: %v, %v", got, err)
	}
	if _, err := FromRaw(make([]byte, 5)); err == nil {
		t.Error("five bytes were read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("1,2,3"))
	f.Add([]byte("FINGERPRINT=-5"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		if again, err := Parse(Format(p)); err != nil || !slices.Equal(p, again) {
			t.Fatalf("%v was read back as %v, %v", p, again, err)
		}
	})
}

// BenchmarkCompare looks for ten seconds in ten minutes, and twenty minutes in twenty.
func BenchmarkCompare(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	bank := music(rng, 9700)
	for name, q := range map[string]Print{"10s": recoded(rng, bank[1000:1080], 0.09), "20min": slices.Concat(music(rng, 4000), recoded(rng, bank[4000:4100], 0.09), music(rng, 5600))} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if len(Compare(q, bank).Spans) != 1 {
					b.Fatal("not found")
				}
			}
		})
	}
}
