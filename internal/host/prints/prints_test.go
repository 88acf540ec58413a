package prints

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
	"github.com/argine/argine/pdq"
	"github.com/argine/argine/vpdq"
)

func hashOf(bits ...int) string {
	var h pdq.Hash
	for _, b := range bits {
		h[b/8] ^= 1 << (b % 8)
	}
	return h.String()
}

func upTo(n int) (bits []int) {
	for i := range n {
		bits = append(bits, i)
	}
	return bits
}

func filmOf(seeds ...byte) string {
	var film []vpdq.Feature
	for i, seed := range seeds {
		var h pdq.Hash
		for j := range h {
			h[j] = byte(int(seed)*(j*j+7) + j*int(seed)*int(seed))
		}
		film = append(film, vpdq.Feature{Hash: h, Quality: 90, Frame: i, Second: float64(i)})
	}
	return string(vpdq.Format(film))
}

// learn is what a host does: it compares, then keeps.
func learn(t *testing.T, db *sqldb.DB, place string, list ...Print) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
		near, err := Compare(tx, place, list)
		if err != nil {
			return err
		}
		return Keep(tx, audit.System, place, Look, list, near)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func like(t *testing.T, db *sqldb.DB, place string) (list []Likeness) {
	t.Helper()
	if err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) { list, err = Like(tx, place); return err }); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestTheSameFileIsSureAndALikePictureIsNot, whichever place became known first; what is a bit
// too far or of poor quality is not told, and a place where something else stands now is alike
// no more.
func TestTheSameFileIsSureAndALikePictureIsNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		learn(t, db, "https://a.example/1", Print{Sum: "aa", PDQ: hashOf(), Quality: 90})
		learn(t, db, "https://a.example/2", Print{Sum: "aa", PDQ: hashOf(), Quality: 90}, Print{Sum: "text"})
		learn(t, db, "https://a.example/3", Print{Sum: "bb", PDQ: hashOf(upTo(31)...), Quality: 90})
		learn(t, db, "https://a.example/4", Print{Sum: "cc", PDQ: hashOf(upTo(32)...), Quality: 90})
		learn(t, db, "https://a.example/5", Print{Sum: "dd", PDQ: hashOf(1), Quality: 49})
		want := []Likeness{{"https://a.example/2", Exact, 0}, {"https://a.example/3", Picture, 31}}
		if got := like(t, db, "https://a.example/1"); !slices.Equal(got, want) {
			t.Errorf("the first is like %v, want %v", got, want)
		}
		want = []Likeness{{"https://a.example/1", Picture, 31}, {"https://a.example/2", Picture, 31}, {"https://a.example/4", Picture, 1}}
		if got := like(t, db, "https://a.example/3"); !slices.Equal(got, want) {
			t.Errorf("the third is like %v, want %v", got, want)
		}
		learn(t, db, "https://a.example/1", Print{Sum: "ee"})
		if got := like(t, db, "https://a.example/1"); len(got) != 0 {
			t.Errorf("other content stands there now, and it is like %v", got)
		}
		if got := like(t, db, "https://a.example/3"); len(got) != 2 {
			t.Errorf("the third is still like %v", got)
		}
	})
}

// TestAFilmThatHoldsAnotherIsLikeIt from either side.
func TestAFilmThatHoldsAnotherIsLikeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		learn(t, db, "https://a.example/whole", Print{Sum: "aa", Film: filmOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)})
		learn(t, db, "https://a.example/part", Print{Sum: "bb", Film: filmOf(3, 4, 5, 6, 77)})
		learn(t, db, "https://a.example/little", Print{Sum: "cc", Film: filmOf(3, 80, 81, 82, 83)})
		if got := like(t, db, "https://a.example/whole"); !slices.Equal(got, []Likeness{{"https://a.example/part", Film, 80}}) {
			t.Errorf("the whole is like %v", got)
		}
		if got := like(t, db, "https://a.example/part"); !slices.Equal(got, []Likeness{{"https://a.example/whole", Film, 80}}) {
			t.Errorf("the part is like %v", got)
		}
	})
}

// TestALookIsTriedAgainAndThenLeft, and one that is planned anew begins anew.
func TestALookIsTriedAgainAndThenLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Housekeeping(t.Context(), "a test", func(tx *sqldb.Tx) error {
			task := Task{Canonical: "https://a.example/1", URL: "https://a.example/1?x", Case: "cas_1"}
			if err := Plan(tx, []Task{task, task, {URL: "no address"}}); err != nil {
				return err
			}
			start, tries := tx.Now, 0
			for range 20 {
				due, err := Due(tx, 10)
				if err != nil {
					return err
				}
				if len(due) == 0 {
					break
				}
				if len(due) != 1 || due[0].Attempts != tries {
					t.Fatalf("due: %+v", due)
				}
				tries++
				if err := Settle(tx, due[0], "HTTP 503", true); err != nil {
					return err
				}
				tx.Now = tx.Now.Add(2 * time.Hour)
			}
			why, err := Failure(tx, task.Canonical)
			if err != nil || why != "HTTP 503" || tries != 1+len(pauses) {
				t.Errorf("after %d attempts from %v: %q, %v", tries, start, why, err)
			}
			if err := Plan(tx, []Task{task}); err != nil {
				return err
			}
			due, err := Due(tx, 10)
			if len(due) != 1 || due[0].Attempts != 0 {
				t.Errorf("planned anew: %+v", due)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestFingerprintsGoWhenWhatWasRemovedGoes.
func TestFingerprintsGoWhenWhatWasRemovedGoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		learn(t, db, "https://a.example/1", Print{Sum: "aa", PDQ: hashOf(), Quality: 90})
		learn(t, db, "https://a.example/2", Print{Sum: "bb", PDQ: hashOf(1), Quality: 90})
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			for _, at := range []struct {
				days, old int
			}{{180, 0}, {185, 2}} {
				now := tx.Now
				tx.Now = now.AddDate(0, 0, at.days)
				old, err := Old(tx)
				if err != nil || len(old) != at.old {
					t.Errorf("after %d days %v are old, %v", at.days, old, err)
				}
				if len(old) > 0 {
					if err := Forget(tx, audit.System, old); err != nil {
						return err
					}
				}
				tx.Now = now
			}
			left, err := Like(tx, "https://a.example/1")
			if err == nil && len(left) > 0 {
				t.Errorf("left: %v", left)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestOfAPicture: a file gives its SHA-256 and PDQ, and the same picture as a JPEG is near it;
// nothing stays on the disk.
func TestOfAPicture(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 256, 256))
	for y := range 256 {
		for x := range 256 {
			img.SetGray(x, y, color.Gray{Y: uint8((x*x/97 + y*y/61 + x*y/31) % 256)})
		}
	}
	var first, second bytes.Buffer
	if err := png.Encode(&first, img); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&second, img, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	a, err := Of(t.Context(), dir, &first)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Of(t.Context(), dir, &second)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Of(t.Context(), dir, strings.NewReader("words"))
	if err != nil || text.PDQ != "" || len(text.Sum) != 64 {
		t.Errorf("a text gives %+v, %v", text, err)
	}
	one, _ := pdq.ParseHash(a.PDQ)
	two, _ := pdq.ParseHash(b.PDQ)
	if a.Sum == b.Sum || a.Type != "image/png" || b.Type != "image/jpeg" || a.Quality < nearQuality || one.Distance(two) > nearBits {
		t.Errorf("%+v and %+v differ in %d bits", a, b, one.Distance(two))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("on the disk: %v, %v", left, err)
	}
}
