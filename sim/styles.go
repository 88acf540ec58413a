package sim

import (
	"net/url"
	"strings"
)

// rules has the JSON names of the product's link.Rules, as far as this world needs them.
type rules struct {
	Hosts              []string   `json:"hosts"`
	HostPrefixes       []string   `json:"host_prefixes,omitempty"`
	SubdomainIsContent bool       `json:"subdomain_is_content,omitempty"`
	KeepQuery          []string   `json:"keep_query,omitzero"`
	DropQuery          []string   `json:"drop_query,omitempty"`
	FoldPath           bool       `json:"case_insensitive_path,omitempty"`
	Paths              []pathRule `json:"paths,omitempty"`
}

type pathRule struct {
	Host  string `json:"host,omitempty"`
	Match string `json:"match"`
	To    string `json:"to,omitempty"`
	Kind  string `json:"kind,omitempty"`
	Page  string `json:"page,omitempty"`
}

// style is how the links of one sort of platform look.
type style struct {
	name    string
	numeric bool // tokens are digits
	account bool // links name the account
	blog    bool // the account is a sub-domain
	mobile  string
	search  string // path of the search page
	// path is the canonical path and query of an item; others are paths that mean the same.
	path   func(token, account string) string
	others func(token, account string) []string
	// token finds what names the item in a path and query, of canonical and other forms.
	token func(path []string, query url.Values) string
	rules func(p Platform) rules
}

var styles = [...]style{video, wire, forum, drop, channel, blog}

var video = style{name: "video", mobile: "m", search: "/results",
	path: func(t, _ string) string { return "/watch?v=" + t },
	others: func(t, _ string) []string {
		return []string{"/embed/" + t, "/watch?feature=shared&v=" + t, "/watch/?v=" + t}
	},
	token: func(path []string, q url.Values) string {
		if len(path) == 1 && path[0] == "watch" {
			return q.Get("v")
		}
		return after(path, "embed", 2)
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, p.alias}, HostPrefixes: []string{"www", "m"}, KeepQuery: []string{"v"}, Paths: []pathRule{
			{Host: p.short, Match: "/{id}", To: "//" + p.Host + "/watch?v={id}"},
			{Match: "/watch?v={id}", Kind: "post"},
			{Match: "/embed/{id}", To: "/watch?v={id}"},
			{Match: "/results?q={words}", Page: "search"},
		}}
	},
}

var wire = style{name: "wire", numeric: true, account: true, mobile: "mobile", search: "/search",
	path: func(t, a string) string { return "/" + a + "/status/" + t },
	others: func(t, a string) []string {
		return []string{"/" + strings.ToUpper(a[:1]) + a[1:] + "/status/" + t, "/" + a + "/status/" + t + "?s=20", "/" + strings.ToUpper(a) + "/status/" + t}
	},
	token: func(path []string, _ url.Values) string {
		if len(path) == 3 && path[1] == "status" {
			return path[2]
		}
		return ""
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, p.alias}, HostPrefixes: []string{"www", "mobile"}, KeepQuery: []string{}, Paths: []pathRule{
			{Match: "/{user:lower}/status/{id:int}", Kind: "post"},
			{Match: "/search?q={words}", Page: "search"},
		}}
	},
}

var forum = style{name: "forum", numeric: true, mobile: "m", search: "/search",
	path: func(t, _ string) string { return "/t/" + t },
	others: func(t, _ string) []string {
		return []string{"/t/rain-and-beans-" + t, "/t/late-train-" + t, "/t/" + t + "?highlight=soil", "/t/" + t + "?sid=c0ffee"}
	},
	token: func(path []string, _ url.Values) string {
		t := after(path, "t", 2)
		return t[strings.LastIndexByte(t, '-')+1:]
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, p.alias}, HostPrefixes: []string{"www", "m"}, DropQuery: []string{"sid", "highlight"}, Paths: []pathRule{
			{Match: "/t/{slug}-{id:int}", To: "/t/{id}"},
			{Match: "/t/{id:int}", Kind: "post"},
			{Match: "/search?q={words}", Page: "search"},
		}}
	},
}

var drop = style{name: "drop", mobile: "m", search: "/find",
	path: func(t, _ string) string { return "/f/" + t },
	others: func(t, _ string) []string {
		return []string{"/F/" + strings.ToUpper(t), "/d/" + t + "/leaflet", "/f/" + strings.ToUpper(t), "/f/" + t + "/"}
	},
	token: func(path []string, _ url.Values) string {
		for i := range path {
			path[i] = lowerASCII(path[i])
		}
		if t := after(path, "d", 3); t != "" {
			return t
		}
		return after(path, "f", 2)
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, p.alias}, HostPrefixes: []string{"www", "m"}, FoldPath: true, Paths: []pathRule{
			{Host: p.short, Match: "/{id}", To: "//" + p.Host + "/f/{id}"},
			{Match: "/d/{id}/{name}", To: "/f/{id}"},
			{Match: "/f/{id}", Kind: "file"},
			{Match: "/find?q={words}", Page: "search"},
		}}
	},
}

var channel = style{name: "channel", numeric: true, account: true, mobile: "m", search: "/search",
	path: func(t, a string) string { return "/c/" + a + "/" + t },
	others: func(t, a string) []string {
		return []string{"/s/" + a + "/" + t, "/c/" + a + "/" + t + "?single", "/c/" + a + "/" + t + "?embed=1&mode=night"}
	},
	token: func(path []string, _ url.Values) string {
		if len(path) == 3 && (path[0] == "c" || path[0] == "s") {
			return path[2]
		}
		return ""
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, p.alias}, HostPrefixes: []string{"www", "m"}, KeepQuery: []string{}, Paths: []pathRule{
			{Match: "/c/{channel}/{id:int}", Kind: "post"},
			{Match: "/s/{channel}/{id:int}", To: "/c/{channel}/{id}"},
			{Match: "/search?q={words}", Page: "search"},
		}}
	},
}

var blog = style{name: "blog", account: true, blog: true, mobile: "www", search: "/search",
	path: func(t, _ string) string { return "/read/" + t },
	others: func(t, _ string) []string {
		return []string{"/read/" + t + "/amp", "/read/" + t + "/", "//read/" + t}
	},
	token: func(path []string, _ url.Values) string {
		if len(path) == 3 && path[2] == "amp" {
			path = path[:2]
		}
		return after(path, "read", 2)
	},
	rules: func(p Platform) rules {
		return rules{Hosts: []string{p.Host, "*." + p.Host}, HostPrefixes: []string{"www"}, SubdomainIsContent: true, Paths: []pathRule{
			{Match: "/read/{id}/amp", To: "/read/{id}"},
			{Match: "/read/{id}", Kind: "post"},
			{Match: "/search?q={words}", Page: "search"},
		}}
	},
}

// after returns the second of n segments when the first is name.
func after(path []string, name string, n int) string {
	if len(path) == n && path[0] == name {
		return path[1]
	}
	return ""
}

// hasShort reports whether the style has links on the platform's short host.
func (s *style) hasShort() bool { return s.name == "video" || s.name == "drop" }
