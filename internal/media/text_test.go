package media

import (
	"strings"
	"testing"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/minhash"
	"github.com/argine/argine/tlsh"
)

func TestTextsWithTheirPrints(t *testing.T) {
	store := newStore(t)
	long := "The rain gauge in the garden showed 34 millimetres this morning. Train 12 left the station two minutes late and arrived on time."
	for _, body := range []string{long, "All quiet", "", " \n", strings.Repeat("a", 500)} {
		f := found(t, store, "text/plain", []byte(body))
		p, err := printOf(t.Context(), store, f.Sum, "aa")
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(body) == "" {
			if p != (TextPrint{}) {
				t.Errorf("%q: %+v", body, p)
			}
			continue
		}
		if p.Digest != TextFingerprint(body) || p.Text != f.Sum || p.Medium != "aa" {
			t.Errorf("%.20q: %+v", body, p)
		}
		signed, ok := minhash.Sign(body)
		if is, err := minhash.Parse(p.Minhash); ok != (err == nil) || ok && is != signed || ok != (body == long) {
			t.Errorf("%.20q: signature %.20q, %v", body, p.Minhash, err)
		}
		if _, err := tlsh.Parse(p.TLSH); (err == nil) != (body == long) {
			t.Errorf("%.20q: TLSH %q, %v", body, p.TLSH, err)
		}
	}
	if p, err := printOf(t.Context(), store, blob.Sum{}, "aa"); p != (TextPrint{}) || err != nil {
		t.Errorf("of no text: %+v, %v", p, err)
	}
	if _, err := printOf(t.Context(), store, blob.SumOf([]byte("nowhere")), ""); !problem.Is(err, problem.NotFound) {
		t.Errorf("%v", err)
	}
}
