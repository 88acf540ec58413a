package capture

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/warc"
)

var now = time.Date(2027, 4, 26, 7, 0, 0, 0, time.UTC)

// place is a host of the test's own: what lies where, and how often it was asked for.
type place struct {
	*httptest.Server
	mu    sync.Mutex
	files map[string]http.HandlerFunc
	asked map[string]int
}

func newPlace(t testing.TB) *place {
	p := &place{files: map[string]http.HandlerFunc{}, asked: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.RequestURI()]++
		file := p.files[r.URL.Path]
		p.mu.Unlock()
		if file == nil {
			http.NotFound(w, r)
			return
		}
		file(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

// put lays bytes at a path, under the content type that the server claims for them.
func (p *place) put(path, contentType string, body []byte) {
	p.files[path] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Write(body)
	}
}

func (p *place) page(path, body string) { p.put(path, "text/html; charset=utf-8", []byte(body)) }

func (p *place) move(from, to string) {
	p.files[from] = http.RedirectHandler(to, http.StatusFound).ServeHTTP
}

func newDoor(t testing.TB, cfg fetch.Config) *fetch.Door {
	t.Helper()
	cfg.AllowLoopback = true
	cfg.Now = func() time.Time { return now.Add(time.Second) }
	door, err := fetch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	return door
}

func newStore(t testing.TB) *blob.Store {
	t.Helper()
	store, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store.Sync = false
	return store
}

func mustTake(t testing.TB, store *blob.Store, url string) Taken {
	t.Helper()
	got, err := Take(t.Context(), newDoor(t, fetch.Config{}), store, url, now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// pattern is a harmless picture: coloured noise around waves.
func pattern(seed uint64) image.Image {
	rng := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			img.Set(x, y, color.RGBA{uint8(x*int(seed+3) + rng.IntN(20)), uint8(y * 5), uint8(x * y), 255})
		}
	}
	return img
}

func pictureOf(t testing.TB, encode func(io.Writer) error) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := encode(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func aPNG(t testing.TB, seed uint64) []byte {
	return pictureOf(t, func(w io.Writer) error { return png.Encode(w, pattern(seed)) })
}

func aJPEG(t testing.TB, seed uint64) []byte {
	return pictureOf(t, func(w io.Writer) error { return jpeg.Encode(w, pattern(seed), nil) })
}

func aGIF(t testing.TB, seed uint64) []byte {
	return pictureOf(t, func(w io.Writer) error { return gif.Encode(w, pattern(seed), nil) })
}

func exchanges(t testing.TB, store *blob.Store, sum blob.Sum) (list []warc.Exchange) {
	t.Helper()
	file, err := store.Get(t.Context(), sum)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for x, err := range warc.ReadExchanges(file, warc.Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

func content(t testing.TB, store *blob.Store, sum blob.Sum) string {
	t.Helper()
	b, err := store.Bytes(t.Context(), sum, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
