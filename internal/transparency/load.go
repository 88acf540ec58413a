package transparency

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlReferrals = `SELECT r.id, r.platform_id, r.unit_id, r.approved_at, d.delivered_at FROM referral r
		LEFT JOIN delivery d ON d.subject_id = r.id AND d.kind = 'referral' WHERE r.state = 'approved'`
	sqlReferralItems = "SELECT ri.referral_id, ri.url, ri.limbs FROM referral_item ri JOIN referral r ON r.id = ri.referral_id WHERE r.state = 'approved'"
	sqlAnswers       = "SELECT referral_id, item_id, kind, acted_at, at FROM answer ORDER BY at, id"
	sqlNotices       = "SELECT id, track, platform_id, unit_id, filled, approved_at, received_at, confirmed_at FROM notice WHERE state = 'approved'"
	sqlNoticeItems   = "SELECT ni.notice_id, ni.item_id, ni.url, ni.limbs, ni.decision, ni.decided_at, ni.told_at FROM notice_item ni JOIN notice n ON n.id = ni.notice_id WHERE n.state = 'approved'"
	sqlOrders        = "SELECT id, origin, platform_id, unit_id, url, filled FROM removal_order WHERE approved_at IS NOT NULL"
	sqlOrderEvents   = "SELECT e.order_id, e.kind, e.at, e.cross_border FROM order_event e JOIN removal_order o ON o.id = e.order_id WHERE o.approved_at IS NOT NULL AND e.retracted = '' ORDER BY e.at, e.place"
	sqlComplaints    = "SELECT id, platform_id, unit_id, complainant, received_at, outcome, decided_at FROM complaint"
	sqlExposures     = "SELECT platform_id, decision, decided_at FROM exposure ORDER BY decided_at, id"
)

// Load reads the facts from the tables of the stages.
func Load(tx *sqldb.Tx) (*Facts, error) {
	f := noFacts()
	for _, read := range []func(*sqldb.Tx) error{f.loadReferrals, f.loadNotices, f.loadOrders, f.loadRest} {
		if err := read(tx); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *Facts) add(key string, h *Handed) {
	h.Hosts, h.Limbs, h.Answers = map[string]int{}, map[string]int{}, map[id.Item]Answer{}
	f.Handed[key] = h
}

// hold counts one item of a batch.
func (h *Handed) hold(link, limbs string) {
	h.Items++
	h.Hosts[hostOf(link)]++
	for _, limb := range strings.Fields(limbs) {
		h.Limbs[limb]++
	}
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func (f *Facts) loadReferrals(tx *sqldb.Tx) error {
	err := tx.Each(sqlReferrals, nil, func(scan sqldb.Scanner) error {
		var key string
		h := &Handed{Track: Referral}
		err := scan(&key, &h.Platform, &h.Unit, sqldb.Into(&h.ApprovedAt), sqldb.Into(&h.ReceivedAt))
		f.add(key, h)
		return err
	})
	if err != nil {
		return err
	}
	err = tx.Each(sqlReferralItems, nil, func(scan sqldb.Scanner) error {
		var key, link, limbs string
		err := scan(&key, &link, &limbs)
		if h := f.Handed[key]; err == nil && h != nil {
			h.hold(link, limbs)
		}
		return err
	})
	if err != nil {
		return err
	}
	return tx.Each(sqlAnswers, nil, func(scan sqldb.Scanner) error {
		var key, kind string
		var item id.Item
		var acted, at time.Time
		err := scan(&key, &item, &kind, sqldb.Into(&acted), sqldb.Into(&at))
		if h := f.Handed[key]; err == nil && h != nil {
			h.Answers[item] = Answer{kind, said(acted, at)}
		}
		return err
	})
}

// said is the moment that the platform named, or else the one at which we learned of it.
func said(acted, told time.Time) time.Time {
	if acted.IsZero() {
		return told
	}
	return acted
}

func (f *Facts) loadNotices(tx *sqldb.Tx) error {
	err := tx.Each(sqlNotices, nil, func(scan sqldb.Scanner) error {
		var key, filled string
		h := &Handed{Types: map[id.Item][]string{}}
		if err := scan(&key, &h.Track, &h.Platform, &h.Unit, &filled, sqldb.Into(&h.ApprovedAt), sqldb.Into(&h.ReceivedAt), sqldb.Into(&h.ConfirmedAt)); err != nil {
			return err
		}
		var form law.Filled
		err := json.Unmarshal([]byte(filled), &form)
		h.TrustedFlagger = form["trusted_flagger"] == "yes"
		f.add(key, h)
		return err
	})
	if err != nil {
		return err
	}
	return tx.Each(sqlNoticeItems, nil, func(scan sqldb.Scanner) error {
		var key, link, limbs, kind string
		var item id.Item
		var decided, told time.Time
		if err := scan(&key, &item, &link, &limbs, &kind, sqldb.Into(&decided), sqldb.Into(&told)); err != nil {
			return err
		}
		h := f.Handed[key]
		h.hold(link, limbs)
		h.Types[item] = strings.Fields(limbs)
		if kind != "" {
			h.Answers[item] = Answer{kind, said(decided, told)}
		}
		return nil
	})
}

func (f *Facts) loadOrders(tx *sqldb.Tx) error {
	err := tx.Each(sqlOrders, nil, func(scan sqldb.Scanner) error {
		var key, origin, link, filled string
		o := &Order{}
		if err := scan(&key, &origin, &o.Platform, &o.Unit, &link, &filled); err != nil {
			return err
		}
		var form law.Filled
		err := json.Unmarshal([]byte(filled), &form)
		if o.Copy = origin == "copy"; !o.Copy {
			o.Host, o.Limbs = hostOf(link), split(form["b.reasons"])
		}
		f.Orders[key] = o
		return err
	})
	if err != nil {
		return err
	}
	return tx.Each(sqlOrderEvents, nil, func(scan sqldb.Scanner) error {
		var key string
		var e Event
		if err := scan(&key, &e.Kind, sqldb.Into(&e.At), &e.CrossBorder); err != nil {
			return err
		}
		f.Orders[key].Events = append(f.Orders[key].Events, e)
		return nil
	})
}

func split(limbs string) []string {
	return strings.FieldsFunc(limbs, func(r rune) bool { return r == ',' || r == ' ' })
}

func (f *Facts) loadRest(tx *sqldb.Tx) (err error) {
	err = tx.Each(sqlComplaints, nil, func(scan sqldb.Scanner) error {
		var key string
		c := &Complaint{}
		err := scan(&key, &c.Platform, &c.Unit, &c.Complainant, sqldb.Into(&c.ReceivedAt), &c.Outcome, sqldb.Into(&c.DecidedAt))
		f.Complaints[key] = c
		return err
	})
	if err != nil {
		return err
	}
	f.Exposures, err = sqldb.List(tx, sqlExposures, nil, func(scan sqldb.Scanner) (e Exposure, err error) {
		return e, scan(&e.Platform, &e.Decision, sqldb.Into(&e.At))
	})
	return err
}
