package desk

import (
	"context"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const usualPage = 50

// Items lists an action's items, narrowed by the filter, in order of handing-in.
func (d *Desk) Items(ctx context.Context, who auth.Principal, a id.Action, f client.ItemFilter) (client.Page[client.Item], error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) (client.Page[client.Item], error) {
		var page client.Page[client.Item]
		if err := seesAction(tx, who, a); err != nil {
			return page, err
		}
		if f.Limit == 0 {
			f.Limit = usualPage
		}
		list, err := item.List(tx, item.Filter{Action: a, Stage: item.Stage(f.Stage), Platform: id.Platform(f.Platform), Language: f.Language,
			Verdict: item.Verdict(f.Verdict), Ideology: f.Ideology, URLPrefix: f.Query, After: id.Item(f.Cursor), Limit: f.Limit + 1})
		if err != nil {
			return page, err
		}
		if len(list) > f.Limit {
			list = list[:f.Limit]
			page.Next = string(list[len(list)-1].ID)
		}
		page.Items, err = itemsOf(tx, list)
		return page, err
	})
}

// names remembers the names of platforms during one answer.
type names map[id.Platform]string

const sqlPlatformName = "SELECT name FROM platform WHERE id = $1"

func (n names) of(tx *sqldb.Tx, p id.Platform) (string, error) {
	if p == "" {
		return "", nil
	}
	if name, ok := n[p]; ok {
		return name, nil
	}
	var name string
	err := tx.Row(sqlPlatformName, p).Scan(&name)
	n[p] = name
	return name, err
}

func itemsOf(tx *sqldb.Tx, list []item.Item) ([]client.Item, error) {
	known := names{}
	out := make([]client.Item, len(list))
	for i, it := range list {
		name, err := known.of(tx, it.Platform)
		if err != nil {
			return nil, err
		}
		out[i] = client.Item{ID: string(it.ID), URL: it.URL, Host: it.Host, PlatformID: string(it.Platform), Platform: name, Kind: it.Kind,
			Language: it.Language, Title: it.Title, Stage: string(it.Stage), Answer: string(it.Answer), Verdict: string(it.Verdict), Ideology: it.Ideology, MovedAt: it.MovedAt}
	}
	return out, nil
}

const (
	sqlByDigest = "SELECT item_id FROM item_medium WHERE sha256 = $1 ORDER BY item_id LIMIT 100"
	sqlByMD5    = "SELECT im.item_id FROM medium m JOIN item_medium im ON im.sha256 = m.sha256 WHERE m.md5 = $1 ORDER BY im.item_id LIMIT 100"
	sqlByPDQ    = "SELECT im.item_id FROM medium m JOIN item_medium im ON im.sha256 = m.sha256 WHERE m.pdq = $1 ORDER BY im.item_id LIMIT 100"
	sqlByRefer  = "SELECT ri.item_id FROM referral r JOIN referral_item ri ON ri.referral_id = r.id WHERE r.reference = $1 ORDER BY ri.item_id LIMIT 100"
)

// Search answers "has anyone seen this?" for an URL in any of its forms, defanged or not, a
// digest, a reference or an identifier. What the person may not see is left out.
func (d *Desk) Search(ctx context.Context, who auth.Principal, query string) ([]client.Item, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) ([]client.Item, error) {
		ids, err := find(tx, strings.TrimSpace(query))
		if err != nil {
			return nil, err
		}
		var list []item.Item
		for _, found := range ids {
			if err := seesItem(tx, who, found); problem.Is(err, problem.NotFound) {
				continue
			} else if err != nil {
				return nil, err
			}
			it, err := item.Get(tx, found)
			if err != nil && !problem.Is(err, problem.NotFound) {
				return nil, err
			}
			if err == nil {
				list = append(list, it)
			}
		}
		return itemsOf(tx, list)
	})
}

func find(tx *sqldb.Tx, query string) ([]id.Item, error) {
	if it, err := id.Parse[id.Item](query); err == nil {
		return []id.Item{it}, nil
	}
	for _, q := range []sqldb.SQL{sqlByDigest, sqlByMD5, sqlByPDQ} {
		if !isHex(query) {
			break
		}
		if ids, err := sqldb.Column[id.Item](tx, q, strings.ToLower(query)); err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	if ids, err := sqldb.Column[id.Item](tx, sqlByRefer, query); err != nil || len(ids) > 0 {
		return ids, err
	}
	book, err := platform.ReadBook(tx)
	if err != nil {
		return nil, err
	}
	canonical, err := book.Canonical(link.Refang(query))
	if err != nil {
		return nil, nil // it is no link, and nothing else that is known
	}
	it, err := item.ByURL(tx, canonical.URL)
	if problem.Is(err, problem.NotFound) {
		return nil, nil
	}
	return []id.Item{it.ID}, err
}

func isHex(s string) bool {
	return (len(s) == 32 || len(s) == 64) && strings.Trim(strings.ToLower(s), "0123456789abcdef") == ""
}
