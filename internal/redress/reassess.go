package redress

import (
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Finding is what one person finds on assessing an item anew.
type Finding struct {
	Decision string   // assess.Terrorist or assess.NotTerrorist
	Limbs    []string // of Article 2(7)
	Purpose  string   // protected purpose that was found, or law.NoPurpose
	Reasons  string
}

// Reassessment is a recorded finding.
type Reassessment struct {
	Finding
	Step    int
	User    id.User
	Unit    id.Unit
	Edition string
	At      time.Time
}

const (
	sqlReassessments = "SELECT step, user_id, unit_id, decision, limbs, purpose, reasons, edition, at FROM reassessment WHERE complaint_id = $1 ORDER BY step"
	sqlReassess      = "INSERT INTO reassessment (complaint_id, step, user_id, unit_id, decision, limbs, purpose, reasons, edition, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
	sqlDecide        = "UPDATE complaint SET state = 'decided', outcome = $1, decided_at = $2 WHERE id = $3"

	// sqlTookPart are all who had a hand in what was done about an item, or who filed a complaint
	// about it: who words what a content provider wrote in, or chose to take it up, speaks for one side.
	sqlTookPart = `SELECT user_id FROM assessment WHERE item_id = $1
		UNION SELECT r.drafted_by FROM referral r JOIN referral_item ri ON ri.referral_id = r.id WHERE ri.item_id = $1
		UNION SELECT r.approved_by FROM referral r JOIN referral_item ri ON ri.referral_id = r.id WHERE ri.item_id = $1
		UNION SELECT n.drafted_by FROM notice n JOIN notice_item ni ON ni.notice_id = n.id WHERE ni.item_id = $1
		UNION SELECT n.approved_by FROM notice n JOIN notice_item ni ON ni.notice_id = n.id WHERE ni.item_id = $1
		UNION SELECT drafted_by FROM removal_order WHERE item_id = $1
		UNION SELECT approved_by FROM removal_order WHERE item_id = $1
		UNION SELECT e.user_id FROM order_event e JOIN removal_order o ON o.id = e.order_id WHERE o.item_id = $1
		UNION SELECT s.proposed_by FROM order_step s JOIN removal_order o ON o.id = s.order_id WHERE o.item_id = $1
		UNION SELECT s.decided_by FROM order_step s JOIN removal_order o ON o.id = s.order_id WHERE o.item_id = $1
		UNION SELECT user_id FROM justification WHERE item_id = $1
		UNION SELECT proposed_by FROM reinstatement WHERE item_id = $1
		UNION SELECT approved_by FROM reinstatement WHERE item_id = $1
		UNION SELECT filed_by FROM complaint WHERE item_id = $1
		UNION SELECT ra.user_id FROM reassessment ra JOIN complaint c ON c.id = ra.complaint_id WHERE c.item_id = $1 AND c.id <> $2`
)

// TookPart are the people who had a hand in the case of the complaint's item before: who
// assessed it, justified that it leaves, drafted or approved what went out about it, reversed it or
// agreed to ask for it back, proposed or
// recorded anything in the case of an order on it, filed this complaint or another about it, or
// decided on another.
func TookPart(tx *sqldb.Tx, c Complaint) ([]id.User, error) {
	all, err := sqldb.Column[id.User](tx, sqlTookPart, c.Item, c.ID)
	return slices.DeleteFunc(all, func(u id.User) bool { return u == "" || u == audit.System.User }), err
}

// Reassessments are the findings on a complaint, the first one first.
func Reassessments(tx *sqldb.Tx, complaint id.Complaint) ([]Reassessment, error) {
	return sqldb.List(tx, sqlReassessments, []any{complaint}, func(scan sqldb.Scanner) (r Reassessment, err error) {
		var limbs string
		err = scan(&r.Step, &r.User, &r.Unit, &r.Decision, &limbs, &r.Purpose, &r.Reasons, &r.Edition, sqldb.Into(&r.At))
		r.Limbs = strings.Fields(limbs)
		return r, err
	})
}

// Reassess records what one person finds. When that decides the complaint, it is decided.
func Reassess(tx *sqldb.Tx, by audit.Actor, complaint id.Complaint, in Finding) (Complaint, error) {
	c, err := Get(tx, complaint)
	if err != nil {
		return c, err
	}
	if c.State == Decided {
		return c, problem.New(problem.Conflict, "%s was decided on %s; a new complaint can be filed", c.Reference, c.DecidedAt.Format("2006-01-02"))
	}
	edition := law.TCO()
	if err := in.check(edition); err != nil {
		return c, err
	}
	before, err := Reassessments(tx, complaint)
	if err != nil {
		return c, err
	}
	if err := uninvolved(tx, by, c, before); err != nil {
		return c, err
	}
	r := Reassessment{Finding: in, Step: len(before) + 1, User: by.User, Unit: by.Unit, Edition: edition.CELEX, At: tx.Now}
	if _, err := tx.Exec(sqlReassess, c.ID, r.Step, r.User, r.Unit, r.Decision, strings.Join(r.Limbs, " "), r.Purpose, r.Reasons, r.Edition, sqldb.At(r.At)); err != nil {
		return c, err
	}
	if err := audit.Append(tx, by, audit.Entry{Verb: "complaint.reassessed", Subject: string(c.ID), Detail: struct {
		Step     int      `json:"step"`
		Decision string   `json:"decision"`
		Limbs    []string `json:"limbs,omitempty"`
		Purpose  string   `json:"purpose"`
		Reasons  string   `json:"reasons"`
		Edition  string   `json:"edition"`
	}{r.Step, r.Decision, r.Limbs, r.Purpose, r.Reasons, r.Edition}}); err != nil {
		return c, err
	}
	outcome := settle(append(before, r))
	if outcome == "" {
		return c, nil
	}
	return c.decide(tx, by, outcome)
}

func (c Complaint) decide(tx *sqldb.Tx, by audit.Actor, outcome string) (Complaint, error) {
	if _, err := tx.Exec(sqlDecide, outcome, sqldb.At(tx.Now), c.ID); err != nil {
		return c, err
	}
	c.State, c.Outcome, c.DecidedAt = Decided, outcome, tx.Now
	return c, audit.Append(tx, by, audit.Entry{Verb: "complaint.decided", Subject: string(c.ID), Detail: struct {
		Outcome  string      `json:"outcome"`
		Item     id.Item     `json:"item_id"`
		Platform id.Platform `json:"platform_id"`
		Unit     id.Unit     `json:"unit_id"`
	}{c.Outcome, c.Item, c.Platform, c.Unit}})
}

// uninvolved is the one place where it is enforced that a complaint is decided by people who
// took no part in the case, and each of them once.
func uninvolved(tx *sqldb.Tx, by audit.Actor, c Complaint, before []Reassessment) error {
	if by.User == "" || by.User == audit.System.User {
		return problem.New(problem.Refused, "only a person decides on a complaint; sign in")
	}
	if slices.ContainsFunc(before, func(r Reassessment) bool { return r.User == by.User }) {
		return problem.New(problem.Refused, "you have assessed the item of %s anew already; the other must be another person", c.Reference)
	}
	if c.FiledBy == by.User {
		return problem.New(problem.Refused, "you filed %s; people who took no part, not even by filing it, decide on it", c.Reference)
	}
	involved, err := TookPart(tx, c)
	if err != nil {
		return err
	}
	if slices.Contains(involved, by.User) {
		return problem.New(problem.Refused, "you took part in the case that %s is about; people who took no part in it decide on the complaint", c.Reference)
	}
	return nil
}

// settle is what the findings come to: two that agree, or the third.
func settle(list []Reassessment) string {
	found := map[string]int{}
	for _, r := range list {
		if found[r.Decision]++; found[r.Decision] == 2 {
			if r.Decision == assess.Terrorist {
				return Upheld
			}
			return Reversed
		}
	}
	return ""
}

// check puts the limbs in order, or says what is wrong with the finding: it follows the same
// logic as every assessment.
func (f *Finding) check(edition law.Edition) (err error) {
	f.Reasons = strings.TrimSpace(f.Reasons)
	if f.Limbs, err = edition.CheckLimbs(f.Limbs); err != nil {
		return err
	}
	if f.Purpose == "" {
		f.Purpose = law.NoPurpose
	}
	if err := edition.CheckPurpose(f.Purpose); err != nil {
		return err
	}
	protected := f.Purpose != law.NoPurpose
	switch {
	case f.Reasons == "":
		return problem.New(problem.Invalid, "the complainant is owed reasons; give them")
	case f.Decision == assess.Terrorist && protected:
		return problem.New(problem.Invalid, "what serves a protected purpose is not terrorist content (Article 1(3)); decide not_terrorist, or find no protected purpose")
	case f.Decision == assess.Terrorist && len(f.Limbs) == 0:
		return problem.New(problem.Invalid, "terrorist content falls under at least one limb of Article 2(7); name it")
	case f.Decision == assess.NotTerrorist && !protected && len(f.Limbs) > 0:
		return problem.New(problem.Invalid, "what falls under a limb of Article 2(7) and serves no protected purpose is terrorist content; drop the limbs, or name the purpose")
	case f.Decision != assess.Terrorist && f.Decision != assess.NotTerrorist:
		return problem.New(problem.Invalid, "decide terrorist or not_terrorist")
	}
	return plain(f.Reasons)
}
