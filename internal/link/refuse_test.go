package link

import (
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
)

func TestRefuses(t *testing.T) {
	b := goldenBook(t)
	for raw, say := range map[string]string{
		"":                                      "no link",
		" \n ":                                  "no link",
		"<>":                                    "no link",
		"javascript:alert(1)":                   `"javascript:"`,
		"javascript:1":                          `"javascript:"`,
		"data:text/plain,x":                     `"data:"`,
		"mailto:a@b.example":                    `"mailto:"`,
		"ftp://a.example/x":                     `"ftp:"`,
		"https://":                              "no host",
		"https:///":                             "no host",
		"/a.path/x":                             "no host name",
		"/just/a/path":                          "no host name",
		"word":                                  "no host name",
		"http://localhost/x":                    "single word",
		"localhost:8080/x":                      "no host name",
		"12.5":                                  "no host name",
		"https://user:secret@a.example/":        "user name or password",
		"https://a.example@b.example/":          "user name or password",
		"https://a.example/b c":                 "space",
		"https://a.example/ https://b.example/": "space",
		"https://a.example/b\nc":                "space",
		"https://a.example/b\x00c":              "control character",
		"https://a.example/\xff":                "UTF-8",
		"https://a.example:99999/":              "port",
		"https://a.example:x/":                  "port",
		"https://a..example/":                   "empty label",
		"https://a b.example/":                  "space",
		"https://a%00.example/":                 "host name",
		"https://a<b.example/":                  "host name",
		"https://a(b.example/":                  "characters",
		"https://[::1/":                         "IPv6",
		"https://[fe80::1%25eth0]/":             "IPv6",
		"https://1.2.3.999/":                    "host name",
		"https://1.2.3.-1/":                     "address",
		"https://1.－2.3.4/":                     "address",
		"https://" + strings.Repeat("a", 64) + ".example/":    "63",
		"https://" + strings.Repeat("a.", 130) + "example/":   "253",
		"https://a.example/" + strings.Repeat("a", MaxLength): "at most 8192",
	} {
		c, err := b.Canonical(raw)
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%.60q: got %+v, %v; want it refused", raw, c, err)
		} else if !strings.Contains(problem.Message(err), say) {
			t.Errorf("%.60q: says %q, which does not name %q", raw, problem.Message(err), say)
		}
	}
}

func TestRulesRefused(t *testing.T) {
	one := func(p PathRule) Rules { return Rules{Hosts: []string{"a.example"}, Paths: []PathRule{p}} }
	for name, c := range map[string]struct {
		rules Rules
		path  string
	}{
		"no host":            {Rules{}, "hosts"},
		"pattern first":      {Rules{Hosts: []string{"*.a.example"}}, "hosts[0]"},
		"bad host":           {Rules{Hosts: []string{"a.example", "b c"}}, "hosts[1]"},
		"host twice":         {Rules{Hosts: []string{"a.example", "A.example"}}, "hosts"},
		"bad scheme":         {Rules{Hosts: []string{"a.example"}, Scheme: "gopher"}, "scheme"},
		"no sub-domains":     {Rules{Hosts: []string{"a.example"}, SubdomainIsContent: true}, "subdomain_is_content"},
		"bad prefix":         {Rules{Hosts: []string{"a.example"}, HostPrefixes: []string{"www."}}, "host_prefixes"},
		"no slash":           {one(PathRule{Match: "x"}), "paths[0].match"},
		"unclosed":           {one(PathRule{Match: "/{x"}), "paths[0].match"},
		"unknown sort":       {one(PathRule{Match: "/{x:word}"}), "paths[0].match"},
		"adjacent names":     {one(PathRule{Match: "/{x}{y}"}), "paths[0].match"},
		"three names":        {one(PathRule{Match: "/{x}-{y}-{z}"}), "paths[0].match"},
		"rest in the middle": {one(PathRule{Match: "/{x...}/y"}), "paths[0].match"},
		"unknown name":       {one(PathRule{Match: "/{x}", To: "/{y}"}), "paths[0].to"},
		"kind with to":       {one(PathRule{Match: "/a/{x}", To: "/{x}", Kind: "post"}), "paths[0].to"},
		"unknown kind":       {one(PathRule{Match: "/{x}", Kind: "video"}), "paths[0].kind"},
		"unknown page":       {one(PathRule{Match: "/{x}", Page: "front"}), "paths[0].page"},
		"grows for ever":     {one(PathRule{Match: "/{x...}", To: "/a/{x}"}), "paths[0].to"},
	} {
		err := c.rules.Validate()
		if !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: got %v, want it refused", name, err)
		} else if !strings.Contains(err.Error(), c.path+": ") {
			t.Errorf("%s: %v does not name %s", name, err, c.path)
		}
	}
	_, err := NewBook(map[string]Rules{"one": {Hosts: []string{"a.example"}}, "two": {Hosts: []string{"b.example", "a.example"}}})
	if err == nil || !strings.Contains(err.Error(), `"a.example"`) {
		t.Errorf("two platforms with one host: got %v", err)
	}
}
