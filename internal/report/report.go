// Package report makes the after-action report: what a joint action came to.
//
// Joint actions publish how many items, languages and platforms there were, and never how
// many were removed, how fast, what was refused and why, what came back. Figures of
// different actions and of platforms' own reports cannot be reconciled, because nobody says
// what was counted. So here every figure has a rule and a denominator (Glossary), every
// rate an interval of confidence, and the report carries the head of the audit log that it
// can be checked against.
//
// Everything is read in one transaction and therefore of one moment. Figures count items of
// the action. They rest on the records of each stage (captures, assessments, deliveries,
// looks) and not on the stage that an item claims to be in; where the two do not agree,
// something has vanished, and the figure "lost" says so.
//
// The HTML form is one file without scripts and without links to anywhere: what it names
// must not be one click away.
package report

import (
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Compute gives the figures of an action's report.
func Compute(tx *sqldb.Tx, action id.Action) (client.Report, error) {
	s, err := gather(tx, action)
	return s.report, err
}

// HTML gives the report as one file that needs nothing else.
func HTML(tx *sqldb.Tx, action id.Action) ([]byte, error) {
	s, err := gather(tx, action)
	if err != nil {
		return nil, err
	}
	p, err := readParticulars(tx, s)
	if err != nil {
		return nil, err
	}
	return render(p)
}

// summary is what both forms of the report rest on.
type summary struct {
	action    about
	now       time.Time
	report    client.Report
	total     *group
	platforms map[string]*group
	languages map[string]*group
	tracks    map[string]*group
	ideology  map[string]*group // of items that two people have decided
	stages    map[string]int
	lost      map[string]int // items by what is missing
	handed    handedIn
	holds     []hold
}

// about is the action itself.
type about struct {
	id                 id.Action
	name, theme, leads string
	opens, closes      time.Time
}

const sqlAction = "SELECT a.name, a.theme, COALESCE(u.name, ''), a.opens_at, a.closes_at FROM action a LEFT JOIN unit u ON u.id = a.unit_id WHERE a.id = $1"

const sqlMedia = "SELECT COUNT(DISTINCT im.sha256) FROM action_item ai JOIN item_medium im ON im.item_id = ai.item_id WHERE ai.action_id = $1"

// gather reads all that is counted.
func gather(tx *sqldb.Tx, action id.Action) (*summary, error) {
	s := newSummary(action, tx.Now)
	err := tx.Row(sqlAction, action).Scan(&s.action.name, &s.action.theme, &s.action.leads, sqldb.Into(&s.action.opens), sqldb.Into(&s.action.closes))
	if problem.Is(err, problem.NotFound) {
		return s, problem.New(problem.NotFound, "there is no action %q; see the list of actions", action)
	}
	if err != nil {
		return s, err
	}
	for _, read := range []func(*sqldb.Tx) error{s.readItems, s.readHandedIn, s.readHolds, s.readMedia, s.readAudit} {
		if err := read(tx); err != nil {
			return s, err
		}
	}
	s.finish()
	return s, nil
}

func newSummary(action id.Action, now time.Time) *summary {
	return &summary{
		action: about{id: action}, now: now, total: &group{}, platforms: map[string]*group{}, languages: map[string]*group{},
		tracks: map[string]*group{}, ideology: map[string]*group{}, stages: map[string]int{}, lost: map[string]int{},
		report: client.Report{Action: string(action), Verdicts: noVerdicts(), Blocks: map[string]int{}, Ideologies: noIdeologies(), Rules: rules()},
	}
}

func (s *summary) readMedia(tx *sqldb.Tx) error {
	return tx.Row(sqlMedia, s.action.id).Scan(&s.report.Media)
}

func (s *summary) readAudit(tx *sqldb.Tx) (err error) {
	s.report.Audit.Events, s.report.Audit.Root, err = audit.Head(tx)
	return err
}

// finish works out what follows from the rest.
func (s *summary) finish() {
	r := &s.report
	r.Contributions, r.Units = s.handed.contributions, len(s.handed.units)
	r.Duplicates = r.Contributions - r.Items
	r.Held = len(s.holds)
	r.Delivered, r.Undeliverable, r.Referred = s.total.delivered, s.total.undeliverable, s.total.referred
	v, a := s.total.verified, s.total.answered
	r.Verified = client.ReportVerified{Removed: v[0], AccountGone: v[1], GeoBlocked: v[2], LoginWall: v[3], StillUp: v[4], Unknown: v[5]}
	r.Answered = client.ReportAnswers{Removed: a[0], Refused: a[1], Clarification: a[2], None: a[3]}
	r.MedianMinutesToRemoval = median(s.total.minutes)
	for name, g := range s.ideology {
		r.Ideologies[name] = client.ReportIdeology{Decided: g.items, Confirmed: g.items - g.rejected, Rejected: g.rejected, Referred: g.referred, Delivered: g.delivered, Gone: g.gone()}
	}
	if s.handed.missing > 0 {
		s.lost["the item of a contribution is missing"] += s.handed.missing
	}
	for _, n := range s.lost {
		r.Lost += n
	}
	for platform := range s.platforms {
		if platform != "" {
			r.Platforms++
		}
	}
	for language := range s.languages {
		if language != "" {
			r.Languages++
		}
	}
}
