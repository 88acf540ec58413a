package law

import (
	"time"

	"github.com/argine/argine/internal/problem"
)

// Order is where the case of one removal order stands. It is a fold over what happened: both
// sides, given the same events, see the same. The zero Order is a case before anything happened.
type Order struct {
	at   [lastMoment]time.Time // of each moment that a clock needs, the newest
	last time.Time             // of all events

	crossBorder bool
	emergency   bool
	unclear     bool // of blockedAt: the issuer owes a clarification
}

// moment is one kind of event that is remembered, as a place in Order.at.
type moment int

const (
	informed moment = iota
	issued
	sent
	copySent
	received
	blockedAt // the hour stands still since
	hourFrom  // the hour runs from
	executed
	fedBack
	copyReceived
	providerInformed
	providerAsked
	providerAnswered
	reviewAsked // the first time
	intended
	scrutinised // either way
	decisionTold
	voided // without effect: 4(6), annulled or withdrawn
	reinstated
	keptDown
	appealed
	final
	finalTold
	secretFrom
	secretUntil
	proceedings // open since; zero when none are
	keepFrom    // preservation after proceedings runs from
	erased
	lastMoment
)

func (o *Order) has(m moment) bool { return !o.at[m].IsZero() }

// Follow folds events, in their order, into a case. An event that the Regulation leaves no
// room for is refused, and nothing of it is taken in.
func Follow(events []Event) (Order, error) {
	var o Order
	for _, e := range events {
		if err := o.Take(e); err != nil {
			return o, err
		}
	}
	return o, nil
}

// Void reports whether the order is without effect: withdrawn, annulled, or found to infringe.
func (o *Order) Void() bool { return o.has(voided) }

// Take adds what happened next.
func (o *Order) Take(e Event) error {
	if err := o.admit(e); err != nil {
		return err
	}
	o.last = e.At
	switch e.Kind {
	case Issued:
		o.at[issued], o.crossBorder, o.emergency = e.At, e.CrossBorder, e.Emergency != ""
	case Received:
		o.at[received], o.at[hourFrom] = e.At, e.At
	case Impossible, Unclear:
		o.at[blockedAt], o.unclear = e.At, e.Kind == Unclear
	case GroundsCeased, Clarified:
		o.at[blockedAt], o.at[hourFrom] = time.Time{}, e.At
	case Executed:
		o.at[executed], o.at[blockedAt], o.at[keepFrom] = e.At, time.Time{}, e.At
	case ReviewAsked:
		if !o.has(reviewAsked) { // a second request gives the decision no more time
			o.at[reviewAsked] = e.At
		}
	case Infringing:
		o.at[scrutinised], o.at[voided] = e.At, e.At
	case Withdrawn, AppealWon:
		o.at[voided] = e.At
	case AppealLost:
		o.at[appealed], o.at[final] = time.Time{}, e.At
	case NonDisclosed, NonDisclosedLonger:
		o.keepSecret(e)
	case DisclosureFreed:
		o.at[secretUntil] = e.At
	case ProceedingsClosed:
		o.at[proceedings], o.at[keepFrom] = time.Time{}, e.At
	default:
		o.at[plain[e.Kind]] = e.At
	}
	return nil
}

// plain are the kinds that only leave their moment.
var plain = map[Kind]moment{
	Informed: informed, Sent: sent, CopySent: copySent, FedBack: fedBack, CopyReceived: copyReceived, ProviderInformed: providerInformed,
	ProviderAsked: providerAsked, ProviderAnswered: providerAnswered, DecisionTold: decisionTold, Intended: intended, Scrutinised: scrutinised, Reinstated: reinstated, KeptDown: keptDown, Appealed: appealed, Final: final,
	FinalTold: finalTold, ProceedingsOpened: proceedings, Erased: erased,
}

// keepSecret: six weeks from the decision, once more six weeks from the end of the first, Article
// 11(3). An authority may name an earlier end of the second, and no later one.
func (o *Order) keepSecret(e Event) {
	from := e.At
	if e.Kind == NonDisclosedLonger {
		from = o.at[secretUntil]
	} else {
		o.at[secretFrom] = e.At
	}
	o.at[secretUntil] = from.AddDate(0, 0, secretDays)
	if e.Kind == NonDisclosedLonger && e.Until.After(from) && e.Until.Before(o.at[secretUntil]) {
		o.at[secretUntil] = e.Until
	}
}

// needs is what must have happened, and must not have, for an event to be possible.
type needs struct {
	after  []moment
	before []moment
	why    string
}

var rules = map[Kind]needs{
	Informed:           {nil, []moment{issued}, "the information of Article 3(2) goes out before the order"},
	Issued:             {nil, []moment{issued}, "one case has one order; a corrected order is a case of its own"},
	Sent:               {[]moment{issued}, []moment{voided}, "only an order that was issued and stands can be sent"},
	CopySent:           {[]moment{issued}, nil, "the copy of Article 4(1) is that of an issued order"},
	Received:           {[]moment{sent}, []moment{received}, "an order is received once, after it was sent"},
	Impossible:         {[]moment{received}, []moment{executed, blockedAt, voided}, "Annex III answers an order that was received and waits to be executed"},
	Unclear:            {[]moment{received}, []moment{executed, blockedAt, voided}, "Annex III answers an order that was received and waits to be executed"},
	GroundsCeased:      {[]moment{blockedAt}, []moment{voided}, "no impossibility was told that could cease"},
	Clarified:          {[]moment{blockedAt}, []moment{voided}, "no clarification was asked for"},
	Executed:           {[]moment{received}, []moment{executed, voided}, "an order is executed once, after it was received and while it stands"},
	FedBack:            {[]moment{executed}, []moment{fedBack}, "Annex II tells when the order was executed"},
	CopyReceived:       {[]moment{copySent}, []moment{copyReceived}, "the home authority has the copy once it was sent"},
	ProviderInformed:   {[]moment{executed}, nil, "the content provider is told of a removal that took place"},
	ProviderAsked:      {[]moment{executed}, []moment{providerAsked}, "the content provider asks about a removal that took place"},
	ProviderAnswered:   {[]moment{providerAsked}, []moment{providerAnswered}, "the content provider has asked for nothing"},
	DecisionTold:       {[]moment{scrutinised}, []moment{decisionTold}, "a decision of Article 4 is told once, after it was taken"},
	ReviewAsked:        {[]moment{received}, []moment{scrutinised, voided}, "a review is asked for while the order stands and is not scrutinised"},
	Intended:           {[]moment{issued}, []moment{scrutinised, voided}, "the intention of Article 4(5) comes before the decision"},
	Infringing:         {[]moment{intended}, []moment{scrutinised, voided}, "the issuing authority is told of the intention before the decision, Article 4(5)"},
	Scrutinised:        {[]moment{issued}, []moment{scrutinised, voided}, "an order is scrutinised once, while it stands"},
	Reinstated:         {[]moment{executed, voided}, []moment{reinstated, erased}, "content comes back that was removed under an order without effect"},
	KeptDown:           {[]moment{executed, voided}, []moment{reinstated, keptDown, erased}, "content is kept down by the host's own terms, once, that was removed under an order without effect"},
	Withdrawn:          {[]moment{issued}, []moment{voided}, "an order is withdrawn once"},
	Appealed:           {[]moment{received}, []moment{appealed, final, voided}, "an order can be challenged until it is final"},
	AppealLost:         {[]moment{appealed}, []moment{final, voided}, "no appeal is open"},
	AppealWon:          {[]moment{appealed}, []moment{final, voided}, "no appeal is open"},
	Final:              {[]moment{received}, []moment{appealed, final, voided}, "an order becomes final once, when no appeal is open"},
	FinalTold:          {[]moment{final}, []moment{finalTold}, "the home authority is told once that the order is final"},
	NonDisclosed:       {[]moment{issued}, []moment{secretFrom}, "non-disclosure is decided once, and then extended"},
	NonDisclosedLonger: {[]moment{secretUntil}, nil, "only a non-disclosure that runs can be extended"},
	DisclosureFreed:    {[]moment{secretUntil}, nil, "no non-disclosure runs"},
	ProceedingsOpened:  {[]moment{executed}, []moment{proceedings, erased}, "content is kept for proceedings while it is still kept"},
	ProceedingsClosed:  {[]moment{proceedings}, nil, "no proceedings are open"},
	Erased:             {[]moment{executed}, []moment{erased, proceedings}, "what proceedings need is not erased"},
}

func (o *Order) admit(e Event) error {
	rule, known := rules[e.Kind]
	switch {
	case !known:
		return problem.New(problem.Invalid, "%.40q is nothing that happens to a removal order", e.Kind)
	case e.At.IsZero() || e.At.Before(o.last):
		return problem.New(problem.Invalid, "%s has the moment %s, which is before what happened last; events come in their order", e.Kind, e.At.Format(time.RFC3339))
	}
	for _, m := range rule.after {
		if !o.has(m) {
			return refused(e, rule.why)
		}
	}
	for _, m := range rule.before {
		if o.has(m) {
			return refused(e, rule.why)
		}
	}
	return o.admitOwn(e)
}

// admitOwn has the conditions that are more than an order of events.
func (o *Order) admitOwn(e Event) error {
	switch e.Kind {
	case GroundsCeased, Clarified:
		if o.unclear != (e.Kind == Clarified) {
			return refused(e, "an impossibility ends when its grounds cease, Article 3(7), a request for clarification when it is answered, Article 3(8)")
		}
	case Issued:
		if e.Emergency == "" && (!o.has(informed) || e.At.Before(o.at[informed].Add(informBefore))) {
			return refused(e, "the host is informed at least twelve hours before its first order, or the order records a duly justified emergency, Article 3(2)")
		}
	case ReviewAsked:
		if e.At.After(o.reviewUntil()) {
			return refused(e, "a review is asked for within 48 hours of the order or of the information of Article 11(2), Article 4(4); the home authority may scrutinise of its own motion, Article 4(3)")
		}
	case ProviderAnswered:
		if e.At.Before(o.at[secretUntil]) {
			return refused(e, "the content provider must not be told before the non-disclosure ends, Article 11(3)")
		}
	case CopySent:
		if !o.crossBorder {
			return refused(e, "a copy goes to another member state's authority in cross-border cases only, Article 4(1)")
		}
	case NonDisclosedLonger:
		if e.At.After(o.at[secretUntil]) || o.at[secretUntil].Sub(o.at[secretFrom]) > secretDays*24*time.Hour+time.Hour {
			return refused(e, "non-disclosure can be extended once, by six weeks, while it runs, Article 11(3)")
		}
	case ProviderInformed:
		if e.At.Before(o.at[secretUntil]) {
			return refused(e, "the content provider must not be told before the non-disclosure ends, Article 11(3)")
		}
	case Erased:
		if e.At.Before(o.keptUntil()) {
			return refused(e, "removed content is preserved for six months, Article 6(2)")
		}
	}
	return nil
}

func refused(e Event, why string) error {
	return problem.New(problem.Refused, "%s cannot happen here: %s", e.Kind, why)
}
