package capture

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/warc"
)

func TestTakeKeepsThePageAndItsMedia(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	one, two, clip := aPNG(t, 1), aJPEG(t, 2), []byte("\x00\x00\x00\x18ftypisom made up, no film")
	p.page("/post/1", `<!doctype html><html lang="pt-BR"><head><title> Um  passeio
		</title></head><body><h1>Um passeio</h1><p>de comboio</p><script>hidden()</script>
		<img src="/one.png"><img src="two.jpg?w=1#x"><video src="/clip"></video><a href="/menu.html">menu</a></body></html>`)
	p.put("/one.png", "image/png", one)
	p.put("/post/two.jpg", "image/jpeg", two)
	p.put("/clip", "text/plain", clip)
	got := mustTake(t, store, p.URL+"/post/1")
	want := Taken{Outcome: Captured, Status: 200, FinalURL: p.URL + "/post/1", Title: "Um passeio", Language: "pt",
		Text: blob.SumOf([]byte("Um passeio\nde comboio\nmenu")), TextBytes: 26, Media: []Found{
			{p.URL + "/clip", "video/mp4", blob.SumOf(clip), int64(len(clip))},
			{p.URL + "/one.png", "image/png", blob.SumOf(one), int64(len(one))},
			{p.URL + "/post/two.jpg?w=1", "image/jpeg", blob.SumOf(two), int64(len(two))}}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Taken{}, "WARC", "Size")); diff != "" {
		t.Error(diff)
	}
	if text := content(t, store, got.Text); text != "Um passeio\nde comboio\nmenu" {
		t.Errorf("text %q", text)
	}
	if content(t, store, want.Media[1].Sum) != string(one) {
		t.Error("the picture in the store is another")
	}
	if file := content(t, store, got.WARC); int64(len(file)) != got.Size {
		t.Errorf("the WARC has %d bytes, not %d", len(file), got.Size)
	}
	var urls []string
	for _, x := range exchanges(t, store, got.WARC) {
		urls = append(urls, strings.TrimPrefix(x.URL, p.URL)+" "+x.Notes.Get("hopsFromSeed"))
		if !x.Time.Equal(now.Add(time.Second)) || x.IP.String() != "127.0.0.1" || !strings.HasPrefix(string(x.Request), "GET ") || x.Truncated != "" {
			t.Errorf("exchange %+v", x)
		}
		if r, err := warc.ParseResponse(x.Response); err != nil || x.URL == p.URL+"/one.png" && !bytes.Equal(r.Entity, one) {
			t.Errorf("%s: the answer in the WARC is not what was sent: %v", x.URL, err)
		}
	}
	if diff := cmp.Diff([]string{"/post/1 ", "/clip E", "/one.png E", "/post/two.jpg?w=1 E"}, urls); diff != "" {
		t.Error(diff)
	}
}

func TestRedirectsAreInTheWARCHopByHop(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.move("/s/1", "/long")
	p.move("/long", "/end")
	p.page("/end", `<title>End</title><img src=/a>`)
	p.move("/a", "/b")
	p.put("/b", "image/png", aPNG(t, 1))
	got := mustTake(t, store, p.URL+"/s/1")
	if got.FinalURL != p.URL+"/end" || len(got.Media) != 1 || got.Media[0].URL != p.URL+"/a" {
		t.Errorf("got %+v", got)
	}
	var hops []string
	for _, x := range exchanges(t, store, got.WARC) {
		hops = append(hops, strings.TrimPrefix(x.URL, p.URL)+" "+string(x.Response[9:12])+" "+x.Notes.Get("hopsFromSeed")+" "+strings.TrimPrefix(x.Notes.Get("via"), p.URL))
	}
	if diff := cmp.Diff([]string{"/s/1 302  ", "/long 302 R /s/1", "/end 200 RR /long", "/a 302 E /end", "/b 200 ER /a"}, hops); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNamedTwiceIsFetchedOnce(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.page("/", `<meta property="og:image" content="/a.png"><img src="/a.png#top"><img src="a.png"><a href="/a.png">it</a><img src="/same.png">`)
	p.put("/a.png", "image/png", aPNG(t, 1))
	p.put("/same.png", "image/png", aPNG(t, 1))
	got := mustTake(t, store, p.URL+"/")
	if diff := cmp.Diff(map[string]int{"/": 1, "/a.png": 1, "/same.png": 1}, p.asked); diff != "" {
		t.Error(diff)
	}
	if len(got.Media) != 1 || got.Media[0].URL != p.URL+"/a.png" {
		t.Errorf("media %+v", got.Media)
	}
}

func TestALinkToAFileIsItsOwnMedium(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	picture := aGIF(t, 3)
	p.put("/x.html", "text/html", picture)
	p.put("/doc", "application/octet-stream", []byte("%PDF-1.7 made up"))
	p.put("/notes.txt", "text/plain; charset=utf-8", []byte("one\r\n\r\ntwo  three\n"))
	for _, tt := range []struct{ path, mime, text string }{
		{"/x.html", "image/gif", ""}, {"/doc", "application/pdf", ""}, {"/notes.txt", "text/plain", "one\ntwo three"},
	} {
		got := mustTake(t, store, p.URL+tt.path)
		if got.Outcome != Captured || len(got.Media) != 1 || got.Media[0].MIME != tt.mime || got.Media[0].URL != p.URL+tt.path {
			t.Fatalf("%s: %+v", tt.path, got)
		}
		if tt.text != "" && content(t, store, got.Text) != tt.text || tt.text == "" && !got.Text.IsZero() {
			t.Errorf("%s: text %q", tt.path, content(t, store, got.Text))
		}
	}
}

func TestClaimsAreNotBelieved(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.put("/", "image/png", []byte(`<!doctype html><title>A page</title><img src=/fake.png><img src=/real.txt><a href=/wrapper.jpg>x</a>`))
	p.put("/fake.png", "image/png", []byte("<html><body>please log in"))
	p.put("/real.txt", "text/plain", aPNG(t, 1))
	p.page("/wrapper.jpg", "<!doctype html><title>not a picture</title>")
	got := mustTake(t, store, p.URL+"/")
	if got.Title != "A page" || len(got.Media) != 1 || got.Media[0].MIME != "image/png" || got.Media[0].URL != p.URL+"/real.txt" {
		t.Errorf("got %+v", got)
	}
}

func TestAPageThatIsNotThereIsCaptured(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.files["/gone"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusGone)
		io.WriteString(w, `<html lang=en><title>Gone</title>It is gone<img src=/logo.png>`)
	}
	p.files["/empty"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }
	got := mustTake(t, store, p.URL+"/gone")
	if got.Outcome != Captured || got.Status != 410 || got.Title != "Gone" || content(t, store, got.Text) != "It is gone" || p.asked["/logo.png"] != 0 {
		t.Errorf("got %+v", got)
	}
	if got := mustTake(t, store, p.URL+"/missing.txt"); got.Status != 404 || got.Media != nil || content(t, store, got.Text) != "404 page not found" {
		t.Errorf("a message became a medium: %+v", got)
	}
	if got := mustTake(t, store, p.URL+"/empty"); got.Outcome != Captured || got.Status != 204 || !got.Text.IsZero() || got.Media != nil || got.WARC.IsZero() {
		t.Errorf("got %+v", got)
	}
}

// cut answers with less than it promises.
func cut(body string, promised int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		if promised > 0 {
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", promised, body)
		}
		conn.Close()
	}
}

func TestUnreachableIsAFinding(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.files["/cut"] = cut("", 0)
	p.files["/bare"] = cut("", 100)
	p.move("/loop", "/loop")
	p.move("/away", "gopher://clips.example/")
	dead := httptest.NewServer(nil)
	dead.Close()
	for _, tt := range []struct {
		url, fault string
		exchanges  int
	}{
		{dead.URL, "refused", 0}, {p.URL + "/cut", "broken", 0}, {p.URL + "/bare", "broken", 1}, {"http://10.0.0.1/", "blocked", 0},
		{"http://[::", "bad-url", 0}, {p.URL + "/loop", "redirects", 11}, {p.URL + "/away", "redirects", 1},
	} {
		got := mustTake(t, store, tt.url)
		if got.Outcome != Unreachable || got.Fault != tt.fault || got.WARC.IsZero() != (tt.exchanges == 0) {
			t.Errorf("%s: %+v", tt.url, got)
		}
		if tt.exchanges > 0 && len(exchanges(t, store, got.WARC)) != tt.exchanges {
			t.Errorf("%s: %d exchanges in the WARC", tt.url, len(exchanges(t, store, got.WARC)))
		}
	}
}

func TestAPageThatBreaksOffIsCapturedAsFarAsItCame(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.files["/"] = cut(`<!doctype html><title>Half</title><p>first<img src=/a.png><img src=/b.png><p>sec`, 5000)
	p.put("/a.png", "image/png", aPNG(t, 1))
	p.files["/b.png"] = cut(string(aPNG(t, 2)[:200]), 5000)
	got := mustTake(t, store, p.URL+"/")
	if got.Outcome != Captured || got.Fault != "broken" || got.Title != "Half" || content(t, store, got.Text) != "first\nsec" || len(got.Media) != 1 {
		t.Errorf("got %+v", got)
	}
	var cutShort []string
	for _, x := range exchanges(t, store, got.WARC) {
		cutShort = append(cutShort, x.Truncated)
	}
	if diff := cmp.Diff([]string{"disconnect", "", "disconnect"}, cutShort); diff != "" {
		t.Error(diff)
	}
}

func TestLimits(t *testing.T) {
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "<img src=/p%d>", i)
	}
	p := newPlace(t)
	p.page("/many", many.String())
	p.page("/large", "<img src=/over><img src=/under>")
	p.page("/slow", "<img src=/late><img src=/p1>")
	for i := range 100 {
		p.put(fmt.Sprintf("/p%d", i), "image/png", aPNG(t, uint64(i)))
	}
	over := append(aPNG(t, 1), make([]byte, 50_000)...)
	p.put("/over", "image/png", over)
	p.put("/under", "image/png", aPNG(t, 2))
	p.files["/late"] = func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(20 * time.Millisecond)
		w.Write(aPNG(t, 3))
	}
	size := int64(len(aPNG(t, 0)))
	for _, tt := range []struct {
		path string
		l    limits
		want int
	}{
		{"/many", itemLimits, 20},
		{"/many", limits{media: 50, each: 1 << 20, all: 4 * size, network: time.Minute}, 3}, // the page counts too
		{"/large", limits{media: 9, each: int64(len(over)) - 1, all: 1 << 20, network: time.Minute}, 1},
		{"/large", limits{media: 9, each: int64(len(over)), all: 1 << 20, network: time.Minute}, 2},
		{"/slow", limits{media: 9, each: 1 << 20, all: 1 << 20, network: 20 * time.Millisecond}, 1},
	} {
		got, err := take(t.Context(), newDoor(t, fetch.Config{}), newStore(t), p.URL+tt.path, now, tt.l)
		if err != nil || len(got.Media) != tt.want {
			t.Errorf("%s %+v: %d media, want %d, %v", tt.path, tt.l, len(got.Media), tt.want, err)
		}
	}
}

func TestAPageOverTheLimitIsCut(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	p.page("/", "<title>Long</title>beginning "+strings.Repeat("more ", 10_000))
	p.put("/file", "application/pdf", append([]byte("%PDF-"), make([]byte, 10_000)...))
	door := newDoor(t, fetch.Config{MaxBytes: 1000})
	got, err := Take(t.Context(), door, store, p.URL+"/", now)
	if err != nil || got.Outcome != Captured || got.Fault != "too-large" || got.Title != "Long" || exchanges(t, store, got.WARC)[0].Truncated != "length" {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = Take(t.Context(), door, store, p.URL+"/file", now)
	if err != nil || got.Fault != "too-large" || got.Media != nil {
		t.Errorf("part of a file passed for the file: %+v, %v", got, err)
	}
}

func TestStoppedWorkIsAnErrorAndLeavesNothing(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	ctx, cancel := context.WithCancel(t.Context())
	p.page("/", `<img src=/a>`)
	p.files["/a"] = func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	if got, err := Take(ctx, newDoor(t, fetch.Config{}), store, p.URL+"/", now); err == nil {
		t.Errorf("stopped, yet %+v", got)
	}
	err := store.Walk(t.Context(), func(i blob.Info) error { t.Errorf("%s was kept", i.Sum); return nil })
	if err != nil {
		t.Error(err)
	}
}

func TestAStoreThatFailsIsAnError(t *testing.T) {
	p := newPlace(t)
	p.page("/", `<title>x</title>text`)
	dir := t.TempDir()
	store, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "incoming")); err != nil {
		t.Fatal(err)
	}
	if got, err := Take(t.Context(), newDoor(t, fetch.Config{}), store, p.URL+"/", now); err == nil {
		t.Errorf("nothing could be stored, yet %+v", got)
	}
}

func TestMediaInThePageItself(t *testing.T) {
	p, store := newPlace(t), newStore(t)
	data := "data:image/png;base64,iVBORw0KGgo" // the signature alone: a placeholder
	long := "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%3E" + strings.Repeat("%3Cg/%3E", 100) + "%3C/svg%3E"
	p.page("/", `<img src="`+data+`"><img src="`+long+`"><img src="data:nothing"><img src="data:;base64,!!!!">`)
	got := mustTake(t, store, p.URL+"/")
	if len(got.Media) != 1 || got.Media[0].MIME != "image/svg+xml" || got.Media[0].URL != long[:inlineShown] {
		t.Errorf("media %+v", got.Media)
	}
}

func TestLinksAreMadeFitForTheDatabase(t *testing.T) {
	for in, want := range map[string]string{
		"http://a.example/x?q=a b\x00\xff": "http://a.example/x?q=a%20b%00%FF", "http://a.example/é": "http://a.example/%C3%A9",
		strings.Repeat("x", 2*longestURL): strings.Repeat("x", longestURL),
	} {
		if got := shownURL(in); got != want {
			t.Errorf("%.60q became %.60q", in, got)
		}
	}
}
