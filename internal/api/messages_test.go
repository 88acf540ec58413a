package api_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
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
