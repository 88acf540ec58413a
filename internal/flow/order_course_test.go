package flow_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
)

// copied has the home authority in Dublin take in the copy of an order, and gives both.
func (w *orderWorld) copied(address string) (o, c id.Order) {
	w.Helper()
	o = w.issued(address)
	from := flow.FromAuthority{Authority: w.authority("BE").ID, Channel: flow.ByMail, Message: "eml_1", SentAt: *w.at, Proof: "DKIM"}
	c, err := w.flow.ReceiveCopy(w.Context(), from, attached(w.T, w.mails[len(w.mails)-1]))
	w.must(err)
	return o, c
}

// course has a course leave, and gives it.
func (w *orderWorld) course(to string) document.Document {
	w.Helper()
	before := len(w.mails)
	w.must(w.flow.Tick(w.Context()))
	w.deliver()
	if len(w.mails) != before+1 || !strings.HasPrefix(w.mails[before], "to "+to+"\n") {
		w.Fatalf("%d mails left, and one is to go to %s", len(w.mails)-before, to)
	}
	return attached(w.T, w.mails[before])
}

// tellsCourse has an authority tell a course.
func (w *orderWorld) tellsCourse(state string, d document.Document) error {
	w.Helper()
	text, err := d.JSON()
	w.must(err)
	_, err = w.flow.AuthorityMessage(w.Context(), flow.FromAuthority{Authority: w.authority(state).ID, Channel: flow.ByMail, Message: "eml_2", Proof: "DKIM"},
		client.Message{Type: client.OrderCourse, Document: text})
	return err
}

// TestACourseIsBelievedInWhatItsSenderKnows, and in nothing else. No authority is sent one that has
// not shown by one of its own that it has the copy.
func TestACourseIsBelievedInWhatItsSenderKnows(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.dublin()
		belgium, ireland := w.authority("BE"), w.authority("IE")
		o, c := w.copied("https://clips.example/v/1")
		first := w.course(belgium.Email) // and none of the issuing authority
		w.after(10 * time.Minute)
		w.must(w.answers(o, document.AnnexII, nil))
		if err := w.tellsCourse("FR", first); !problem.Is(err, problem.Forbidden) {
			w.Errorf("a stranger tells: %v", err)
		}
		lying := first
		lying.Values = law.Filled{}
		for key, value := range first.Values {
			lying.Values[key] = value
		}
		told := "copy_received " + w.at.Add(-9*time.Minute).Format(time.RFC3339)
		lying.Values["b.events"] = told + "\ninfringing " + w.at.Format(time.RFC3339) + "\nreinstated " + w.at.Format(time.RFC3339) + "\nreview_asked " + w.at.Add(time.Hour).Format(time.RFC3339)
		w.must(w.tellsCourse("IE", lying))
		events := w.events(o)
		if order.Happened(events, law.Infringing) || order.Happened(events, law.Reinstated) || order.Happened(events, law.ReviewAsked) || !order.At(events, law.CopyReceived).Equal(w.at.Add(-9*time.Minute)) {
			w.Errorf("happened %q", kindsOf(events))
		}
		w.must(w.tellsCourse("IE", first))
		second := w.course(ireland.Email)
		w.must(w.tellsCourse("BE", second))
		w.must(w.tellsCourse("BE", second)) // told again
		ours, theirs := w.events(o), w.events(c)
		if diff := cmp.Diff(moments(ours), moments(theirs)); diff != "" || !order.Happened(theirs, law.FedBack) {
			w.Errorf("issuer and home authority:\n%s", diff)
		}
		second.Values["b.events"] = "executed yesterday"
		if err := w.tellsCourse("BE", second); !problem.Is(err, problem.Invalid) {
			w.Errorf("a course that cannot be read: %v", err)
		}
	})
}

func moments(events []order.Event) (list []string) {
	for _, e := range events {
		list = append(list, string(e.Kind)+" "+e.At.Format(time.RFC3339Nano))
	}
	slices.Sort(list)
	return list
}

// TestAHostsRequestForReview by mail starts the 72 hours of Article 4(4) at once where DKIM shows
// whose it is; any other waits for a person and starts nothing.
func TestAHostsRequestForReview(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		w.dublin()
		_, c := w.copied("https://clips.example/v/1")
		text, err := flow.OrderDocument(w.order(c), "").JSON()
		w.must(err)
		received := *w.at
		w.after(time.Hour)
		asks := func(by string, change func(*client.Message)) correspondence.Mail {
			m := client.Message{Type: client.ReviewAsked, Document: text, Text: "It is satire.", Timeline: []client.TimelineEvent{{Kind: "received", At: received}, {Kind: "withdrawn", At: received}}}
			if change != nil {
				change(&m)
			}
			file, err := json.Marshal(m)
			w.must(err)
			return w.send("tco@clips.example", w.write(letter{from: "tco@clips.example", subject: "Request", text: "See the file.", name: "request.json", file: file}, by))
		}
		for _, by := range []string{"", "evil.example"} {
			if m := asks(by, nil); m.State != correspondence.Waiting || !strings.Contains(m.Outcome, "4(4)") {
				w.Errorf("signed by %q it is %s: %s", by, m.State, m.Outcome)
			}
		}
		unknown := func(m *client.Message) {
			m.Document = []byte(strings.ReplaceAll(string(text), w.order(c).Reference, "TCO-1999-000001"))
		}
		if m := asks("clips.example", unknown); m.State != correspondence.Waiting || !strings.Contains(m.Outcome, "no copy") {
			w.Errorf("of an order that is not here: %s: %s", m.State, m.Outcome)
		}
		if order.Happened(w.events(c), law.ReviewAsked) {
			w.Fatal("a request that nobody proved started the 72 hours")
		}
		if m := asks("clips.example", nil); m.State != correspondence.Answered {
			w.Errorf("signed by the host it is %s: %s", m.State, m.Outcome)
		}
		asks("clips.example", nil)
		events := w.events(c)
		if !order.At(events, law.Received).Equal(received) || order.Happened(events, law.Withdrawn) || len(slices.DeleteFunc(kindsOf(events), func(k law.Kind) bool { return k != law.ReviewAsked })) != 1 {
			w.Errorf("happened %q", kindsOf(events))
		}
		if clock := w.clock(c, "decide_review"); w.order(c).Duty != "decide_review" || !clock.Until.Equal(w.at.Add(72*time.Hour)) {
			w.Errorf("owed is %s, the review until %s", w.order(c).Duty, clock.Until)
		}
	})
}
