package order

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Answer is what a host said of an order: Annex II or Annex III.
type Answer struct {
	Form    string
	Filled  law.Filled
	Channel string // portal, api, webhook, mail, person
	Source  string // identifier of the mail or message
	Proof   string // how its sender was made sure of
	Refused string // why it had no effect; empty when it had
	User    id.User
	At      time.Time
}

const (
	sqlAnswered  = "SELECT 1 FROM order_answer WHERE order_id = $1 AND sum = $2"
	sqlAddAnswer = "INSERT INTO order_answer (order_id, sum, form, filled, channel, source, proof, refused, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	sqlAnswers   = "SELECT form, filled, channel, source, proof, refused, user_id, at FROM order_answer WHERE order_id = $1 ORDER BY at, sum"
	maxAhead     = 5 * time.Minute // a clock that is a little fast is forgiven
)

// Answers lists what a host said of an order, the oldest first.
func Answers(tx *sqldb.Tx, order id.Order) ([]Answer, error) {
	return sqldb.List(tx, sqlAnswers, []any{order}, func(scan sqldb.Scanner) (a Answer, err error) {
		var filled string
		if err := scan(&a.Form, &filled, &a.Channel, &a.Source, &a.Proof, &a.Refused, &a.User, sqldb.Into(&a.At)); err != nil {
			return a, err
		}
		return a, json.Unmarshal([]byte(filled), &a.Filled)
	})
}

// RecordAnswer records what a host said. The same answer again changes nothing, and news is
// false. An answer that the case has no room for (executed after it was withdrawn, say) is
// kept all the same, and people are told.
func RecordAnswer(tx *sqldb.Tx, by audit.Actor, order id.Order, a Answer) (o Order, news bool, err error) {
	if err := a.check(); err != nil {
		return o, false, err
	}
	if o, err = Get(tx, order); err != nil {
		return o, false, err
	}
	if o.Origin != Own || o.ApprovedAt.IsZero() {
		return o, false, problem.New(problem.NotFound, "there is no removal order %.40q that could be answered; take the identifier from the order", order)
	}
	sum, err := a.sum()
	if err != nil {
		return o, false, err
	}
	if there, err := tx.Exists(sqlAnswered, o.ID, sum); err != nil || there {
		return o, false, err
	}
	effect := o.take(tx, by, a)
	if effect != nil && !problem.Is(effect, problem.Refused) {
		return o, false, effect
	}
	if effect != nil {
		a.Refused = problem.Message(effect)
	}
	if err := a.save(tx, by, o, sum); err != nil {
		return o, false, err
	}
	if effect == nil {
		return o, true, nil
	}
	events, err := Events(tx, o.ID)
	if err != nil {
		return o, false, err
	}
	return o, true, o.refresh(tx, events)
}

func (a Answer) check() error {
	switch a.Form {
	case "annex-2":
		return law.TCO().AnnexII().Check(a.Filled)
	case "annex-3":
		return law.TCO().AnnexIII().Check(a.Filled)
	}
	return problem.New(problem.Invalid, "%.40q does not answer a removal order; use annex-2 or annex-3", a.Form)
}

func (a Answer) sum() (string, error) {
	text, err := json.Marshal(struct {
		Form   string
		Filled law.Filled
	}{a.Form, a.Filled}) // a map's keys are sorted
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

func (a Answer) save(tx *sqldb.Tx, by audit.Actor, o Order, sum string) error {
	filled, err := json.Marshal(a.Filled)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAddAnswer, o.ID, sum, a.Form, string(filled), a.Channel, a.Source, a.Proof, a.Refused, by.User, sqldb.At(tx.Now)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "order.answered", Subject: string(o.ID), Detail: struct {
		Reference string `json:"reference"`
		Form      string `json:"form"`
		Sum       string `json:"sum"`
		Channel   string `json:"channel"`
		Source    string `json:"source,omitempty"`
		Refused   string `json:"refused,omitempty"`
	}{o.Reference, a.Form, sum, a.Channel, a.Source, a.Refused}})
}

// take records the events that an answer comes to: all of them, or none.
func (o *Order) take(tx *sqldb.Tx, by audit.Actor, a Answer) error {
	_, events, err := Case(tx, o.ID)
	if err != nil {
		return err
	}
	news, err := a.events(events, o.ApprovedAt, tx.Now)
	if err != nil {
		return err
	}
	if err := possible(events, news); err != nil {
		return err
	}
	for _, e := range news {
		if err := o.record(tx, by, e.Event, e.Detail); err != nil {
			return err
		}
	}
	return nil
}

// possible tries the events out, so that none is recorded where one is refused.
func possible(events, news []Event) error {
	all := slices.Concat(events, news)
	slices.SortStableFunc(all, func(a, b Event) int { return a.At.Compare(b.At) })
	_, err := follow(all)
	return err
}

// events are what the answer tells of. Who answers has the order: where the transport has
// not told yet that it arrived, the answer does.
func (a Answer) events(before []Event, issued, now time.Time) (news []Event, err error) {
	detail := Detail{Channel: a.Channel, Source: a.Source, Proof: a.Proof, Form: a.Form, Values: a.Filled}
	add := func(kind law.Kind, at time.Time, d Detail) {
		news = append(news, Event{Event: law.Event{Kind: kind, At: at}, Detail: d})
	}
	received := At(before, law.Received)
	if received.IsZero() {
		if received, err = a.moment("a.received_at", later(issued, At(before, law.Sent)), now); err != nil {
			return nil, err
		}
		proof := Detail{Channel: a.Channel, Source: a.Source, Assumed: true, Reasons: "the host answered, so it has the order"}
		if !Happened(before, law.Sent) {
			add(law.Sent, received, proof)
		}
		add(law.Received, received, proof)
	}
	dated, err := a.moment("c.date", received, now)
	if err != nil {
		return nil, err
	}
	if a.Form == "annex-3" {
		kind := law.Impossible
		if grounds := a.Filled["b.grounds"]; strings.Contains(grounds, "manifest_errors") || strings.Contains(grounds, "insufficient") {
			kind = law.Unclear // also where both are ticked: what we owe comes first
		}
		add(kind, later(dated, At(before, law.GroundsCeased), At(before, law.Clarified)), detail)
		return news, nil
	}
	taken, err := a.moment("b.taken_at", received, now)
	if err != nil {
		return nil, err
	}
	if said, _ := time.Parse(time.RFC3339, a.Filled["b.taken_at"]); !said.Equal(taken) {
		detail.SaidAt = said.UTC()
	}
	add(law.Executed, taken, detail)
	detail.Values = nil
	add(law.FedBack, later(dated, taken), detail)
	return news, nil
}

// moment reads a moment of the form and brings it between the two that it must lie between:
// clocks of two machines differ, and what was gone before the order came was gone when it came.
func (a Answer) moment(key string, from, now time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(a.Filled[key]))
	if err != nil {
		return at, problem.Wrap(err, problem.Invalid, "%s is no moment such as 2026-10-25T02:30:00+02:00", key)
	}
	if at.After(now.Add(maxAhead)) {
		return at, problem.New(problem.Invalid, "%s, %s, has not come yet; correct it", key, at.Format(time.RFC3339))
	}
	if at.After(now) {
		at = now
	}
	return later(at.UTC().Truncate(time.Microsecond), from), nil
}

func later(moments ...time.Time) (latest time.Time) {
	for _, m := range moments {
		if m.After(latest) {
			latest = m
		}
	}
	return latest
}
