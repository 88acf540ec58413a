package fetch

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkDo asks for a page of 8 KB on loopback; the server runs in the same process.
func BenchmarkDo(b *testing.B) {
	page := make([]byte, 8<<10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Write(page)
	}))
	defer s.Close()
	d, err := New(Config{AllowLoopback: true, PerHost: 16})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	for name, r := range map[string]Request{
		"kept": {URL: s.URL}, "raw": {URL: s.URL, KeepRaw: true}, "post": {Method: "POST", URL: s.URL, Body: page},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := d.Do(b.Context(), r); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
