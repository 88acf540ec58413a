package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/law"
)

// executed brings an order to its Annex II.
func (h *hosted) executed(reference, at string, change func(law.Filled)) client.HostCase {
	h.Helper()
	_, r := h.post(h.order(reference, at, change), sharedSecret)
	if _, err := h.api.HostDisable(h.Context(), r.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
		h.Fatal(err)
	}
	h.until("Annex II of "+reference, func() bool { return h.get(r.Case).AnsweredAt != nil })
	return h.get(r.Case)
}

// holds tells which files of the data directory hold a text as it is.
func (h *hosted) holds(text string) (files []string) {
	filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if body, err := os.ReadFile(path); err == nil && bytes.Contains(body, []byte(text)) {
				files = append(files, path)
			}
		}
		return nil
	})
	return files
}

// TestWhatIsKeptIsSealedAndErasedAfterSixMonths, and each opening of it is noted.
func TestWhatIsKeptIsSealedAndErasedAfterSixMonths(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		c := h.executed("EX-1", "https://clips.example/v/1", nil)
		const content = "what stood at https://clips.example/v/1"
		b := newVisitor(h)
		const related = "the address from which user-7 put it there"
		h.upload(b, "/cases/"+c.ID+"/kept", "log.txt", related)
		if found := append(h.holds(content), h.holds(related)...); len(found) > 0 {
			t.Errorf("what is kept lies open in %v", found)
		}
		page := b.page("/cases/" + c.ID)
		if !strings.Contains(page, "page.txt") || !strings.Contains(page, "log.txt") {
			t.Fatal("the two files are not shown")
		}
		kept := between(page, `action="/kept/`, `"`)
		if _, status := b.send("/kept/"+kept, url.Values{"purpose": {"curiosity"}, "reason": {"I wonder"}}.Encode()); status != http.StatusConflict {
			t.Errorf("opened out of curiosity: HTTP %d", status)
		}
		if got, status := b.send("/kept/"+kept, url.Values{"purpose": {"review"}, "reason": {"Case 1/26 of the Example Court"}}.Encode()); status != http.StatusOK || strings.TrimSpace(got) != content {
			t.Errorf("opened for a court: HTTP %d, %q", status, got)
		}
		if page := b.page("/cases/" + c.ID); !strings.Contains(page, "Case 1/26 of the Example Court") || strings.Contains(page, "I wonder") {
			t.Error("the opening is not noted, or one that was refused is")
		}
		b.send("/cases/"+c.ID+"/information", url.Values{"by_hand": {"Told by telephone."}}.Encode())
		// Proceedings keep it longer; a day after six months it is still there.
		b.send("/cases/"+c.ID+"/proceedings", url.Values{"open": {"yes"}, "which": {"Example Court, 1/26"}}.Encode())
		h.later(185)
		h.until("a new day is seen", func() bool { return h.sealed() == 2 })
		b = newVisitor(h) // the session has ended
		b.send("/cases/"+c.ID+"/proceedings", url.Values{"open": {"no"}}.Encode())
		h.later(184)
		h.until("it is erased", func() bool { return h.sealed() == 0 })
		h.until("that is noted", func() bool { return h.get(c.ID).State == "closed" })
		if page := newVisitor(h).page("/cases/" + c.ID); strings.Contains(page, "log.txt") || !strings.Contains(page, "erased") {
			t.Error("the erased files still have their names")
		}
		if found := append(h.holds(content), h.holds(related)...); len(found) > 0 {
			t.Errorf("after erasure it lies in %v", found)
		}
	})
}

// sealed counts the files of the vault.
func (h *hosted) sealed() (n int) {
	entries, _ := os.ReadDir(filepath.Join(h.dir, "vault"))
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".age") {
			n++
		}
	}
	return n
}

func (h *hosted) upload(b *visitor, path, name, text string) {
	h.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", name)
	part.Write([]byte(text))
	w.Close()
	resp, err := b.http.Post(h.base+path, w.FormDataContentType(), &body)
	if err != nil {
		h.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		h.Fatalf("%s: HTTP %d", path, resp.StatusCode)
	}
}

// TestNonDisclosureHoldsAndEnds: six weeks, six more, then the duty to tell appears, and the
// letter goes in the content provider's language.
func TestNonDisclosureHoldsAndEnds(t *testing.T) {
	post := newPostOffice(t)
	h := newHosted(t, "", func(cfg *app.Config) { cfg.SMTP = app.SMTP{Host: post.addr, From: "tco@clips.example"} })
	c := h.executed("EX-1", "https://clips.example/v/1", func(v law.Filled) { v["c.non_disclosure"] = "yes" })
	if c.Duty != "preserve" {
		t.Errorf("while non-disclosure holds the duty is %s", c.Duty)
	}
	b := newVisitor(h)
	if page, status := b.send("/cases/"+c.ID+"/information", "mail=user7@mail.example"); status != http.StatusConflict || !strings.Contains(page, "must not be told before the non-disclosure ends") {
		t.Errorf("told while it is forbidden: HTTP %d", status)
	}
	b.send("/cases/"+c.ID+"/told", url.Values{"kind": {"non_disclosed_again"}, "how": {"letter of the authority"}}.Encode())
	h.later(80)
	if c := h.get(c.ID); c.Duty != "preserve" {
		t.Errorf("in the second six weeks the duty is %s", c.Duty)
	}
	h.later(5)
	h.until("the duty appears by itself", func() bool { return h.get(c.ID).Duty == "inform_provider" })
	newVisitor(h).send("/cases/"+c.ID+"/information", "mail=user7@mail.example&language=de")
	h.until("the letter is sent", func() bool { return len(post.mails()) == 1 })
	letter := post.mails()[0]
	body := readable(t, letter.text)
	if letter.to != "user7@mail.example" || !strings.Contains(body, "Entfernungsanordnung") || !strings.Contains(body, "Example Court") || strings.Contains(body, "https://clips.example/v/1") {
		t.Errorf("the letter to %s is\n%s", letter.to, body)
	}
	h.until("that is noted", func() bool { return h.get(c.ID).Duty == "preserve" })
}

// TestBothSidesComputeTheSameTimeline: the authority's events, made of what it sent and of what
// it was told, fold to the same clocks as the host's.
func TestBothSidesComputeTheSameTimeline(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		m := h.order("EX-1", "https://clips.example/v/1", func(v law.Filled) { v["c.non_disclosure"] = "yes" })
		var d struct {
			Values map[string]any `json:"values"`
		}
		json.Unmarshal(m.Document, &d)
		issued, _ := time.Parse(time.RFC3339, d.Values["a.issued_at"].(string))
		_, receipt := h.post(m, sharedSecret)
		authority := []law.Event{{Kind: law.Issued, At: issued, Emergency: "Made up.", CrossBorder: true}, {Kind: law.NonDisclosed, At: issued}, {Kind: law.Sent, At: issued},
			{Kind: law.CopySent, At: issued}, {Kind: law.Received, At: receipt.ReceivedAt}}
		h.sameClocks(receipt.Case, authority, h.clock.Now())
		h.clock.add(20 * time.Minute)
		if _, err := h.api.HostDisable(t.Context(), receipt.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
			t.Fatal(err)
		}
		h.until("Annex II", func() bool { return h.get(receipt.Case).AnsweredAt != nil })
		var answer struct {
			Values map[string]string `json:"values"`
		}
		json.Unmarshal(h.sender.got()[0].Document, &answer)
		taken, err := time.Parse(time.RFC3339, answer.Values["b.taken_at"])
		if err != nil {
			t.Fatal(err)
		}
		authority = append(authority, law.Event{Kind: law.Executed, At: taken}, law.Event{Kind: law.FedBack, At: *h.get(receipt.Case).AnsweredAt})
		h.sameClocks(receipt.Case, authority, h.clock.Now())
		h.later(60)
		h.sameClocks(receipt.Case, authority, h.clock.Now())
	})
}

func (h *hosted) sameClocks(target string, events []law.Event, now time.Time) {
	h.Helper()
	order, err := law.Follow(events)
	if err != nil {
		h.Fatal(err)
	}
	theirs, ours := order.Clocks(now, nil), h.get(target).Clocks
	if len(theirs) != len(ours) {
		h.Fatalf("the authority has the clocks %+v, the host %+v", theirs, ours)
	}
	for i, k := range theirs {
		o := ours[i]
		until := time.Time{}
		if o.Until != nil {
			until = *o.Until
		}
		if o.Name != k.Name || o.State != string(k.State) || !o.From.Equal(k.From) || !until.Equal(k.Until) {
			h.Errorf("the authority has %+v, the host %+v", k, o)
		}
	}
}

// readable is the text of a mail, without its files.
func readable(t *testing.T, raw string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
