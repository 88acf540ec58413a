package flow_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// authority gives an authority of the register.
func (w *orderWorld) authority(state string) (a register.Authority) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := register.ByState(tx, state, register.Scrutinise)
		a = list[0]
		return err
	})
	return a
}

// dublin adds an Irish unit with two people who scrutinise.
func (w *orderWorld) dublin() {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		u, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit Dublin", Country: "IE", Kind: "authority"})
		if err != nil {
			return err
		}
		for _, name := range []string{"first in Dublin", "second in Dublin"} {
			made, err := auth.AddUser(tx, audit.System, auth.User{Unit: u.ID, Name: name, Email: strings.ReplaceAll(name, " ", ".") + "@desk.test", Roles: []auth.Role{auth.Coordinator}})
			if err != nil {
				return err
			}
			if w.people[name], err = auth.PrincipalOf(tx, made.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// attached reads the JSON document out of a mail.
func attached(t *testing.T, raw string) document.Document {
	t.Helper()
	d, err := document.Parse(partOf(t, raw, "application/json"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// partOf reads the first part of a type out of a mail.
func partOf(t *testing.T, raw, kind string) []byte {
	t.Helper()
	_, raw, _ = strings.Cut(raw, "\n")
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err != nil {
			t.Fatalf("no %s in the mail: %v", kind, err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), kind) {
			return decoded(t, part)
		}
	}
}

// TestScrutinyFindsAnInfringementAfterRemoval takes an order through both authorities: the
// copy as it was mailed, a request for review, the intention, the decision as it was mailed
// back, and the content that comes back.
func TestScrutinyFindsAnInfringementAfterRemoval(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.dublin()
		ctx := w.Context()
		o := w.issued("https://clips.example/v/1")
		w.after(10 * time.Minute)
		w.must(w.answers(o, document.AnnexII, nil))
		belgium, ireland := w.authority("BE"), w.authority("IE")

		copied := attached(w.T, w.mails[0])
		from := flow.FromAuthority{Authority: belgium.ID, Channel: flow.ByMail, Message: "eml_1", SentAt: orderStart, Proof: "DKIM d=authority-be.example"}
		forged := from
		forged.Authority = ireland.ID
		if _, err := w.flow.ReceiveCopy(ctx, forged, copied); !problem.Is(err, problem.Refused) {
			w.Errorf("an order of Belgium from Ireland: %v", err)
		}
		c, err := w.flow.ReceiveCopy(ctx, from, copied)
		w.must(err)
		again, err := w.flow.ReceiveCopy(ctx, from, copied)
		w.must(err)
		got := w.order(c)
		if again != c || got.Origin != order.Copy || got.Unit != w.person("first in Dublin").Unit || got.Platform != w.host || !slices.Contains(got.Attention, order.Scrutinise) || !got.DueAt.Equal(w.at.Add(72*time.Hour)) {
			w.Errorf("%s, %+v", again, got)
		}
		if _, err := w.flow.ApproveOrder(ctx, w.person("second in Dublin"), c); !problem.Is(err, problem.Refused) {
			w.Errorf("a copy is approved: %v", err)
		}
		w.scrutinise(c)
		w.toldBack(o, c, ireland.ID)
	})
}

// scrutinise has the home authority decide on a request of the content provider.
func (w *orderWorld) scrutinise(c id.Order) {
	w.Helper()
	ctx := w.Context()
	for _, kind := range []law.Kind{law.Received, law.Executed} {
		_, err := w.flow.RecordOrderEvent(ctx, w.person("first in Dublin"), c, flow.NewOrderEvent{Kind: kind, At: orderStart.Add(10 * time.Minute), Reasons: "the host told us"})
		w.must(err)
	}
	w.after(24 * time.Hour)
	_, err := w.flow.RecordOrderEvent(ctx, w.person("first in Dublin"), c, flow.NewOrderEvent{Kind: law.ReviewAsked, Reasons: "it is satire", Party: "provider", Contact: "author@mail.example"})
	w.must(err)
	if got := w.order(c); got.Owes != law.Home || got.Duty != "decide_review" || !slices.Contains(got.Attention, order.DecideReview) {
		w.Errorf("%s owes %s, attention %q", got.Owes, got.Duty, got.Attention)
	}
	if _, err := w.flow.ProposeStep(ctx, w.person("first in Dublin"), c, law.Infringing, "Charter", nil); !problem.Is(err, problem.Refused) {
		w.Errorf("decided before the intention was told: %v", err)
	}
	if _, err := w.flow.RecordOrderEvent(ctx, w.person("first in Dublin"), c, flow.NewOrderEvent{Kind: law.Intended, Reasons: "x"}); !problem.Is(err, problem.Refused) {
		w.Errorf("one person alone: %v", err)
	}
	w.twoPeople("first in Dublin", "second in Dublin", c, law.Intended, "we mean to find a manifest infringement of Article 11 of the Charter")
	w.after(5 * time.Hour)
	_, err = w.flow.ProposeStep(ctx, w.person("first in Dublin"), c, law.Infringing, "It is satire, Article 1(3).", law.Filled{"b.infringed": "regulation,charter"})
	w.must(err)
	_, err = w.flow.AgreeStep(ctx, w.person("second in Dublin"), c, law.Infringing)
	w.must(err)
	w.deliver()
	if clock := w.clock(c, "decide_review"); clock.State != law.Met {
		w.Errorf("the decision is %s", clock.State)
	}
}

// toldBack looks at what was told to whom, and has the issuing authority take it in.
func (w *orderWorld) toldBack(o, c id.Order, ireland id.Authority) {
	w.Helper()
	ctx := w.Context()
	if len(w.mails) != 4 || !strings.HasPrefix(w.mails[1], "to tco@authority-be.example\n") || !strings.HasPrefix(w.mails[3], "to author@mail.example\n") {
		w.Fatalf("%d mails", len(w.mails))
	}
	decision := attached(w.T, w.mails[2])
	if decision.Form != document.Review || decision.Values["b.decision"] != "infringes" || decision.Values["b.infringed"] != "regulation,charter" || decision.Values["a.basis"] != "provider" || decision.Unit != "Unit Dublin" {
		w.Errorf("%+v", decision)
	}
	if clock := w.clock(c, "tell_decision"); clock.State != law.Met {
		w.Errorf("the decision left, and telling it is %s", clock.State)
	}
	if m := w.hooks[len(w.hooks)-1]; m.Type != client.OrderReviewed {
		w.Errorf("the host was told %s", m.Type)
	}
	stranger := flow.FromAuthority{Authority: w.authority("FR").ID, Channel: flow.ByMail}
	if err := w.flow.OrderReviewed(ctx, stranger, decision); !problem.Is(err, problem.Forbidden) {
		w.Errorf("another authority decides: %v", err)
	}
	home := flow.FromAuthority{Authority: ireland, Channel: flow.ByMail, Message: "eml_2", Proof: "DKIM"}
	w.must(w.flow.OrderReviewed(ctx, home, decision))
	w.must(w.flow.OrderReviewed(ctx, home, decision))
	if clock := w.clock(o, "tell_decision"); clock.State != law.Met {
		w.Errorf("we know the decision, and telling it is %s", clock.State)
	}
	got := w.order(o)
	if got.VoidedAt.IsZero() || got.Duty != "reinstate" || !slices.Contains(got.Attention, order.Reinstate) {
		w.Errorf("voided %s, owed is %s, attention %q", got.VoidedAt, got.Duty, got.Attention)
	}
	for _, name := range []string{"scrutinise", "reinstate"} {
		ours, theirs := w.clock(o, name), w.clock(c, name)
		if ours.State != theirs.State || ours.Done.Truncate(time.Second) != theirs.Done.Truncate(time.Second) {
			w.Errorf("%s is %+v for the issuer and %+v for the home authority", name, ours, theirs)
		}
	}
	for who, target := range map[string]id.Order{"coordinator": o, "first in Dublin": c} {
		_, err := w.flow.RecordOrderEvent(ctx, w.person(who), target, flow.NewOrderEvent{Kind: law.Reinstated, Reasons: "the host says so"})
		w.must(err)
		if clock := w.clock(target, "reinstate"); clock.State != law.Met {
			w.Errorf("for %s the content is %s", who, clock.State)
		}
	}
}

// TestAllSidesSeeTheSame: the issuer's case goes to the host as the timeline of a message; what
// the host and the home authority fold of it is the case that the issuer has, at every moment.
func TestAllSidesSeeTheSame(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.issued("https://clips.example/v/1")
		w.after(20 * time.Minute)
		w.must(w.answers(o, document.AnnexIII, law.Filled{"b.grounds": "insufficient", "b.wanted": "which"}))
		w.twoPeople("coordinator", "second reviewer", o, law.Clarified, "the first")
		w.after(20 * time.Minute)
		w.must(w.answers(o, document.AnnexII, nil))
		w.twoPeople("coordinator", "second reviewer", o, law.Withdrawn, "it was wrong")
		sent, err := json.Marshal(w.hooks[len(w.hooks)-1])
		w.must(err)
		var m client.Message
		w.must(json.Unmarshal(sent, &m))
		var told []law.Event
		for _, e := range m.Timeline {
			told = append(told, law.Event{Kind: law.Kind(e.Kind), At: e.At, Emergency: e.Emergency, CrossBorder: e.CrossBorder})
		}
		theirs, err := law.Follow(told)
		w.must(err)
		var ours law.Order
		w.view(func(tx *sqldb.Tx) (err error) { ours, _, err = order.Case(tx, o); return err })
		if theirs != ours {
			w.Errorf("the host's case is another one: %+v", told)
		}
		for at := orderStart; at.Before(orderStart.AddDate(1, 0, 0)); at = at.Add(36*time.Hour + 7*time.Minute) {
			if diff := cmp.Diff(ours.Clocks(at, nil), theirs.Clocks(at, nil)); diff != "" || ours.Next(at) != theirs.Next(at) {
				w.Fatalf("at %s:\n%s", at, diff)
			}
		}
	})
}

// TestACopyThatTheRegisterDoesNotKnow is kept and shown, and answered to nobody.
func TestACopyThatTheRegisterDoesNotKnow(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.dublin()
		w.issued("https://clips.example/v/1")
		copied := attached(w.T, w.mails[0])
		c, err := w.flow.UploadCopy(w.Context(), w.person("first in Dublin"), flow.FromAuthority{Channel: flow.ByAPI, Proof: "nobody has made sure of the sender"}, copied)
		w.must(err)
		_, err = w.flow.ProposeStep(w.Context(), w.person("first in Dublin"), c, law.Intended, "x", nil)
		w.must(err)
		if _, err := w.flow.AgreeStep(w.Context(), w.person("second in Dublin"), c, law.Intended); !problem.Is(err, problem.Refused) {
			w.Errorf("the intention is told to an unknown sender: %v", err)
		}
		if got := w.order(c); got.Proof != "nobody has made sure of the sender" || got.AuthorityID != "" {
			w.Errorf("%+v", got)
		}
		if _, err := w.flow.UploadCopy(w.Context(), w.person("analyst"), flow.FromAuthority{}, copied); !problem.Is(err, problem.Forbidden) {
			w.Errorf("an analyst uploads: %v", err)
		}
		// The 72 hours pass, and nothing is owed any more.
		w.after(72*time.Hour + time.Second)
		w.must(w.flow.Tick(w.Context()))
		if got := w.order(c); slices.Contains(got.Attention, order.Scrutinise) || w.clock(c, "scrutinise").State != law.Over {
			w.Errorf("attention %q, scrutiny is %s", got.Attention, w.clock(c, "scrutinise").State)
		}
	})
}

func decoded(t *testing.T, part *multipart.Part) []byte {
	t.Helper()
	var text []byte
	var err error
	switch part.Header.Get("Content-Transfer-Encoding") {
	case "base64":
		text, err = io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
	case "quoted-printable":
		text, err = io.ReadAll(quotedprintable.NewReader(part))
	default:
		text, err = io.ReadAll(part)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}
