package app_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host"
)

// picture is a made-up one.
func picture(t *testing.T, seed int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 256, 256))
	for y := range 256 {
		for x := range 256 {
			img.Set(x, y, color.RGBA{uint8(x*seed + y), uint8(y * seed), uint8(x ^ y*seed), 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestUploadsAreAskedAgainstTrustedBanks of a real Argine; a hit is put before a person, and
// what the person decides is done by the service.
func TestUploadsAreAskedAgainstTrustedBanks(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	desk, err := app.Open(ctx, app.Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	token, err := desk.OperatorToken(ctx, "banks")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- desk.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; desk.Close() })
	known := picture(t, 3)
	sum := sha256.Sum256(known)
	banks := client.New("http://"+desk.Address(), token)
	if _, err := banks.AddBank(t.Context(), client.NewBank{Name: "SAMPLE_BRIGADE", Radius: 31}); err != nil {
		t.Fatal(err)
	}
	if _, err := banks.ImportEntries(t.Context(), "SAMPLE_BRIGADE", "text/csv", []byte("kind,value,label\nsha256,"+hex.EncodeToString(sum[:])+",made up\n")); err != nil {
		t.Fatal(err)
	}

	h := newHosted(t, "", func(cfg *app.Config) {
		cfg.Host.Banks = []host.Bank{{Name: "unit north", URL: "http://" + desk.Address(), Token: token}}
	})
	h.until("the bank knows it", func() bool {
		u, err := h.api.HostAsk(t.Context(), "https://clips.example/v/41", "user-7", "image/png", known)
		if err != nil {
			t.Fatal(err)
		}
		return u.ID != "" && len(u.Hits) > 0 && u.Hits[0].Bank == "SAMPLE_BRIGADE" && u.Hits[0].Signal == "sha256"
	})
	if u, err := h.api.HostAsk(t.Context(), "https://clips.example/v/42", "user-8", "image/png", picture(t, 7)); err != nil || u.ID != "" || len(u.Hits) != 0 {
		t.Errorf("an unknown picture: %+v, %v", u, err)
	}
	b := newVisitor(h)
	page := b.page("/uploads")
	if !strings.Contains(page, "SAMPLE_BRIGADE") || strings.Contains(page, "/v/42") || len(h.cases()) != 0 {
		t.Fatal("what banks know is not put before a person, or what they do not know is kept, or something was done already")
	}
	upload := between(page, `action="/uploads/`, `"`)
	b.send("/uploads/"+upload, url.Values{"state": {"removed"}, "reason": {"It is the recording in question."}}.Encode())
	h.until("it is disabled", func() bool { list := h.cases(); return len(list) == 1 && list[0].State == "closed" })
	if c := h.get(h.cases()[0].ID); c.Track != "own" || c.Items[0].Content != "disabled" {
		t.Errorf("the case is %+v", c)
	}
	if page := b.page("/statements"); !strings.Contains(page, "matched a fingerprint") {
		t.Error("there is no statement of reasons")
	}
}
