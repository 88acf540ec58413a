package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/minhash"
	"github.com/argine/argine/sound"
	"github.com/argine/argine/tlsh"
	"github.com/argine/argine/vpdq"
)

// film is made up: as many seconds as frames, none like another.
func film(seed uint64, seconds int) (out []vpdq.Feature) {
	r := rand.New(rand.NewPCG(seed, 21))
	for range seconds {
		out = append(out, vpdq.Feature{Hash: randomBits(r).Bytes(), Quality: 80})
	}
	return out
}

// cut puts films one after another, each frame altered by some bits.
func cut(bits int, films ...[]vpdq.Feature) string {
	var all []vpdq.Feature
	for _, f := range films {
		for _, frame := range f {
			for b := range bits {
				frame.Hash[b%32] ^= 1 << (b / 32)
			}
			frame.Frame, frame.Second = len(all), float64(len(all))
			all = append(all, frame)
		}
	}
	return string(vpdq.Format(all))
}

// music is made up: words that have nothing to do with each other.
func music(seed uint64, words int) (out sound.Print) {
	r := rand.New(rand.NewPCG(seed, 22))
	for range words {
		out = append(out, r.Uint32())
	}
	return out
}

// played puts recordings one after another, with three bits of each word altered.
func played(parts ...sound.Print) string {
	var all sound.Print
	for _, p := range parts {
		for _, word := range p {
			all = append(all, word^0x00100401)
		}
	}
	return string(sound.Format(all))
}

// story is made up of words without meaning.
func story(seed uint64, words int) []string {
	r := rand.New(rand.NewPCG(seed, 23))
	syllables := strings.Fields("ba de fi go lu ma ne pi ro su ta ve wi xo zu ka le mi no pu")
	out := make([]string, words)
	for i := range out {
		for range 2 + r.IntN(3) {
			out[i] += syllables[r.IntN(len(syllables))]
		}
	}
	return out
}

// retold tells a story with every n-th word replaced.
func retold(words []string, n int) string {
	out := append([]string(nil), words...)
	for i := n - 1; n > 0 && i < len(out); i += n {
		out[i] = fmt.Sprintf("changed%d", i)
	}
	return strings.Join(out, " ")
}

// carrying hands in an item with a thing of a kind.
func (w *world) carrying(name, kind, features string) id.Item {
	w.Helper()
	sum, err := w.store.PutBytes(w.Context(), []byte(features))
	if err != nil {
		w.Fatal(err)
	}
	target := w.item(name)
	digest := blob.SumOf([]byte(kind + features)).String()
	switch kind {
	case KindVPDQ, KindSound:
		m := medium{sha256: digest}
		if m.video = sum.String(); kind == KindSound {
			m.video, m.sound = "", sum.String()
		}
		w.exec("INSERT INTO medium (sha256, md5, mime, size, width, height, pdq, quality, video, sound, fault, at) VALUES ($1, '', 'video/mp4', 1, 1, 1, '', 0, $2, $3, '', $4) ON CONFLICT DO NOTHING", m.sha256, m.video, m.sound, sqldb.At(w.clock.at))
		w.exec("INSERT INTO item_medium (item_id, sha256, capture_id, url, at) VALUES ($1, $2, 'cap_1', '', $3)", target, digest, sqldb.At(w.clock.at))
	default:
		signature, ok := minhash.Sign(features)
		digested := ""
		if d, err := tlsh.Sum([]byte(features)); err == nil {
			digested = d.String()
		}
		signed := signature.String()
		if !ok {
			signed = ""
		}
		w.exec("INSERT INTO item_text (item_id, sha256, text, minhash, tlsh, at) VALUES ($1, $2, $3, $4, $5, $6)", target, digest, sum, signed, digested, sqldb.At(w.clock.at))
	}
	return target
}

// holding puts a thing into a bank as imports do.
func (w *world) holding(b Bank, kind, features, label string) {
	w.Helper()
	value := features
	if kind == KindTLSH {
		d, err := tlsh.Sum([]byte(features))
		if err != nil {
			w.Fatal(err)
		}
		value = d.String()
	} else if sum, err := w.store.PutBytes(w.Context(), []byte(features)); err == nil {
		value = sum.String()
	}
	if w.add(b, Entry{Kind: kind, Value: value, Label: label}) != 1 {
		w.Fatalf("%s was not added", label)
	}
}

// whole is a thing and what is found of it.
var whole = func() map[string]struct {
	entry string            // in a bank
	same  map[string]string // what matches it, and is another's re-upload
	other map[string]string // what does not
	near  string            // one that matches, kind distance and share
} {
	a, b, c := film(1, 30), film(2, 20), film(3, 40)
	m, n := music(1, 200), music(2, 300)
	s, o := story(1, 120), story(5, 120)
	type things = map[string]string
	return map[string]struct {
		entry string
		same  map[string]string
		other map[string]string
		near  string
	}{
		KindVPDQ: {cut(0, a), things{"all of it": cut(9, a), "an extract": cut(9, a[10:15]), "a compilation": cut(9, b, a, c), "a part of a compilation": cut(9, b, a[5:9], c)},
			things{"another": cut(0, b, c), "two seconds of it": cut(9, b, a[4:6], c), "all of it spoilt": cut(40, a)}, "vpdq 9 1000000"},
		KindSound: {string(sound.Format(m)), things{"all of it": played(m), "an extract": played(m[50:120]), "in a recording": played(n, m, n), "a part in a recording": played(n, m[20:140], n)},
			things{"another": played(n), "four seconds of it": played(n, m[20:52], n)}, "sound 24 1000000"},
		KindText: {retold(s, 0), things{"all of it": strings.ToUpper(retold(s, 0)), "some words changed": retold(s, 30), "punctuated": strings.ReplaceAll(retold(s, 0), " ", ", ")},
			things{"another": retold(story(2, 120), 0), "half of it": retold(s[:60], 0), "too short": retold(s[:2], 0)}, "text 0 1000000"},
		KindTLSH: {retold(o, 0), things{"all of it": retold(o, 0)}, things{"another": retold(story(2, 120), 0)}, "tlsh 0 0"},
	}
}()

func TestFoundByFeatures(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31)
		x := w.open()
		for kind, tt := range whole {
			var same, other []id.Item
			for name, features := range tt.same {
				same = append(same, w.carrying(kind+name, kind, features))
			}
			for name, features := range tt.other {
				other = append(other, w.carrying(kind+name, kind, features))
			}
			w.holding(b, kind, tt.entry, "label of "+kind)
			w.retro(x, b)
			for _, target := range same {
				found := w.find(x, target).Matches
				if len(found) != 1 || found[0].Kind != kind || found[0].Label != "label of "+kind {
					w.Errorf("%s matches %+v", target, found)
				}
				if diff := cmp.Diff(found, w.kept(target).Matches); diff != "" {
					w.Errorf("%s (-forwards +backwards):\n%s", target, diff)
				}
			}
			for _, target := range other {
				if found := w.find(x, target).Matches; len(found) != 0 || len(w.kept(target).Matches) != 0 {
					w.Errorf("%s matches %+v, backwards %+v", target, found, w.kept(target).Matches)
				}
			}
			all := w.find(x, id.Item("itm_"+kind+"all of it")).Matches[0]
			if got := fmt.Sprintf("%s %d %d", all.Kind, all.Distance, all.Share); got != tt.near {
				w.Errorf("all of it matches as %s, want %s", got, tt.near)
			}
			w.lookedUp(x, kind, tt.same, 1)
			w.lookedUp(x, kind, tt.other, 0)
			w.lookedUp(w.open(), kind, tt.same, 1)
		}
		w.audited(func(tx *sqldb.Tx) error {
			entries, err := sqldb.Column[id.Entry](tx, "SELECT id FROM bank_entry")
			if err == nil {
				_, err = Retract(tx, keeper, b.ID, "a test", entries...)
			}
			return err
		})
		w.refresh(x)
		for _, s := range x.Status() {
			if s.Size != 0 {
				w.Errorf("after all were retracted: %+v", s)
			}
		}
	})
}

func (w *world) lookedUp(x *Index, kind string, things map[string]string, want int) {
	w.Helper()
	for name, value := range things {
		if kind == KindTLSH {
			d, _ := tlsh.Sum([]byte(value))
			value = d.String()
		}
		if list, err := x.Lookup(w.Context(), Query{kind, value, nil, -1}); len(list) != want || err != nil {
			w.Errorf("looking up %s, %s gives %+v, %v", kind, name, list, err)
		}
	}
}

func TestReuploadsByFeatures(t *testing.T) {
	each(t, func(w *world) {
		x := w.open()
		for kind, tt := range whole {
			if kind == KindTLSH { // texts are tied by what they say
				continue
			}
			w.clock.at = day(1)
			first := w.carrying("first"+kind, kind, tt.entry)
			w.find(x, first)
			w.gone(first, day(2))
			w.carrying("standing"+kind, kind, tt.entry)
			w.clock.at = day(3)
			for name, features := range tt.same {
				again := w.carrying("again"+kind+name, kind, features)
				for _, index := range []*Index{x, w.open()} {
					ties := w.find(index, again).Reuploads
					if len(ties) != 1 || ties[0].Earlier != first || ties[0].Kind != kind || ties[0].SHA256 == ties[0].EarlierSHA256 {
						w.Errorf("%s, %s: ties %+v", kind, name, ties)
					}
				}
				w.save(again, w.find(x, again))
				if kept := w.kept(again).Reuploads; len(kept) != 1 || kept[0].Kind != kind {
					w.Errorf("kept %+v", kept)
				}
			}
			for name, features := range tt.other {
				if ties := w.find(x, w.carrying("other"+kind+name, kind, features)).Reuploads; len(ties) != 0 {
					w.Errorf("%s, %s: ties %+v", kind, name, ties)
				}
			}
		}
	})
}

// TestShortTextsAreNoReuploads: people write them again without knowing of each other. A
// bank's keeper chose its own.
func TestShortTextsAreNoReuploads(t *testing.T) {
	each(t, func(w *world) {
		short := strings.Join(story(7, 8), " ")
		if n := len(minhash.Shingles(short)); n < minhash.Least || n >= leastAgain {
			w.Fatalf("the text has %d shingles", n)
		}
		w.gone(w.carrying("first", KindText, short), day(2))
		w.clock.at = day(3)
		w.holding(w.bank("BANK", 31), KindText, short, "chosen")
		found := w.find(w.open(), w.carrying("again", KindText, short))
		if len(found.Matches) != 1 || len(found.Reuploads) != 0 {
			w.Errorf("found %+v", found)
		}
	})
}

func TestMissingFeatures(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31, Entry{Kind: KindVPDQ, Value: strings.Repeat("0a", 32), Label: "lost"})
		w.holding(b, KindVPDQ, whole[KindVPDQ].entry, "kept")
		w.holding(b, KindSound, "no sound at all", "nonsense")
		x := w.open()
		if x.Fault() == nil {
			w.Error("no fault is told")
		}
		if got := brief(w.find(x, w.carrying("one", KindVPDQ, whole[KindVPDQ].entry))); len(got) != 1 {
			w.Errorf("found %q", got)
		}
		w.retro(x, b)
		for _, q := range []Query{{KindVPDQ, "no film", nil, -1}, {KindSound, "x", nil, -1}, {KindTLSH, "T1", nil, -1}} {
			if _, err := x.Lookup(w.Context(), q); !problem.Is(err, problem.Invalid) {
				w.Errorf("%+v gives %v", q, err)
			}
		}
	})
}
