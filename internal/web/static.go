package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"
)

//go:embed static
var staticFiles embed.FS

// marks has, for each static file, the beginning of its digest. It is part of the file's
// address, so a file may be kept for ever and a new version is fetched at once.
var marks = func() map[string]string {
	out := map[string]string{}
	entries, err := fs.ReadDir(staticFiles, "static")
	if err != nil {
		panic(err) // embedded: cannot happen
	}
	for _, e := range entries {
		body, err := staticFiles.ReadFile("static/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		out[e.Name()] = hex.EncodeToString(sum[:6])
	}
	return out
}()

// asset is the address of a static file.
func asset(name string) string { return "/static/" + name + "?v=" + marks[name] }

func static(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header())
	name := r.PathValue("file")
	body, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if r.URL.Query().Get("v") == marks[name] {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
