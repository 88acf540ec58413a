package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "files"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// arriving counts the files on their way in.
func arriving(t *testing.T, s *Store) int {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(s.dir, incoming))
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestWhatIsPutIsGot(t *testing.T) {
	for _, sync := range []bool{true, false} {
		s := open(t)
		s.Sync = sync
		rapid.Check(t, func(rt *rapid.T) {
			b := rapid.SliceOfN(rapid.Byte(), 0, 70_000).Draw(rt, "bytes")
			sum, size, err := s.Put(t.Context(), iotest.HalfReader(bytes.NewReader(b)))
			if err != nil || size != int64(len(b)) || sum != Sum(sha256.Sum256(b)) {
				rt.Fatalf("%v, %d, %v", sum, size, err)
			}
			if again, err := s.PutBytes(t.Context(), b); again != sum || err != nil {
				rt.Fatalf("again: %v, %v", again, err)
			}
			got, err := s.Bytes(t.Context(), sum, int64(len(b)))
			if err != nil || !bytes.Equal(got, b) {
				rt.Fatalf("got %d bytes, %v", len(got), err)
			}
			if has, err := s.Has(t.Context(), sum); !has || err != nil {
				rt.Fatal(has, err)
			}
			if info, err := s.Stat(t.Context(), sum); err != nil || info.Sum != sum || info.Size != int64(len(b)) {
				rt.Fatal(info, err)
			}
			if err := s.Delete(t.Context(), sum); err != nil {
				rt.Fatal(err)
			}
			if has, _ := s.Has(t.Context(), sum); has {
				rt.Fatal("deleted and still there")
			}
		})
		if n := arriving(t, s); n != 0 {
			t.Errorf("%d files were left on their way in", n)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := open(t)
	sum := SumOf([]byte("absent"))
	_, errGet := s.Get(t.Context(), sum)
	_, errStat := s.Stat(t.Context(), sum)
	_, errBytes := s.Bytes(t.Context(), sum, 10)
	for name, err := range map[string]error{"Get": errGet, "Stat": errStat, "Bytes": errBytes} {
		if !problem.Is(err, problem.NotFound) || !strings.Contains(problem.Message(err), sum.String()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if has, err := s.Has(t.Context(), sum); has || err != nil {
		t.Errorf("Has: %v, %v", has, err)
	}
	if err := s.Delete(t.Context(), sum); err != nil {
		t.Errorf("Delete: %v", err)
	}
}

func TestDamageShowsItself(t *testing.T) {
	s := open(t)
	b := bytes.Repeat([]byte("neutral "), 9000)
	sum, err := s.PutBytes(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(b)
	changed[len(b)/2] ^= 1
	for name, damaged := range map[string][]byte{"one bit": changed, "cut": b[:len(b)-1], "grown": append(bytes.Clone(b), 0), "empty": nil} {
		if err := os.WriteFile(s.path(sum), damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := s.Bytes(t.Context(), sum, 1<<20)
		if !problem.Is(err, problem.Tampered) || !strings.Contains(problem.Message(err), sum.String()) {
			t.Errorf("%s: Bytes: %v", name, err)
		}
		r, err := s.Get(t.Context(), sum)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = io.Copy(io.Discard, r); !problem.Is(err, problem.Tampered) {
			t.Errorf("%s: Get: %v", name, err)
		}
		r.Close()
		if _, err := s.PutBytes(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Bytes(t.Context(), sum, 1<<20); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: not repaired by another put: %v", name, err)
		}
	}
}

func TestPutsOfTheSameBytesAtOnce(t *testing.T) {
	s := open(t)
	b := bytes.Repeat([]byte("same"), 50_000)
	sum := SumOf(b)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = s.PutBytes(t.Context(), b)
			} else {
				_, _, err = s.Put(t.Context(), bytes.NewReader(b))
			}
			if err != nil {
				t.Error(err)
			}
			if got, err := s.Bytes(t.Context(), sum, 1<<20); err != nil || !bytes.Equal(got, b) {
				t.Errorf("after a put: %d bytes, %v", len(got), err)
			}
		})
	}
	wg.Wait()
	if n := arriving(t, s); n != 0 {
		t.Errorf("%d files were left on their way in", n)
	}
}

func TestAFailedPutLeavesNothing(t *testing.T) {
	s := open(t)
	broken := errors.New("the line broke")
	_, _, err := s.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err = s.Put(ctx, strings.NewReader("late")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := arriving(t, s); n != 0 {
		t.Errorf("%d files were left on their way in", n)
	}
	if err := s.Walk(t.Context(), func(i Info) error { t.Errorf("found %v", i); return nil }); err != nil {
		t.Error(err)
	}
}

func TestBytesHasALimit(t *testing.T) {
	s := open(t)
	sum, err := s.PutBytes(t.Context(), make([]byte, 11))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Bytes(t.Context(), sum, 10); !problem.Is(err, problem.TooLarge) {
		t.Errorf("got %v", err)
	}
}

func TestWalkGoesThroughBlobsInOrder(t *testing.T) {
	s := open(t)
	var want []Sum
	for i := range 300 {
		sum, err := s.PutBytes(t.Context(), []byte{byte(i), byte(i >> 8)})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, sum)
	}
	slices.SortFunc(want, func(a, b Sum) int { return bytes.Compare(a[:], b[:]) })
	stray := hex.EncodeToString(make([]byte, 32)) // a good name in the wrong place
	for _, name := range []string{"README", stray, filepath.Join(incoming, stray)} {
		if err := os.WriteFile(filepath.Join(s.dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got []Sum
	if err := s.Walk(t.Context(), func(i Info) error {
		if i.Size != 2 || i.Time.IsZero() {
			t.Errorf("%+v", i)
		}
		got = append(got, i.Sum)
		return nil
	}); err != nil || !slices.Equal(got, want) {
		t.Errorf("visited %d of %d, %v", len(got), len(want), err)
	}
	stop := errors.New("enough")
	visits := 0
	if err := s.Walk(t.Context(), func(Info) error { visits++; return stop }); !errors.Is(err, stop) || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}

func TestOpenClearsOldLeftovers(t *testing.T) {
	s := open(t)
	for name, age := range map[string]time.Duration{"put-old": 2 * leftover, "put-new": time.Minute} {
		path := filepath.Join(s.dir, incoming, name)
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(s.dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.dir, incoming, "put-new")); err != nil || arriving(t, s) != 1 {
		t.Errorf("%d left, %v", arriving(t, s), err)
	}
	if _, err := Open(os.DevNull); !problem.Is(err, problem.Unavailable) {
		t.Errorf("opening a file: %v", err)
	}
}

func BenchmarkPutBytes(b *testing.B) {
	for name, sync := range map[string]bool{"sync": true, "nosync": false} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			s.Sync = sync
			page := make([]byte, 20<<10)
			n := 0
			for b.Loop() {
				n++
				page[0], page[1], page[2] = byte(n), byte(n>>8), byte(n>>16)
				if _, err := s.PutBytes(b.Context(), page); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
