package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// writeIn has a platform reply by mail to a referral, in words that no program understands.
func (w *world) writeIn() {
	text := []byte("From: trust@clips.example\r\n\r\nRemoved.")
	size := int64(len(text))
	raw, err := w.store.PutBytes(context.Background(), text)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(tx *sqldb.Tx) error {
		r, _, err := refer.Of(tx, w.items["delivered-0"])
		if err != nil {
			return err
		}
		m := correspondence.Mail{MessageID: "1@clips.example", Envelope: "trust@clips.example", Recipient: "answers@unit.example", Sender: "trust@clips.example", SenderName: "Kim " + hostile,
			Subject: "Re: " + r.Reference + " " + hostile, Text: "We removed the first. " + hostile, Quoted: "> " + hostile, Raw: raw.String(), Size: size, State: correspondence.Waiting,
			About:    correspondence.About{Platform: r.Platform, Subject: string(r.ID), MatchedBy: correspondence.ByReference},
			Attached: []correspondence.Attachment{{Name: hostile + ".html", Type: "text/html", Size: size, SHA256: raw.String()}}}
		kept, err := correspondence.Keep(tx, m)
		w.mail = kept.ID
		return err
	})
}

// A person reads a mail in: what it says of an item is recorded, and the mail waits no more.
func TestAMailIsReadInOnItsPage(t *testing.T) {
	w := sqliteWorld(t)
	path := "/mail/" + string(w.mail)
	v := w.visit("Cleo")
	page := v.page(path)
	items, kinds := all(page, "input[name=item]"), all(page, "select[name=kind]")
	if len(items) == 0 || len(items) != len(kinds) {
		t.Fatalf("%d items and %d choices", len(items), len(kinds))
	}
	post := url.Values{"what": {"answers"}}
	for i, it := range items {
		value, _ := attr(it, "value")
		post.Add("item", value)
		post.Add("kind", map[bool]string{true: "removed"}[i == 0])
		post.Add("reason", "")
	}
	subject, _ := attr(one(t, page, "input[name=subject]"), "value")
	post.Set("subject", subject)
	if status, _, body := v.post(path+"/reading", post); status != http.StatusUnprocessableEntity || !strings.Contains(textOf(one(t, parsed(t, body), "[role=alert]")), "made sure") {
		t.Errorf("without a note: %d", status)
	}
	post.Set("note", "rang Kim")
	if status, _, body := v.post(path+"/reading", post); status != http.StatusSeeOther {
		t.Fatalf("read in: %d %.500s", status, body)
	}
	after := textOf(one(t, v.page(path), "main"))
	if !strings.Contains(after, "rang Kim") || len(all(v.page(path), "form[action='"+path+"/reading']")) != 0 {
		t.Errorf("the mail goes on waiting: %s", after)
	}
	if status, h, body := v.get(path + "/files/1"); status != http.StatusOK || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || body == "" {
		t.Errorf("a file: %d, %v", status, h)
	}
	if status, _, _ := v.get(path + "/files/2"); status != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", status)
	}
	if status, _, _ := w.visit("Gus").get(path); status != http.StatusNotFound {
		t.Errorf("another unit sees the mail: %d", status)
	}
}
