package link

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// Book holds the compiled rules of all platforms, looked up by host. It does not change
// and may be used by many at once; when rules change, make a new one.
type Book struct {
	exact map[string]entry // "host" or "host:port"
	below map[string]entry // base of "*.base"
}

// entry is what one host, or all hosts below one, belong to.
type entry struct {
	set   *ruleSet
	alias bool // stands in Hosts, so that general rules apply; else only named by path rules
}

// ruleSet is the compiled form of Rules.
type ruleSet struct {
	Rules
	name       string
	host, port string // canonical
	wild       string // base of the first "*." entry of Hosts
	paths      []pathRule
}

// pathRule is the compiled form of PathRule.
type pathRule struct {
	host   string // "" for all; "*.base" for all below
	match  pattern
	to     *template
	unwrap string
	kind   string
	page   string
}

// NewBook compiles the rules of platforms, given by name. It refuses a host that two
// platforms claim.
func NewBook(platforms map[string]Rules) (*Book, error) {
	b := &Book{exact: map[string]entry{}, below: map[string]entry{}}
	for _, name := range slices.Sorted(maps.Keys(platforms)) {
		set, err := compile(name, platforms[name])
		if err != nil {
			return nil, err
		}
		if err := b.enter(set); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// compile checks rules by compiling them and trying each rewriting on a made-up link.
func compile(name string, r Rules) (*ruleSet, error) {
	f := &faults{name: name}
	r.checkFields(f)
	set := &ruleSet{name: name, Rules: r}
	set.Hosts = nil
	for i, h := range r.Hosts {
		set.Hosts = append(set.Hosts, hostPattern(h, fmt.Sprintf("hosts[%d]", i), f))
	}
	for i, pr := range r.Paths {
		set.paths = append(set.paths, set.compilePath(pr, fmt.Sprintf("paths[%d]", i), f))
	}
	if len(f.fields) > 0 {
		return nil, f.err()
	}
	set.host, set.port = cutPort(set.Hosts[0])
	for _, h := range set.Hosts {
		if base, ok := strings.CutPrefix(h, "*."); ok && set.wild == "" {
			set.wild = base
		}
	}
	set.try(f)
	return set, f.err()
}

func (s *ruleSet) compilePath(r PathRule, path string, f *faults) pathRule {
	r.check(path, f)
	out := pathRule{unwrap: r.Unwrap, kind: r.Kind, page: r.Page}
	if r.Host != "" {
		out.host = hostPattern(r.Host, path+".host", f)
	}
	var err error
	if out.match, err = compilePattern(r.Match, s.CaseInsensitivePath); err != nil {
		f.add(path+".match", err.Error())
		return out
	}
	to := r.To
	if to == "" && out.match.lowers() {
		to = r.Match // the rewriting is the change of case
	}
	if to != "" && r.Unwrap == "" {
		if out.to, err = compileTemplate(to, out.match); err != nil {
			f.add(path+".to", err.Error())
		}
	}
	return out
}

// try rewrites a made-up link by every rule that rewrites, and finds those that never end.
func (s *ruleSet) try(f *faults) {
	b := &Book{exact: map[string]entry{}, below: map[string]entry{}}
	if err := b.enter(s); err != nil {
		f.add("hosts", problem.Message(err))
		return
	}
	for i, r := range s.paths {
		if r.to == nil {
			continue
		}
		host := s.Hosts[0]
		if r.host != "" {
			host = strings.Replace(r.host, "*.", "sample.", 1)
		}
		first, err := b.Canonical("https://" + host + r.match.sample())
		if err == nil {
			_, err = b.Canonical(first.URL)
		}
		if err != nil {
			f.add(fmt.Sprintf("paths[%d].to", i), "leads to a link that cannot be used: "+problem.Message(err))
		}
	}
}

// enter adds the hosts of a compiled set.
func (b *Book) enter(s *ruleSet) error {
	for _, h := range s.Hosts {
		if err := b.claim(h, entry{s, true}); err != nil {
			return err
		}
	}
	for _, r := range s.paths {
		if r.host == "" {
			continue
		}
		if err := b.claim(r.host, entry{s, false}); err != nil {
			return err
		}
	}
	return nil
}

func (b *Book) claim(host string, e entry) error {
	where := b.exact
	key, wild := strings.CutPrefix(host, "*.")
	if wild {
		where = b.below
	}
	old, taken := where[key]
	if taken && old.set != e.set {
		return problem.New(problem.Invalid, "the platforms %q and %q both claim the host %q; take it out of the rules of one", old.set.name, e.set.name, host)
	}
	if taken && old.alias && e.alias {
		return problem.New(problem.Invalid, "the rules of %q name the host %q twice; take one out", e.set.name, host)
	}
	if !taken || e.alias {
		where[key] = e
	}
	return nil
}

// hostPattern normalises a host of the rules: "host", "host:port" or "*.host".
func hostPattern(h, path string, f *faults) string {
	star := ""
	if rest, ok := strings.CutPrefix(h, "*."); ok {
		star, h = "*.", rest
	}
	host, port, err := splitHostPort(h)
	if err != nil {
		f.add(path, problem.Message(err))
		return h
	}
	if port != "" && star != "" {
		f.add(path, "has a port after *.; leave it out")
	}
	return star + joinPort(host, port)
}
