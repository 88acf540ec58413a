package api_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/sqldb"
)

// picture is a generated pattern.
func picture() []byte {
	img := image.NewGray(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			img.SetGray(x, y, color.Gray{uint8(x*y/7 + 3*x)})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// ready does what the jobs do: the items have been captured, with one picture, and wait for people.
func (w *world) ready(items ...client.Item) (sha256 string) {
	w.t.Helper()
	sum, err := w.store.PutBytes(w.t.Context(), picture())
	w.must(err)
	taken := capture.Taken{Outcome: capture.Captured, Status: 200, Title: "Page", Media: []capture.Found{{URL: "https://clips.example/m.png", MIME: "image/png", Sum: sum, Size: 1}}}
	extracted, err := media.Extract(w.t.Context(), w.store, taken.Media, taken.Text)
	w.must(err)
	w.update(func(tx *sqldb.Tx) error {
		for _, it := range items {
			made, err := capture.Save(tx, audit.System, id.Item(it.ID), taken, tx.Now)
			if err != nil {
				return err
			}
			if err := media.Save(tx, audit.System, id.Item(it.ID), made, extracted); err != nil {
				return err
			}
			if _, err := item.Move(tx, audit.System, item.Ready, []item.Stage{item.Contributed}, id.Item(it.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	return sum.String()
}

func terrorist(items ...client.Item) (in client.NewAssessments) {
	for _, it := range items {
		in.Assessments = append(in.Assessments, client.NewAssessment{ItemID: it.ID, Decision: "terrorist", Limbs: []string{"a"}, Purpose: "none",
			PurposeReasons: "the page gives no context", Confidence: 90, Reasons: "praises the fictional Sample Brigade"})
	}
	return in
}

// cleared takes items through two assessments and deconfliction.
func (w *world) cleared(items ...client.Item) {
	w.t.Helper()
	for _, name := range []string{"analyst", "reviewer"} {
		rows, err := w.as(name).Assess(w.t.Context(), terrorist(items...))
		w.must(err)
		if rows.Failed > 0 {
			w.t.Fatalf("%+v", rows)
		}
	}
	w.update(func(tx *sqldb.Tx) error {
		for _, it := range items {
			if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: id.Item(it.ID), URL: it.URL, Units: []id.Unit{w.units["Unit North"]}}); err != nil {
				return err
			}
			if _, err := item.Move(tx, audit.System, item.Cleared, []item.Stage{item.Confirmed}, id.Item(it.ID)); err != nil {
				return err
			}
		}
		return nil
	})
}

// drafted gives the referral of some links to one platform, drafted by the coordinator.
func (w *world) drafted(links ...string) (referral string) {
	w.t.Helper()
	action := w.openAction("Action of "+links[0], "coordinator")
	items := w.contribute("analyst", action, links...)
	w.ready(items...)
	w.cleared(items...)
	made, err := w.as("coordinator").Draft(w.t.Context(), action)
	w.must(err)
	if len(made.Referrals) != 1 || made.Referrals[0].Count != len(links) {
		w.t.Fatalf("%+v", made)
	}
	return made.Referrals[0].ID
}
