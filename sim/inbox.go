package sim

import (
	"encoding/json"
	"errors"
	"strings"
)

// letter is what a platform reads of a referral, in a webhook or in the JSON that a mail
// carries: the fields it needs to act and to answer, whether they stand at the top or in a
// member "referral".
type letter struct {
	Type       string       `json:"type"`
	ID         string       `json:"id"`
	ReferralID string       `json:"referral_id"`
	Reference  string       `json:"reference"`
	Items      []letterItem `json:"items"`
	Referral   *letter      `json:"referral"`
}

type letterItem struct {
	ID     string `json:"id"`
	ItemID string `json:"item_id"`
	URL    string `json:"url"`
}

var errLetter = errors.New("this is no referral: referral identifier and items with item_id and url are needed")

// readLetter finds the referral in a body.
func readLetter(body []byte) (letter, error) {
	var l letter
	if err := json.Unmarshal(body, &l); err != nil {
		return l, err
	}
	if l.Referral != nil {
		l.Referral.Type = l.Type
		l = *l.Referral
	}
	if l.ReferralID != "" {
		l.ID = l.ReferralID
	}
	if l.ID == "" || len(l.Items) == 0 {
		return l, errLetter
	}
	for i := range l.Items {
		if it := &l.Items[i]; it.ItemID == "" {
			it.ItemID = it.ID
		}
		if l.Items[i].ItemID == "" || l.Items[i].URL == "" {
			return l, errLetter
		}
	}
	return l, nil
}

// accepted is the journal's entry for a letter.
func (n *Internet) accepted(platform int, delivery string, l letter) entry {
	e := entry{Kind: entryAccepted, At: n.clock(), Platform: platform, Delivery: delivery, Referral: l.ID, Reference: l.Reference}
	for _, it := range l.Items {
		e.Items = append(e.Items, received{ID: it.ItemID, Item: n.world.find(it.URL)})
	}
	return e
}

// bare is a Message-ID without its angle brackets.
func bare(id string) string { return strings.Trim(strings.TrimSpace(id), "<>") }
