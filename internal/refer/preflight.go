package refer

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The rules of the gate, in the order in which they are tried.
const (
	RuleHomePage      = "home_page"
	RuleSearchPage    = "search_page"
	RuleListingPage   = "listing_page"
	RuleProtectedHost = "protected_host"
	RuleNoCapture     = "no_capture"
	RuleUnseen        = "unseen"
	RuleGone          = "gone"
	RuleExistingOrder = "existing_order"
	RuleHold          = "hold"
	RuleAsking        = "asking"
	RuleNoPlatform    = "no_platform"
	RuleNoContact     = "no_contact"
	RulePlaceholder   = "placeholder"
	RuleContactHours  = "contact_hours"
)

// Rules are all of them, in that order.
var Rules = []string{RuleHomePage, RuleSearchPage, RuleListingPage, RuleProtectedHost, RuleNoCapture, RuleUnseen, RuleGone, RuleExistingOrder, RuleHold, RuleAsking, RuleNoPlatform, RuleNoContact, RulePlaceholder, RuleContactHours}

// Facts are what the gate judges an item by.
type Facts struct {
	Page          string      // link.PageItem and its siblings
	Protected     string      // why its host is on the protected list; empty when it is not
	Justification string      // a second, explicit one for an item on a protected host
	Captured      bool        // there is a capture of what was seen
	Seen          bool        // a person has looked at it and decided, not only a program
	Gone          string      // what the last look found in its place; empty while it is there, or was never looked for
	Order         string      // reference of an order that exists on it already
	Hold          string      // whom to ring about a hold, and until when; empty when nobody holds it
	Asking        string      // until when others are being asked whether it disturbs them; empty when nobody is
	Platform      id.Platform // empty when nobody has registered its host
	Verified      bool        // somebody made sure of the platform's contact point
	Text          string      // what the platform will be told: the reasons
	Opens         string      // of a referral that is about to leave: when people at the platform read referrals again; empty: now
}

// Block is a refusal of the gate.
type Block struct {
	Rule   string
	Reason string // what is the matter
	Remedy string // what the person can do about it
}

// Preflight judges whether an item may be referred, and gives the first rule that stops
// it, or nil. In 2019 a unit's automatic referrals named a library's collections, scholarly
// papers and parliamentary broadcasts; each rule stands against something that happened.
func Preflight(f Facts) *Block {
	switch {
	case f.Page == link.PageHome:
		return &Block{RuleHomePage, "the link leads to a home page, which is not one piece of content", "open the content itself and contribute its own link"}
	case f.Page == link.PageSearch:
		return &Block{RuleSearchPage, "the link leads to search results, which change from day to day", "contribute the links of the results that were meant"}
	case f.Page == link.PageListing:
		return &Block{RuleListingPage, "the link leads to a list or collection, which holds more than what was assessed", "contribute the links of the items in the list that were meant"}
	case f.Protected != "" && f.Justification == "":
		return &Block{RuleProtectedHost, "the host is on the protected list: " + f.Protected, "leave it, or have a second person justify in writing why this item is no education, journalism, art or research"}
	case !f.Captured:
		return &Block{RuleNoCapture, "there is no capture, so nobody could show later what was referred", "have the item captured again; if it stays unreachable there is nothing to refer"}
	case !f.Seen:
		return &Block{RuleUnseen, "no person has looked at it", "have two people assess it; what a program matched is only proposed"}
	case f.Gone != "":
		return &Block{RuleGone, "the last look found it gone: " + f.Gone, "leave it; it can be drafted again when a look finds it there"}
	case f.Order != "":
		return &Block{RuleExistingOrder, "a removal order exists on it already: " + f.Order, "leave it to the authority that issued the order (recital 36)"}
	case f.Hold != "":
		return &Block{RuleHold, "somebody's work would be disturbed", "ring " + f.Hold}
	case f.Asking != "":
		return &Block{RuleAsking, "others are being asked whether it disturbs their work", "wait for their answers; silence clears it at " + f.Asking}
	case f.Platform == "":
		return &Block{RuleNoPlatform, "its host belongs to no registered platform", "register the platform with its hosts and its contact point"}
	case !f.Verified:
		return &Block{RuleNoContact, "nobody has made sure of the platform's contact point", "check the contact point with the platform and mark it as verified"}
	case law.Placeholder(f.Text) != "":
		return &Block{RulePlaceholder, "the text for the platform has a placeholder that nobody filled in: " + law.Placeholder(f.Text), "put the missing words into the reasons"}
	case f.Opens != "":
		return &Block{RuleContactHours, "nobody at the platform reads referrals at this hour", "let it leave from " + f.Opens + " on"}
	}
	return nil
}

const (
	sqlBlockOf   = "SELECT rule, reason, remedy FROM preflight_block WHERE item_id = $1"
	sqlSaveBlock = "INSERT INTO preflight_block (item_id, rule, reason, remedy, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (item_id) DO UPDATE SET rule = excluded.rule, reason = excluded.reason, remedy = excluded.remedy, at = excluded.at"
)

// SaveBlock records why an item was stopped, and reports whether that was news. The
// record goes when the item is drafted after all.
func SaveBlock(tx *sqldb.Tx, by audit.Actor, item id.Item, b Block) (bool, error) {
	last, found, err := BlockOf(tx, item)
	if err != nil || found && last == b {
		return false, err
	}
	if _, err := tx.Exec(sqlSaveBlock, item, b.Rule, b.Reason, b.Remedy, sqldb.At(tx.Now)); err != nil {
		return false, err
	}
	return true, audit.Append(tx, by, audit.Entry{Verb: "refer.blocked", Subject: string(item), Detail: struct {
		Rule   string `json:"rule"`
		Reason string `json:"reason"`
	}{b.Rule, b.Reason}})
}

// RuleReversed is why an item is taken out of a draft that somebody found to be no terrorist
// content. The gate does not know it: such an item never comes to the gate.
const RuleReversed = "reversed"

// Unblock forgets what stopped items: they leave after all.
func Unblock(tx *sqldb.Tx, items ...id.Item) error {
	for _, it := range items {
		if _, err := tx.Exec(sqlUnblock, it); err != nil {
			return err
		}
	}
	return nil
}

// BlockOf gives what stops an item, if anything does.
func BlockOf(tx *sqldb.Tx, item id.Item) (Block, bool, error) {
	var b Block
	err := tx.Row(sqlBlockOf, item).Scan(&b.Rule, &b.Reason, &b.Remedy)
	if problem.Is(err, problem.NotFound) {
		return Block{}, false, nil
	}
	return b, err == nil, err
}
