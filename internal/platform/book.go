package platform

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// ReadBook compiles the rules of all platforms. The names in the book are identifiers of
// platforms.
func ReadBook(tx *sqldb.Tx) (*link.Book, error) {
	list, err := List(tx)
	if err != nil {
		return nil, err
	}
	rules := make(map[string]link.Rules, len(list))
	for _, p := range list {
		rules[string(p.ID)] = p.Rules
	}
	return link.NewBook(rules)
}

const sqlClaimed = "SELECT p.name FROM platform_host h JOIN platform p ON p.id = h.platform_id WHERE h.host = $1"

// unclaimed refuses a host that another platform has: a link would belong to both.
func unclaimed(tx *sqldb.Tx, p Platform) error {
	for _, host := range hosts(p.Rules) {
		owners, err := sqldb.Column[string](tx, sqlClaimed, host)
		if err != nil {
			return err
		}
		if len(owners) > 0 {
			return problem.New(problem.Conflict, "the host %q belongs to the platform %q; take it out of the rules of one of them", host, owners[0])
		}
	}
	return nil
}

// hosts returns every host that the rules claim, each once and in the form that
// canonical links have it.
func hosts(r link.Rules) []string {
	all := slices.Clone(r.Hosts)
	for _, path := range r.Paths {
		if path.Host != "" {
			all = append(all, path.Host)
		}
	}
	for i, h := range all {
		star := ""
		if rest, ok := strings.CutPrefix(h, "*."); ok {
			star, h = "*.", rest
		}
		host, port := normal(h)
		all[i] = star + host + port
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// normal returns a host as canonical links have it, and its port with the colon.
func normal(host string) (name, port string) {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i:]
	}
	var none *link.Book
	c, err := none.Canonical("https://" + host + "/")
	if err != nil {
		return strings.ToLower(host), port
	}
	return c.Host, port
}
