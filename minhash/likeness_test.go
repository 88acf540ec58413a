package minhash

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// disguises change a text without changing what is read. Each leaves its likeness whole.
var disguises = []struct {
	name string
	do   func(rng *rand.Rand, text string) string
}{
	{"look-alikes", func(rng *rand.Rand, text string) string {
		return each(rng, text, 3, func(r rune) string {
			for i, latin := range "aceopxi" {
				if r == latin || r == []rune("асеорхі")[i] || r == []rune("αϲεορχι")[i] {
					return string([]rune{latin, []rune("асеорхі")[i], []rune("αсεορχι")[i]}[rng.IntN(3)])
				}
			}
			return string(r)
		})
	}},
	{"zero width", func(rng *rand.Rand, text string) string {
		return each(rng, text, 4, func(r rune) string {
			return string(r) + []string{"\u200b", "\u2060", "\u200d", "\u202d", "\ufe0f", "\u00ad"}[rng.IntN(6)]
		})
	}},
	{"stretched", func(rng *rand.Rand, text string) string {
		return each(rng, text, 9, func(r rune) string {
			if unicode.IsLetter(r) {
				return strings.Repeat(string(r), 2+rng.IntN(5))
			}
			return string(r)
		})
	}},
	{"capitals", func(_ *rand.Rand, text string) string { return strings.ToUpper(text) }},
	{"punctuation", func(rng *rand.Rand, text string) string {
		return each(rng, text, 5, func(r rune) string { return string(r) + []string{"*", " ", ".", "🙂", "\n"}[rng.IntN(5)] })
	}},
	{"full width", func(_ *rand.Rand, text string) string {
		return strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7f {
				return r + 0xfee0
			}
			return r
		}, text)
	}},
	{"links and handles", func(rng *rand.Rand, text string) string {
		return fmt.Sprintf("https://t.example/%d @desk%d %s www.x.example/%[1]d", rng.IntN(1e6), rng.IntN(100), text)
	}},
	{"Arabic marks", func(rng *rand.Rand, text string) string {
		return each(rng, text, 4, func(r rune) string {
			if unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) {
				return string(r) + []string{"\u064e", "\u0651", "\u0640", "\u0640\u0640"}[rng.IntN(4)]
			}
			return string(r)
		})
	}},
	{"Arabic letters", func(rng *rand.Rand, text string) string {
		return strings.NewReplacer("أ", "ا", "إ", "آ", "ة", "ه", "ي", "ی", "ك", "ک", "ە", "ه", "ۆ", "و").Replace(text)
	}},
}

func isLoose(l tongue) bool { return !slices.Contains([]string{"hi", "bn", "ta", "th"}, l.code) }

// each applies do to about every nth character.
func each(rng *rand.Rand, text string, n int, do func(rune) string) string {
	var out strings.Builder
	for _, r := range text {
		if r != ' ' && rng.IntN(n) == 0 {
			out.WriteString(do(r))
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func TestDisguisesDoNotCount(t *testing.T) {
	for _, l := range tongues {
		rng := rand.New(rand.NewPCG(1, 2))
		for _, d := range disguises {
			worst, sum := 1.0, 0.0
			for range 8 {
				text := l.join(l.made(rng, 40))
				j := Jaccard(Shingles(text), Shingles(d.do(rng, text)))
				worst, sum = min(worst, j), sum+j
			}
			// Vowels written in two parts, when stretched, are no repeated letter.
			least := 1.0
			if d.name == "stretched" && !isLoose(l) {
				least = 0.9
			}
			if worst < least {
				t.Errorf("%s: %s leave %.2f, on average %.2f", l.code, d.name, worst, sum/8)
			}
		}
	}
}

// Altered texts are found, in every language: of the pairs whose Jaccard index is at least a
// half, 99 in 100 by an index made for a half.
func TestAlteredTextsAreFound(t *testing.T) {
	const texts, length = 24, 60
	index, err := NewIndex[string](Half)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string][]string{}
	rng := rand.New(rand.NewPCG(3, 4))
	for _, l := range tongues {
		for n := range texts {
			key := fmt.Sprint(l.code, n)
			kept[key] = l.made(rng, length)
			s, ok := Sign(l.join(kept[key]))
			if !ok {
				t.Fatalf("%s: a text of %d words is too short", l.code, length)
			}
			index.Insert(key, s)
		}
	}
	shares := []float64{0.02, 0.05, 0.1, 0.15, 0.2}
	var alike, found int
	for _, l := range tongues {
		row := fmt.Sprintf("%-3s", l.code)
		for _, share := range shares {
			hit, sum := 0, 0.0
			for n := range texts {
				key := fmt.Sprint(l.code, n)
				set := Shingles(l.join(l.altered(rng, kept[key], share)))
				j := Jaccard(set, Shingles(l.join(kept[key])))
				sum += j
				candidates := index.Search(set.Signature())
				is := slices.ContainsFunc(candidates, func(c Candidate[string]) bool { return c.Key == key })
				if is {
					hit++
				}
				if j >= 0.5 {
					alike++
					if is {
						found++
					}
				}
				for _, c := range candidates {
					if c.Key != key && Jaccard(set, Shingles(l.join(kept[c.Key]))) >= 0.5 {
						t.Errorf("%s is like %s", key, c.Key)
					}
				}
			}
			row += fmt.Sprintf("  %.2f %3d%%", sum/texts, 100*hit/texts)
		}
		t.Log(row)
	}
	t.Logf("of %d pairs of 0.5 and more %d were found", alike, found)
	if alike < 2000 || float64(found) < 0.99*float64(alike) {
		t.Errorf("of %d pairs of 0.5 and more only %d were found", alike, found)
	}
}

// The estimate has the spread of 128 independent throws, and no bias, for small sets as for large.
func TestEstimate(t *testing.T) {
	for _, size := range []int{5, 40, 200, 3000} {
		for _, want := range []float64{0.2, 0.5, 0.8} {
			rng := rand.New(rand.NewPCG(uint64(size), 9))
			const rounds = 150
			var sum, square float64
			both := int(float64(size)*want + 0.5)
			exact := float64(both) / float64(size)
			for range rounds {
				var a, b Set
				for i := range size {
					h := rng.Uint64()
					switch {
					case i < both:
						a, b = append(a, h), append(b, h)
					case i%2 == 0:
						a = append(a, h)
					default:
						b = append(b, h)
					}
				}
				e := a.Signature().Estimate(b.Signature())
				sum, square = sum+e-exact, square+(e-exact)*(e-exact)
			}
			bias, spread := sum/rounds, math.Sqrt(square/rounds)
			limit := math.Sqrt(exact * (1 - exact) / Size)
			if math.Abs(bias) > 4*limit/math.Sqrt(rounds) || spread > 1.2*limit {
				t.Errorf("%d shingles of Jaccard %.2f: bias %.4f, spread %.4f, want at most %.4f", size, exact, bias, spread, limit)
			}
		}
	}
}

func TestJaccardIsSymmetricAndOneForTheSame(t *testing.T) {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("abc déж花ท ")), 0, 60, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := Shingles(text.Draw(t, "a")), Shingles(text.Draw(t, "b"))
		if Jaccard(a, b) != Jaccard(b, a) || Jaccard(a, b) > 1 || Jaccard(a, b) < 0 {
			t.Fatalf("%v and %v", Jaccard(a, b), Jaccard(b, a))
		}
		if len(a) > 0 && (Jaccard(a, a) != 1 || Within(a, a) != 1 || a.Signature().Estimate(a.Signature()) != 1) {
			t.Fatal("a text is not like itself")
		}
		if both := Jaccard(a, b); Within(a, b) < both || Within(b, a) < both {
			t.Fatal("a part is less in the whole than both are alike")
		}
		if s := a.Signature(); len(a) > 0 {
			if back, err := Parse(s.String()); err != nil || back != s {
				t.Fatalf("%v", err)
			}
		}
	})
}

func TestShingles(t *testing.T) {
	for text, want := range map[string]int{"": 0, "?!": 0, "rain": 1, "rainrai1": 1, "rain rain": 1, "the rain in spain": 7, "花园下": 1, "花园下雨车站": 4, "정원비가": 1, "정원비가역": 2, "garden花园": 2} {
		if got := len(Shingles(text)); got != want {
			t.Errorf("%q has %d shingles, want %d", text, got, want)
		}
	}
	if Jaccard(Shingles("The rain in the garden"), Shingles("THE RAIN, in-the-gar den")) != 1 {
		t.Error("spaces count")
	}
	if Jaccard(nil, nil) != 0 || Within(nil, Set{1}) != 0 || Within(Set{1, 2}, Set{2, 3, 4}) != 0.5 {
		t.Error("of empty sets")
	}
	if _, ok := Sign("page not found"); ok {
		t.Error("a text of three words has a signature")
	}
	if (Set{}).Signature() != (Signature{}) {
		t.Error("nothing has a signature")
	}
}

// Signatures are kept and exchanged: they must not change.
func TestGoldenSignatures(t *testing.T) {
	var got strings.Builder
	for _, l := range tongues {
		text := l.join(l.made(rand.New(rand.NewPCG(5, 6)), 12))
		s, ok := Sign(text)
		fmt.Fprintf(&got, "%s %v %s\n%s\n%s\n", l.code, ok, text, Normalise(text), s)
	}
	file := filepath.Join("testdata", "signatures.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || string(want) != got.String() {
		t.Errorf("signatures changed: those that databases hold would no longer match (%v)", err)
	}
}

func TestParseRefuses(t *testing.T) {
	s, _ := Sign(strings.Repeat("The rain gauge in the garden. ", 3))
	good := s.String()
	for _, text := range []string{"", good[1:], good + "A", good[:682] + "!", good[:682] + "_", "\n" + good} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%.20q… was read", text)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	for _, code := range []string{"en", "ar", "zh"} {
		l := tongues[slices.IndexFunc(tongues, func(l tongue) bool { return l.code == code })]
		text := l.join(l.made(rand.New(rand.NewPCG(1, 1)), 500))
		b.Run(code, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Sign(text)
			}
		})
		b.Run(code+"/plain", func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Normalise(text)
			}
		})
	}
}
