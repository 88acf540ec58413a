package tlsh

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Examples that others publish: the first of avast/tlshc, the second of ThreatExchange.
func TestPublishedDigests(t *testing.T) {
	fox := strings.Repeat("The quick brown fox jumps over the lazy dog.", 6)
	for data, want := range map[string]string{
		fox[:len(fox)-1]: "T1F7D0024A251C5294648A1888438D98B292C8C51161211421643460022908221DCD8551",
		"A minimum string length must be 256 bytes! That's so much text this means it's not super useful for finding short text!": "T1DFB092A1724AC2C0D3CA48452291EA04A5B75EB903A6E7577A54118FFA8148E98F9426",
	} {
		d, err := Sum([]byte(data))
		if err != nil || d.String() != want {
			t.Errorf("%.40q…: %s, %v, want %s", data, d, err, want)
		}
	}
}

// made is data of so many different bytes.
func made(length, letters int) []byte {
	rng := rand.New(rand.NewPCG(uint64(length*1000+letters), 0))
	out := make([]byte, length)
	for i := range out {
		out[i] = byte(rng.IntN(letters))
	}
	return out
}

// The figures are of Debian's tlsh 3.4.4, of which 333 such files were compared. It has none
// for three letters, whose 27 triplets leave most buckets empty.
func TestDigestsOfTheReference(t *testing.T) {
	for _, tt := range []struct {
		length, letters int
		want            string
	}{
		{256, 26, "8DD0978B466F2403ABCA50AF3097D17A374F2AB311CECD2E1E4CF560C882A20C344E2C"},
		{437, 4, "C4E0A502979E3602B1B50A0610FC1B19D311EE283B2BCBD7A52C797BD6693C2378129C"},
		{656, 256, "10F0C8FF59239313842699E1ED4C1F4B3D8CB80C3604C5123DC169588F0C09FB0162C7"},
		{657, 26, "C10183F5AE20AD152158EAA6738C3564F51F552A8C63056C9B01A831A8F8331288A535"},
		{855, 10, "FE1100742AC06331B59FBB665EFBAC39482194206A474C3AF7935251CC002D47F353CA"},
		{3199, 256, "9D613C529C0291D14DFFE4686005E498381F5AFA633C9C5475E0C7E246ABF539FF5788"},
		{3200, 64, "62617C6C742634AB5580F4C6B8B0F7963EB78C56C9CDCFBD22F1C241199D11C19EC199"},
		{12345, 128, "5E42B000474E52D0A828F3FEE6ECEDD8E96174D42690C26E7F9EE1253A70247BD1B0B5"},
		{1000000, 26, "FF25F27B73C47C369786E57F63108865625F9C5D92AFE1D46B87AFABB48B6004F38200"},
		{256, 2, ""},
		{300, 3, ""},
		{262144, 3, ""},
	} {
		d, err := Sum(made(tt.length, tt.letters))
		if tt.want == "" {
			if !errors.Is(err, ErrTooUniform) || d != (Digest{}) {
				t.Errorf("%d bytes of %d letters: %s, %v", tt.length, tt.letters, d, err)
			}
		} else if got := d.String(); err != nil || got != "T1"+tt.want {
			t.Errorf("%d bytes of %d letters: %s, %v, want %s", tt.length, tt.letters, got, err, tt.want)
		}
	}
}

// The figures are of Debian's tlsh 3.4.4, of which 400 pairs were compared.
func TestDistancesOfTheReference(t *testing.T) {
	for _, tt := range []struct {
		a, b          string
		want, without int
	}{
		{"4E11A5230BEAF0D0D5244EE1192865141C08D5EA58014BFF7F4FBDC61273683AB49BA1", "60618603DB6E36827869090510BE2B1AD715FF253B178BE7B41D7D3EA66A3C33790258", 240, 180},
		{"8E61B703A75B3A5275680D0510BD1F1AD615BA153B278FF7AA29783FC2BB2C3279129C", "AD410876702A194CB0896863E461D06D703AC2D2D64BCE60637B3CD9669A9037345FAA", 272, 248},
		{"6341CD26BA58B514343D3B93802C3EDE935964192B334BCAAE0917D0A1372CD7FB1255", "E5115802A31F3B1275690C1510BD1B1BD615BA253B138FFBE519B97FC76B2C32791248", 300, 264},
		{"C7616D1AF6487504352D36A3847D299E9298B4193F334A8EAE1F1BE0D1663CDBF70252", "E9119606EA2AB362BCA6C669E103455BE0BD8E501C46D3901AF0601F569B49DB454B11", 370, 310},
		{"6322BF20B8C49E62301FA65DD599DDD18369F0E401BBC3D00E97B7D1AA82BC09FD8845", "7E01232B59D0C35D620B5A764F43DC7DC4A1BC9225B3EC0F478211D840827D4376E99E", 500, 284},
		{"8DD0978B466F2403ABCA50AF3097D17A374F2AB311CECD2E1E4CF560C882A20C344E2C", "4AD51202972E365235A9090510BE1B1ED606FB093F178BE7F6197A7A967E2C337E134C", 1305, 345},
	} {
		a, err1 := Parse(tt.a)
		b, err2 := Parse("T1" + tt.b)
		if err1 != nil || err2 != nil || a.Distance(b) != tt.want || a.DistanceWithoutLength(b) != tt.without {
			t.Errorf("%s %s: %d and %d, want %d and %d; %v, %v", tt.a, tt.b, a.Distance(b), a.DistanceWithoutLength(b), tt.want, tt.without, err1, err2)
		}
	}
}

// The table that later releases of the reference use in place of the logarithms; each length
// is the last with its value.
func TestScale(t *testing.T) {
	last := []int{1, 2, 3, 5, 7, 11, 17, 25, 38, 57, 86, 129, 194, 291, 437, 656, 854, 1110, 1443, 1876, 2439, 3171, 3475, 3823, 4205, 4626, 5088, 5597}
	for n, value := 1, 0; n <= last[len(last)-1]; n++ {
		if n > last[value] {
			value++
		}
		if int(scale(n)) != value {
			t.Errorf("a length of %d has %d, want %d", n, scale(n), value)
		}
	}
	for value, n := range map[byte]int{64: 190_335, 100: 5_883_796, 150: 690_704_607} {
		if scale(n) != value || scale(n+1) != value+1 {
			t.Errorf("around %d: %d and %d, want %d and one more", n, scale(n), scale(n+1), value)
		}
	}
}

func TestWhatHasNoDigest(t *testing.T) {
	if _, err := Sum(made(MinLength-1, 256)); !errors.Is(err, ErrTooShort) {
		t.Errorf("49 bytes: %v", err)
	}
	if _, err := Sum(made(MinLength, 256)); err != nil {
		t.Errorf("50 bytes: %v", err)
	}
	if _, err := Sum(make([]byte, 5000)); !errors.Is(err, ErrTooUniform) {
		t.Errorf("zeros: %v", err)
	}
	good := "T1F7D0024A251C5294648A1888438D98B292C8C51161211421643460022908221DCD8551"
	for _, s := range []string{"", "T1", "TNULL", good[:71], good + "0", "T2" + good[2:], good[2:71] + "G", strings.Repeat("é", 35)} {
		if d, err := Parse(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestDistanceIsSymmetricAndWritingKeepsAll(t *testing.T) {
	digest := rapid.Custom(func(t *rapid.T) Digest {
		d := Digest{Checksum: rapid.Byte().Draw(t, "checksum"), Length: rapid.Byte().Draw(t, "length"), Q1: rapid.Byte().Draw(t, "q1") & 15, Q2: rapid.Byte().Draw(t, "q2") & 15}
		copy(d.Code[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "code"))
		return d
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := digest.Draw(t, "a"), digest.Draw(t, "b")
		if back, err := Parse(strings.ToLower(a.String())); err != nil || back != a {
			t.Fatalf("%s came back as %s, %v", a, back, err)
		}
		if a.Distance(a) != 0 || a.Distance(b) != b.Distance(a) || (a.Distance(b) == 0) != (a == b) {
			t.Fatalf("%s and %s: %d and %d", a, b, a.Distance(b), b.Distance(a))
		}
		if a.Distance(b) < a.DistanceWithoutLength(b) {
			t.Fatal("the length made it nearer")
		}
	})
}

func TestAnAlteredTextIsNear(t *testing.T) {
	text := made(4000, 200)
	near := slices.Concat([]byte("once more: "), text[:1000], text[1020:])
	a, _ := Sum(text)
	b, _ := Sum(near)
	far, _ := Sum(made(4000, 201))
	if a.Distance(b) > 30 || a.Distance(far) < 100 {
		t.Errorf("the altered text is %d away, another %d", a.Distance(b), a.Distance(far))
	}
}

func FuzzSum(f *testing.F) {
	f.Add([]byte("short"))
	f.Add(made(300, 30))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Sum(data)
		if err != nil {
			return
		}
		if back, err := Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s came back as %s, %v", d, back, err)
		}
	})
}

func BenchmarkSum(b *testing.B) {
	data := made(1<<20, 64)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		Sum(data)
	}
}
