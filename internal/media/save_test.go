package media

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func save(t *testing.T, db *sqldb.DB, item id.Item, c id.Capture, in Extracted) {
	t.Helper()
	if err := db.Update(t.Context(), func(tx *sqldb.Tx) error { return Save(tx, audit.System, item, c, in) }); err != nil {
		t.Fatal(err)
	}
}

func TestSaveOnceAndReadBack(t *testing.T) {
	at := time.Date(2027, 4, 26, 7, 0, 0, 0, time.UTC)
	a := Medium{SHA256: "aa", MD5: "a5", SHA1: "a1", SHA512: "a512", Video: blob.SumOf([]byte("v")), Sound: blob.SumOf([]byte("s")), DurationMS: 1500, MIME: "image/png", Size: 7, Width: 3, Height: 4, PDQ: "ff", Quality: 99, URL: "https://x.example/a"}
	b := Medium{SHA256: "bb", MD5: "b5", MIME: "image/gif", Size: 8, Fault: FaultDamaged, URL: "https://x.example/b"}
	dbtest.EachAt(t, func() time.Time { return at }, func(t *testing.T, db *sqldb.DB) {
		save(t, db, "itm_1", "cap_1", Extracted{Media: []Medium{b, a}, Texts: []TextPrint{{Digest: "cc", Text: blob.SumOf([]byte("t")), Minhash: "mh", TLSH: "T1", Medium: "aa"}}})
		save(t, db, "itm_1", "cap_1", Extracted{Media: []Medium{b, a}, Texts: []TextPrint{{Digest: "cc", Text: blob.SumOf([]byte("t")), Minhash: "mh", TLSH: "T1", Medium: "aa"}}}) // the job ran again
		other := a
		other.URL = "https://y.example/a"
		save(t, db, "itm_2", "cap_2", Extracted{Media: []Medium{other}, Texts: []TextPrint{{Digest: "cc", Text: blob.SumOf([]byte("t")), Minhash: "mh", TLSH: "T1", Medium: "aa"}}})
		save(t, db, "itm_3", "cap_3", Extracted{})
		of := func(m Medium, c id.Capture) Medium { m.Capture, m.At = c, at; return m }
		want := map[id.Item][]Medium{"itm_1": {of(a, "cap_1"), of(b, "cap_1")}, "itm_2": {of(other, "cap_2")}, "itm_3": nil}
		events := map[id.Item]int{"itm_1": 1, "itm_2": 1, "itm_3": 0}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			for item, list := range want {
				got, err := Of(tx, item)
				if diff := cmp.Diff(list, got); diff != "" || err != nil {
					t.Errorf("%s: %v %s", item, err, diff)
				}
				history, err := audit.History(tx, string(item))
				if err != nil || len(history) != events[item] || len(history) > 0 && history[0].Verb != "media.fingerprinted" {
					t.Errorf("%s: events %v, %v", item, history, err)
				}
			}
			items, err := ItemsWith(tx, "aa")
			if diff := cmp.Diff([]id.Item{"itm_1", "itm_2"}, items); diff != "" || err != nil {
				t.Error(err, diff)
			}
			one, err := Get(tx, "bb")
			bare := b
			bare.URL, bare.At = "", at
			if diff := cmp.Diff(bare, one); diff != "" || err != nil {
				t.Error(err, diff)
			}
			if _, err := Get(tx, "dd"); !problem.Is(err, problem.NotFound) {
				t.Errorf("a medium from nowhere: %v", err)
			}
			var n int
			if err := tx.Row("SELECT COUNT(*) FROM item_text WHERE sha256 = 'cc' AND text = $1 AND minhash = 'mh' AND tlsh = 'T1' AND medium = 'aa'", blob.SumOf([]byte("t"))).Scan(&n); err != nil || n != 2 {
				t.Errorf("%d texts, %v", n, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		err = db.Update(t.Context(), func(tx *sqldb.Tx) error { return Save(tx, audit.System, "itm_1", "", Extracted{}) })
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("without a capture: %v", err)
		}
	})
}

// A film that was taken in where ffmpeg was missing gets its fingerprints when it comes again.
func TestAMissingDecoderIsMadeUpFor(t *testing.T) {
	clock := time.Date(2027, 4, 26, 7, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return clock }, func(t *testing.T, db *sqldb.DB) {
		film := Medium{SHA256: "ff", MIME: "video/mp4", Fault: FaultNoDecoder, URL: "https://x.example/f"}
		save(t, db, "itm_1", "cap_1", Extracted{Media: []Medium{film}})
		clock = clock.Add(time.Hour)
		whole := film
		whole.Fault, whole.Video, whole.DurationMS, whole.Width = "", blob.SumOf([]byte("features")), 4000, 640
		for range 2 { // once more changes nothing, or there would be an event too many
			save(t, db, "itm_1", "cap_1", Extracted{Media: []Medium{whole}})
		}
		worse := film
		worse.Video = blob.SumOf([]byte("others"))
		save(t, db, "itm_1", "cap_1", Extracted{Media: []Medium{worse}})
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			got, err := Get(tx, "ff")
			if err != nil || got.Video != whole.Video || got.Fault != "" || got.DurationMS != 4000 || got.Width != 640 || !got.At.Equal(clock) {
				t.Errorf("%+v, %v", got, err)
			}
			history, err := audit.History(tx, "itm_1")
			if err != nil || len(history) != 2 {
				t.Errorf("%d events, %v", len(history), err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// From a page on a server to rows in both databases.
func TestFromThePageToTheRows(t *testing.T) {
	picture := asPNG(t, pattern(9, 256, 192))
	bomb := vast(30_000, 30_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/p.png":
			w.Write(picture)
		case "/bomb.png":
			w.Write(bomb)
		case "/half.png":
			w.Write(picture[:len(picture)/2])
		default:
			w.Write([]byte("<!doctype html><title>t</title>Some text<img src=/p.png><img src=/bomb.png><img src=/half.png>"))
		}
	}))
	defer server.Close()
	door, err := fetch.New(fetch.Config{AllowLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	store := newStore(t)
	taken, err := capture.Take(t.Context(), door, store, server.URL+"/", time.Now())
	if err != nil || len(taken.Media) != 3 || !bytes.Contains([]byte(taken.Media[0].URL), []byte("/p.png")) {
		t.Fatalf("%+v, %v", taken, err)
	}
	extracted, err := Extract(t.Context(), store, taken.Media, taken.Text)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			c, err := capture.Save(tx, audit.System, "itm_1", taken, tx.Now)
			if err != nil {
				return err
			}
			return Save(tx, audit.System, "itm_1", c, extracted)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			faults := map[string]int{}
			list, err := Of(tx, "itm_1")
			for _, m := range list {
				faults[m.Fault]++
				if (m.PDQ == "") == (m.Fault == "") {
					t.Errorf("%+v", m)
				}
			}
			if diff := cmp.Diff(map[string]int{"": 1, FaultTooLarge: 1, FaultTruncated: 1}, faults); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
