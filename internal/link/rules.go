package link

import (
	"strings"

	"github.com/argine/argine/internal/problem"
)

// Rules says how the links of one platform vary without naming another thing. It is data:
// stored as JSON with the platform, sent over the API, edited by people. For a host with
// rules, doubled and trailing slashes are dropped and characters that mean nothing in a
// path ("@", ":", "!" …) are decoded, unless ExactPath says otherwise.
type Rules struct {
	// Hosts has the canonical host first, then its aliases, each with an optional port.
	// "*.x.example" covers all hosts below x.example, but not x.example itself.
	Hosts []string `json:"hosts"`
	// HostPrefixes are first labels without meaning on every host of the platform:
	// "www", "m", "amp".
	HostPrefixes []string `json:"host_prefixes,omitempty"`
	// Scheme is "https" (also when empty), or "http" for a platform that has no other.
	Scheme string `json:"scheme,omitempty"`
	// SubdomainIsContent: a.x.example and b.x.example are different things. Hosts must
	// then have a "*." entry; several such entries are aliases of the first.
	SubdomainIsContent bool `json:"subdomain_is_content,omitempty"`
	// Shortener: every link leads elsewhere, and nothing but a request tells where to.
	Shortener bool `json:"shortener,omitempty"`
	// KeepQuery names the parameters that tell things apart; all others are dropped,
	// except those that a path rule matched. nil drops known tracking parameters only.
	KeepQuery []string `json:"keep_query,omitzero"`
	// DropQuery names further tracking parameters, for when KeepQuery is nil.
	DropQuery []string `json:"drop_query,omitempty"`
	// CaseInsensitivePath: /Some/Path is /some/path. Only A to Z are folded.
	CaseInsensitivePath bool `json:"case_insensitive_path,omitempty"`
	// ExactPath: slashes and encoded characters in the path all matter.
	ExactPath bool `json:"exact_path,omitempty"`
	// Paths are tried in order; the first that matches is used.
	Paths []PathRule `json:"paths,omitempty"`
}

// PathRule recognises one form of link of a platform, and rewrites it or says what it is.
//
// A pattern is a path with an optional query and fragment: "/watch?v={id}",
// "/t/{slug}-{id:int}", "/res/{id:int}.html#{post:int}". "{name}" is one or more
// characters of a segment; ":int" wants digits, ":hex" hexadecimal digits, ":lower" takes
// anything and makes it lower-case; "{name...}" at the end of the path is all the rest.
// Parameters may stand in any order and others may be there too. A fragment that no
// pattern names does not matter.
type PathRule struct {
	// Host limits the rule to one host or to "*.x.example". A host that stands here and
	// not in Rules.Hosts belongs to the platform but is no alias: only rules that name it
	// apply to it (a short-link host, say).
	Host  string `json:"host,omitempty"`
	Match string `json:"match"`
	// To is the form of link that means the same, with the names of Match; "//host/path"
	// changes the host too. The result goes through the rules again, so what kind of
	// thing it is stands with the rule that matches the result.
	To string `json:"to,omitempty"`
	// Unwrap names the parameter that holds the real link, for pages that only redirect.
	Unwrap string `json:"unwrap,omitempty"`
	Kind   string `json:"kind,omitempty"` // post (also when empty), account, channel, file, site
	Page   string `json:"page,omitempty"` // item (also when empty), home, search, listing
}

var (
	kinds = map[string]bool{"": true, KindPost: true, KindAccount: true, KindChannel: true, KindFile: true, KindSite: true}
	pages = map[string]bool{"": true, PageItem: true, PageHome: true, PageSearch: true, PageListing: true}
)

// Validate reports every fault of the rules, each with its JSON path.
func (r Rules) Validate() error {
	_, err := compile("rules", r)
	return err
}

// faults gathers what is wrong with one platform's rules.
type faults struct {
	name   string
	fields []problem.Field
}

func (f *faults) add(path, message string) {
	f.fields = append(f.fields, problem.Field{Path: path, Message: message})
}

func (f *faults) err() error {
	if len(f.fields) == 0 {
		return nil
	}
	e := problem.New(problem.Invalid, "the link rules of %q cannot be used; correct what is listed", f.name)
	e.Fields = f.fields
	return e
}

// checkFields looks at what can be judged without compiling anything.
func (r Rules) checkFields(f *faults) {
	if len(r.Hosts) == 0 {
		f.add("hosts", "is empty; name the platform's host")
	} else if strings.HasPrefix(r.Hosts[0], "*.") {
		f.add("hosts[0]", "is a pattern; put the canonical host first")
	}
	if r.Scheme != "" && r.Scheme != "http" && r.Scheme != "https" {
		f.add("scheme", "is neither http nor https")
	}
	wild := false
	for _, h := range r.Hosts {
		wild = wild || strings.HasPrefix(h, "*.")
	}
	if r.SubdomainIsContent && !wild {
		f.add("subdomain_is_content", `needs an entry "*.…" in hosts`)
	}
	for _, label := range r.HostPrefixes {
		if !plainLabel(label) {
			f.add("host_prefixes", "has "+label+"; write single labels such as www")
		}
	}
}

// check looks at the fields of one path rule.
func (r PathRule) check(path string, f *faults) {
	if !kinds[r.Kind] {
		f.add(path+".kind", "is none of post, account, channel, file, site")
	}
	if !pages[r.Page] {
		f.add(path+".page", "is none of item, home, search, listing")
	}
	if r.To != "" && (r.Kind != "" || r.Page != "") {
		f.add(path+".to", "stands beside kind or page; give those to the rule that matches the rewritten link")
	}
	if r.To != "" && r.Unwrap != "" {
		f.add(path+".to", "stands beside unwrap; choose one")
	}
}
