package desk

import (
	"slices"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
)

func readAssessments(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) (err error) {
	out.Assessments, err = assessmentsOf(tx, target)
	return err
}

func assessmentsOf(tx *sqldb.Tx, target id.Item) ([]client.Assessment, error) {
	list, err := assess.Of(tx, target)
	if err != nil {
		return nil, err
	}
	out := make([]client.Assessment, len(list))
	for i, a := range list {
		out[i] = client.Assessment{ID: string(a.ID), ItemID: string(a.Item), Step: a.Step, UserID: string(a.User), UnitID: string(a.Unit), Decision: a.Decision,
			Limbs: some(a.Limbs), Purpose: a.Purpose, PurposeReasons: a.PurposeReasons, Confidence: a.Confidence, Reasons: a.Reasons, At: a.At,
			Factors: a.Factors, Language: a.Language, Producer: a.Producer, Behaviours: a.Behaviours, Tier: a.Tier, Ideology: a.Ideology}
		if out[i].Designation, err = designationOf(tx, a.Designation); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// designationOf says what an assessment rested on, and whether the list still has it.
func designationOf(tx *sqldb.Tx, f *designation.Frozen) (*client.Designation, error) {
	if f == nil {
		return nil, nil
	}
	now, err := designation.Get(tx, f.Entity)
	return &client.Designation{EntityID: string(f.Entity), ListID: string(f.List), List: f.ListName, Reference: f.Reference, Name: f.Name, Version: f.Version,
		Label: f.Label, Dated: optional(f.Dated), SHA256: f.SHA256, Listed: now.Listed}, err
}

const (
	sqlIsBlind  = "SELECT 1 FROM action_item ai JOIN action a ON a.id = ai.action_id WHERE ai.item_id = $1 AND a.blind"
	sqlAssessed = "SELECT 1 FROM assessment WHERE item_id = $1 AND user_id = $2"
)

// hidden reports whether a person must not see what others found about an item: the person may
// still be the next to assess it, and the assessments are blind. It asks what the roles allow,
// not the token: one with fewer rights would else be a way around.
func (d *Desk) hidden(tx *sqldb.Tx, who auth.Principal, target id.Item) (bool, error) {
	if !slices.ContainsFunc(who.Roles, func(r auth.Role) bool { return r.May(auth.AssessFirst) }) {
		return false, nil
	}
	it, err := item.Get(tx, target)
	if err != nil || it.Stage != item.Assessed && it.Stage != item.Disputed {
		return false, err
	}
	if !d.Blind {
		if blind, err := tx.Exists(sqlIsBlind, target); err != nil || !blind {
			return false, err
		}
	}
	took, err := tx.Exists(sqlAssessed, target, who.User)
	return !took, err
}

// hideFindings takes out of an item what others found about it.
func hideFindings(out *client.ItemDetail) {
	out.Assessments, out.Hidden = []client.Assessment{}, true
	out.History = slices.DeleteFunc(out.History, func(e client.Event) bool { return e.Verb == "assess.threat_to_life" })
	for i, e := range out.History {
		if strings.HasPrefix(e.Verb, "assess.") {
			out.History[i].Detail = nil
		}
	}
}
