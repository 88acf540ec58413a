package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// lookAhead is how many tasks behind the shown one are counted; "5 or more wait" is enough
// to know, and each task costs reading.
const lookAhead = 5

type worklistPage struct {
	frame
	Step     int
	Position int // how many the person has skipped
	Task     *client.Task
	Behind   int  // tasks behind this one, as far as looked ahead
	More     bool // and further ones
	Law      law.Edition
	Limbs    []keyed
	Purposes []keyed
	Sure     []keyed
	Tiers    []keyed
	Form     assess.New
	Wrong    map[string]string // what is wrong with the form, by field
	Refusal  string            // why the last decision was not recorded
	Recorded string            // the item of the last decision
	threat   bool              // it found an imminent threat to life
}

// keyed is a choice with the key that makes it.
type keyed struct{ Value, Key, Text string }

// The keys. Limbs and the two decisions are on the home row, and so is finding no
// protected purpose, which is what is found most often.
const (
	limbKeys    = "asdfg"
	purposeKeys = "hwertyu" // none first
	sureKeys    = "zxc"
	tierKeys    = "12340" // none last
	ideologyKey = "i"
)

var sureness = []string{"60", "80", "95"}

func worklist(s *Server, c *call) error {
	q := c.r.URL.Query()
	p := worklistPage{Recorded: q.Get("recorded"), Form: assess.New{Confidence: 80}, threat: q.Get("threat") == "yes"}
	p.Step, _ = strconv.Atoi(q.Get("step"))
	p.Position, _ = strconv.Atoi(q.Get("skip"))
	return s.showWorklist(c, http.StatusOK, p)
}

func (s *Server) showWorklist(c *call, status int, p worklistPage) error {
	target := id.Action(c.r.PathValue("id"))
	action, err := s.Desk.Action(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	if p.Step != 2 && p.Step != 3 {
		p.Step = 1
	}
	p.Position = max(0, min(p.Position, 400))
	tasks, err := s.Desk.Worklist(c.ctx(), c.who, target, p.Step, p.Position+1+lookAhead)
	if err != nil {
		return err
	}
	if p.Position < len(tasks) {
		p.Task = &tasks[p.Position]
		p.Behind = len(tasks) - p.Position - 1
		p.More = p.Behind == lookAhead
	}
	if p.Task != nil && p.Form.Item != "" && string(p.Form.Item) != p.Task.Item.ID {
		p.Form, p.Wrong = assess.New{Confidence: 80}, nil // the list has moved on; the browser kept the texts
	}
	p.frame = s.frame(c, c.words.say("worklist.title", "Action", action.Name), "actions").of(action, "worklist")
	p.Scripts = []string{"veil.js", "work.js"}
	p.Law = law.TCO()
	p.choices(c.words)
	return s.render(c, status, "worklist", p)
}

func (p *worklistPage) choices(w *words) {
	for i, l := range p.Law.Limbs {
		p.Limbs = append(p.Limbs, keyed{l.Letter, limbKeys[i : i+1], l.Text})
	}
	p.Purposes = []keyed{{law.NoPurpose, purposeKeys[:1], w.named("purpose", law.NoPurpose)}}
	for i, purpose := range p.Law.Purposes {
		p.Purposes = append(p.Purposes, keyed{purpose.Name, purposeKeys[i+1 : i+2], w.named("purpose", purpose.Name)})
	}
	for i, t := range p.Law.Tiers {
		p.Tiers = append(p.Tiers, keyed{t.Name, tierKeys[i : i+1], w.named("tier", t.Name)})
	}
	p.Tiers = append(p.Tiers, keyed{"", tierKeys[len(p.Law.Tiers):], w.say("worklist.no_tier")})
	for i, n := range sureness {
		p.Sure = append(p.Sure, keyed{n, sureKeys[i : i+1], w.say("worklist.sure_" + n)})
	}
}

// Second reports whether the person may give second assessments, for the switch between the steps.
func (p worklistPage) Second() bool { return p.Who.May(auth.AssessSecond) }

// IdeologyKey leads to the choice of an ideology.
func (p worklistPage) IdeologyKey() string { return ideologyKey }

// Behaviours are what an account can do with material.
func (p worklistPage) Behaviours() []law.Behaviour { return law.Behaviours() }

// Ideologies are what is counted by.
func (p worklistPage) Ideologies() []law.Ideology { return law.Ideologies() }

// Threat reports whether the last decision found an imminent threat to life.
func (p worklistPage) Threat() bool { return p.Form.Item == "" && p.threat }

// Next is the position after skipping the shown task.
func (p worklistPage) Next() int { return p.Position + 1 }

// decide records one assessment and goes on to the next task.
func decide(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	in := assess.New{Item: id.Item(f.Get("item")), Decision: f.Get("decision"), Limbs: f["limb"], Purpose: f.Get("purpose"), PurposeReasons: f.Get("purpose_reasons"), Reasons: f.Get("reasons"),
		Factors: f["factor"], Language: f.Get("language"), Producer: f.Get("producer"), Entity: id.Entity(strings.TrimSpace(f.Get("designation"))), Behaviours: f["behaviour"], Tier: f.Get("tier"), Ideology: f.Get("ideology")}
	in.Confidence, _ = strconv.Atoi(f.Get("confidence"))
	results, err := s.Flow.Assess(c.ctx(), c.who, []assess.New{in})
	if err != nil {
		return err
	}
	step, _ := strconv.Atoi(f.Get("step"))
	skip, _ := strconv.Atoi(f.Get("skip"))
	if err := results[0].Err; err != nil {
		p := worklistPage{Step: step, Position: skip, Form: in, Wrong: wrongFields(err), Refusal: problem.Message(err)}
		return s.showWorklist(c, problem.Of(err).Meaning().Status, p)
	}
	q := url.Values{"step": {strconv.Itoa(max(1, step))}, "recorded": {string(in.Item)}}
	if in.Tier == law.TierThreatToLife {
		q.Set("threat", "yes")
	}
	if skip > 0 {
		q.Set("skip", strconv.Itoa(skip))
	}
	http.Redirect(c.w, c.r, "/actions/"+c.r.PathValue("id")+"/worklist?"+q.Encode(), http.StatusSeeOther)
	return nil
}

// wrongFields gives what is wrong with a form, by the name of the field.
func wrongFields(err error) map[string]string {
	out := map[string]string{}
	var e *problem.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			out[f.Path] = f.Message
		}
	}
	return out
}
