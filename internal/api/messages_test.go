package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
)

// reach changes how a platform is reached, and verifies it.
func (w *world) reach(p id.Platform, c platform.Change) {
	w.t.Helper()
	w.update(func(tx *sqldb.Tx) error {
		if _, err := platform.Set(tx, audit.System, p, c); err != nil {
			return err
		}
		return platform.Verify(tx, audit.System, p)
	})
}

// approved gives a referral to Clips that has left the desk.
func (w *world) approved(links ...string) (referral string) {
	w.t.Helper()
	referral = w.drafted(links...)
	_, err := w.as("reviewer").Approve(w.t.Context(), referral)
	w.must(err)
	return referral
}

// delivery is that of a referral.
func (w *world) delivery(referral string) (d deliver.Delivery) {
	w.t.Helper()
	w.must(w.db.View(w.t.Context(), func(tx *sqldb.Tx) error {
		var target id.Delivery
		if err := tx.Row("SELECT id FROM delivery WHERE subject_id = $1", referral).Scan(&target); err != nil {
			return err
		}
		var err error
		d, err = deliver.Get(tx, target)
		return err
	}))
	return d
}

// A platform that fetches: what there is for it stays due until it was given the answer, whose
// moment is the receipt; it can read again, and confirm.
func TestAPlatformFetches(t *testing.T) {
	w := newWorld(t)
	pull := platform.Pull
	w.reach(w.clips, platform.Change{Transport: &pull})
	ctx := t.Context()
	referral := w.approved("https://clips.example/v/1", "https://clips.example/v/2")
	if d := w.delivery(referral); d.State != deliver.Due || d.Attempts != 0 || d.Transport != deliver.Pull {
		t.Fatalf("before: %+v", d)
	}
	if other, err := w.as("other contact").Inbox(ctx, ""); err != nil || len(other.Messages) != 0 {
		t.Errorf("another platform's inbox: %+v, %v", other, err)
	}
	if d := w.delivery(referral); d.State != deliver.Due {
		t.Fatalf("another platform's fetching was taken for a receipt: %+v", d)
	}
	in, err := w.as("contact").Inbox(ctx, "")
	w.must(err)
	if len(in.Messages) != 1 {
		t.Fatalf("inbox %+v", in)
	}
	m := in.Messages[0]
	if m.Type != client.ReferralCreated || m.Subject != referral || m.Referral == nil || len(m.Referral.Items) != 2 || m.Referral.Items[0].URL != "https://clips.example/v/1" || m.At.IsZero() {
		t.Errorf("message %+v", m)
	}
	d := w.waitReceived(referral)
	if m.ID != string(d.ID) || d.DeliveredAt.IsZero() || !strings.Contains(d.Receipt, "tok_") || !strings.Contains(d.Receipt, "127.0.0.1:") {
		t.Errorf("after: %+v", d)
	}
	if n := w.count("SELECT COUNT(*) FROM item WHERE stage = $1", item.Delivered); n != 2 {
		t.Errorf("%d items count as delivered", n)
	}
	// It reads again: the same message, and the first receipt holds.
	again, err := w.as("contact").Inbox(ctx, "")
	w.must(err)
	rows, err := w.as("contact").ConfirmReceipt(ctx, m.ID)
	w.must(err)
	if len(again.Messages) != 1 || again.Messages[0].ID != m.ID || rows.Done != 1 {
		t.Errorf("again %+v, confirmed %+v", again, rows)
	}
	if after := w.delivery(referral); !after.DeliveredAt.Equal(d.DeliveredAt) || after.Attempts != 1 || after.Receipt != d.Receipt {
		t.Errorf("read again: %+v", after)
	}
	w.must(w.db.View(ctx, func(tx *sqldb.Tx) error {
		at, proof, err := deliver.Confirmation(tx, d.ID)
		if at.IsZero() || !strings.Contains(proof, "127.0.0.1:") {
			t.Errorf("confirmation %v %q", at, proof)
		}
		return err
	}))
	if past, err := w.as("contact").Inbox(ctx, m.ID); err != nil || len(past.Messages) != 0 {
		t.Errorf("after its place: %+v, %v", past, err)
	}
	if rows, err := w.as("other contact").ConfirmReceipt(ctx, m.ID); err != nil || rows.Failed != 1 {
		t.Errorf("another platform confirms: %+v, %v", rows, err)
	}
}

// waitReceived waits until the receipt is noted: that happens after the answer was written.
func (w *world) waitReceived(referral string) deliver.Delivery {
	w.t.Helper()
	for range 1000 {
		if d := w.delivery(referral); d.State == deliver.Delivered {
			return d
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.t.Fatalf("the receipt was never noted: %+v", w.delivery(referral))
	return deliver.Delivery{}
}

// Without a platform's account there is no inbox, and a call that breaks off before its answer
// is no receipt.
func TestWhatIsNoReceipt(t *testing.T) {
	w := newWorld(t)
	portal := platform.Portal
	w.reach(w.clips, platform.Change{Transport: &portal})
	referral := w.approved("https://clips.example/v/1")
	for _, who := range []string{"coordinator", "overseer"} {
		if got := w.call(asked{by: who, method: "GET", path: "/v1/inbox"}); got.status != 403 {
			t.Errorf("%s: %d", who, got.status)
		}
	}
	if d := w.delivery(referral); d.State != deliver.Due {
		t.Errorf("the desk's own look was taken for a receipt: %+v", d)
	}
	conn, err := net.Dial("tcp", w.server.Listener.Addr().String())
	w.must(err)
	conn.Write([]byte("GET /v1/inbox HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer " + w.secrets["contact"] + "\r\n")) // its head never ends
	conn.Close()
	if d := w.delivery(referral); d.State != deliver.Due {
		t.Errorf("half a call was taken for a receipt: %+v", d)
	}
}

func TestTheKeysArePublic(t *testing.T) {
	w := newWorld(t)
	keys, err := client.New(w.server.URL, "").Keys(t.Context())
	w.must(err)
	if len(keys.Webhook) != 0 { // the world has none
		t.Errorf("keys %v", keys)
	}
}

const clipsSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDh3Y5lGt3YA4="

// A platform's program answers: its signature stands for a token, and the same message has its
// effect once.
func TestAPlatformAnswersByProgram(t *testing.T) {
	w := newWorld(t)
	secret, pull := clipsSecret, platform.Pull
	w.reach(w.clips, platform.Change{Transport: &pull, WebhookSecret: &secret})
	referral := w.approved("https://clips.example/v/1", "https://clips.example/v/2")
	in, err := w.as("contact").Inbox(t.Context(), "")
	w.must(err)
	items := in.Messages[0].Referral.Items
	m := client.Message{Type: client.AnswerGiven, Subject: referral, Answers: &client.NewAnswers{Answers: []client.NewAnswer{
		{ItemID: items[0].ItemID, Kind: "removed"}, {ItemID: items[1].ItemID, Kind: "refused"}, {ItemID: "itm_none", Kind: "removed"}}}}
	url := w.server.URL + "/v1/answers/" + string(w.clips)
	answer := func(secret, id string, m client.Message, at time.Time) (client.Rows, error) {
		return client.GiveAnswer(t.Context(), http.DefaultClient, url, secret, id, m, at)
	}
	got, err := answer(clipsSecret, "msg_1", m, time.Now())
	w.must(err)
	if got.Done != 1 || got.Failed != 2 || got.Rows[0].ID == "" || got.Rows[1].Reason != "invalid" || got.Rows[2].Reason == "" {
		t.Errorf("%+v", got)
	}
	// The same again: answered the same, done once.
	again, err := answer(clipsSecret, "msg_1", m, time.Now())
	if diff := cmp.Diff(got, again); diff != "" || err != nil {
		t.Errorf("again: %s%v", diff, err)
	}
	if n := w.count("SELECT COUNT(*) FROM answer"); n != 1 {
		t.Errorf("%d answers were recorded", n)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_event WHERE verb = 'answer.came'"); n != 1 {
		t.Errorf("%d events tell from where the answer came", n)
	}
	for name, c := range map[string]struct {
		secret, id string
		m          client.Message
		at         time.Time
		want       int
	}{
		"another secret":                        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_2", m, time.Now(), 401},
		"old":                                   {clipsSecret, "msg_3", m, time.Now().Add(-6 * time.Minute), 401},
		"from the future":                       {clipsSecret, "msg_4", m, time.Now().Add(6 * time.Minute), 401},
		"the same identifier, another message":  {clipsSecret, "msg_1", client.Message{Type: client.AnswerGiven, Subject: referral}, time.Now(), 409},
		"of another type":                       {clipsSecret, "msg_5", client.Message{Type: client.OrderIssued}, time.Now(), 422},
		"about nothing":                         {clipsSecret, "msg_6", client.Message{Type: client.AnswerGiven, Subject: "itm_1"}, time.Now(), 422},
		"about another's":                       {clipsSecret, "msg_7", client.Message{Type: client.AnswerGiven, Subject: "ntc_none"}, time.Now(), 404},
		"about a referral that is not there":    {clipsSecret, "msg_8", client.Message{Type: client.AnswerGiven, Subject: "ref_none", Answers: m.Answers}, time.Now(), 0},
		"about a referral, without any answers": {clipsSecret, "msg_9", client.Message{Type: client.AnswerGiven, Subject: referral}, time.Now(), 422},
	} {
		got, err := answer(c.secret, c.id, c.m, c.at)
		var p *client.Problem
		if c.want == 0 {
			if err != nil || got.Failed != 3 {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		} else if !errors.As(err, &p) || p.Status != c.want {
			t.Errorf("%s: %v, want %d", name, err, c.want)
		}
	}
	url = w.server.URL + "/v1/answers/plf_none"
	var p *client.Problem
	if _, err := answer(clipsSecret, "msg_1", m, time.Now()); !errors.As(err, &p) || p.Status != 401 {
		t.Errorf("a platform that is not there: %v", err)
	}
	url = w.server.URL + "/v1/answers/" + string(w.boards) // has no secret
	if _, err := answer(clipsSecret, "msg_1", m, time.Now()); !errors.As(err, &p) || p.Status != 401 {
		t.Errorf("a platform without a secret: %v", err)
	}
}

// An answer whose work was cut off by the death of the process is taken up again.
func TestAnAnswerThatWasCutOffIsTakenUp(t *testing.T) {
	w := newWorld(t)
	secret, pull := clipsSecret, platform.Pull
	w.reach(w.clips, platform.Change{Transport: &pull, WebhookSecret: &secret})
	referral := w.approved("https://clips.example/v/1")
	in, err := w.as("contact").Inbox(t.Context(), "")
	w.must(err)
	m := client.Message{Type: client.AnswerGiven, Subject: referral, Answers: &client.NewAnswers{Answers: []client.NewAnswer{{ItemID: in.Messages[0].Referral.Items[0].ItemID, Kind: "removed"}}}}
	body, err := json.Marshal(m)
	w.must(err)
	begun := func(ago time.Duration) {
		w.update(func(tx *sqldb.Tx) error {
			tx.Audited()
			later := tx.Now
			tx.Now = tx.Now.Add(-ago)
			defer func() { tx.Now = later }()
			_, err := correspondence.Begin(tx, w.clips, fmt.Sprintf("msg_%v", ago), referral, body)
			return err
		})
	}
	url := w.server.URL + "/v1/answers/" + string(w.clips)
	begun(time.Second)
	var p *client.Problem
	if _, err := client.GiveAnswer(t.Context(), http.DefaultClient, url, clipsSecret, "msg_1s", m, time.Now()); !errors.As(err, &p) || p.Status != 503 {
		t.Errorf("while another call works on it: %v", err)
	}
	begun(time.Hour)
	if rows, err := client.GiveAnswer(t.Context(), http.DefaultClient, url, clipsSecret, "msg_1h0m0s", m, time.Now()); err != nil || rows.Done != 1 {
		t.Errorf("after the other died: %+v, %v", rows, err)
	}
}
