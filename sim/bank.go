package sim

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// BankName is what the bank that BankCSV fills is called.
const BankName = "EXAMPLE_EXCHANGE"

var labels = []string{"Example Front, series %d", "Sample Brigade, leaflet %d", "unsorted, batch %d"}

// BankCSV writes a bank of n fingerprints: kind, value, label, provenance. The planted
// ones stand among random bits, which nothing in the world resembles.
func (w *World) BankCSV(n int) []byte {
	rng := w.stream("bank", 0)
	planted := w.planted()
	n = max(n, len(planted))
	at := map[int]int{}
	for i := range planted {
		at[i*(n/len(planted))+rng.IntN(n/len(planted))] = i
	}
	var out bytes.Buffer
	out.Grow(n * 120)
	out.WriteString("kind,value,label,provenance\n")
	for i := range n {
		kind, value := noise(rng)
		if k, ok := at[i]; ok {
			kind, value = planted[k][0], planted[k][1]
		}
		fmt.Fprintf(&out, "%s,%s,\"", kind, value)
		fmt.Fprintf(&out, labels[rng.IntN(len(labels))], 1+rng.IntN(400))
		fmt.Fprintf(&out, "\",made-up exchange %c\n", 'A'+rng.IntN(3))
	}
	return out.Bytes()
}

// noise is a fingerprint of nothing.
func noise(rng *rand.Rand) (kind, value string) {
	var b [32]byte
	for i := 0; i < len(b); i += 8 {
		x := rng.Uint64()
		for k := range 8 {
			b[i+k] = byte(x >> (8 * k))
		}
	}
	switch rng.IntN(20) {
	case 0:
		return "md5", hex.EncodeToString(b[:16])
	case 1:
		return "sha256", hex.EncodeToString(b[:])
	}
	return "pdq", hex.EncodeToString(b[:])
}

// planted are the kind and value of the fingerprints of the world's own media.
func (w *World) planted() [][2]string {
	var out [][2]string
	for f := range w.families {
		m := medium{family: f}
		switch w.families[f].plant {
		case plantPDQ:
			hash, _ := w.media.pdq(m)
			out = append(out, [2]string{"pdq", hash.String()})
		case plantSHA256:
			out = append(out, [2]string{"sha256", w.media.sha256(m)})
		case plantMD5:
			out = append(out, [2]string{"md5", w.media.md5(m)})
		}
	}
	return out
}
