package app_test

import (
	"testing"

	"github.com/argine/argine/client"
)

// noticed brings two items to the host on a track of the Digital Services Act.
func (p *pair) noticed(track string, form map[string]string) (notice, at string) {
	p.Helper()
	items := []string{p.cleared(), p.cleared()}
	made, err := p.people["drafter"].DraftNotices(p.Context(), p.action, client.NewNotices{Track: track, Items: items, Form: form})
	p.must(err)
	if len(made.Notices) != 1 {
		p.Fatalf("drafted: %+v", made)
	}
	notice = made.Notices[0].ID
	_, err = p.people["approver"].ApproveNotice(p.Context(), notice)
	p.must(err)
	p.until("the host has it", func() bool { return p.notice(notice).ReceivedAt != nil })
	return notice, p.caseOf(notice)
}

func (p *pair) notice(id string) client.Notice {
	p.Helper()
	n, err := p.people["drafter"].Notice(p.Context(), id)
	p.must(err)
	return n
}

// TestTwoProgramsUnderTheDigitalServicesAct: a notice of Article 16 and an order of Article 9 are
// confirmed, decided on place by place, and each decision is at the desk with its own item.
func TestTwoProgramsUnderTheDigitalServicesAct(t *testing.T) {
	p := newPair(t, nil)
	for track, form := range map[string]map[string]string{
		"notice":    {"explanation": "Two people assessed each.", "good_faith": "yes"},
		"act_order": {"legal_basis": "Example Act", "reasons": "It calls for joining the Sample Brigade.", "provisions": "Example Act, section 3", "redress": "Example Court, one month", "territory": "Belgium"},
	} {
		notice, at := p.noticed(track, form)
		c := p.get(at)
		if c.Trust != "verified" || c.Track != track || c.Count != 2 {
			t.Fatalf("%s: the host has %+v", track, c)
		}
		p.until("both know the "+track+" received at the same moment", func() bool {
			n := p.notice(notice)
			return n.ReceivedAt != nil && n.ReceivedAt.Equal(c.ReceivedAt)
		})
		p.until("the receipt of the "+track+" is confirmed", func() bool { return p.notice(notice).ConfirmedAt != nil })
		want := map[string]string{c.Items[0].URL: "refused", c.Items[1].URL: "disabled"}
		_, err := p.api.HostAnswer(t.Context(), at, client.HostAnswers{Answers: []client.HostAnswer{{Place: 1, Kind: "refused", Reason: "It is a report."}}})
		p.must(err)
		_, err = p.api.HostDisable(t.Context(), at, client.HostDisabling{Place: 2, Answer: true})
		p.must(err)
		p.until("the "+track+" is decided on at the desk", func() bool { return p.notice(notice).Decided == 2 })
		for _, it := range p.notice(notice).Items {
			if it.Decision == nil || it.Decision.Decision != want[it.URL] {
				t.Errorf("%s: %s is %+v at the desk, and %s at the host", track, it.URL, it.Decision, want[it.URL])
			}
		}
		if c := p.get(at); c.State != "closed" {
			t.Errorf("%s: the case is %s", track, c.State)
		}
	}
}
