package fetch

import (
	"net/netip"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for raw, want := range map[string]string{
		"http://Clips.Example/A?b=C#d":    "http://clips.example/A?b=C#d",
		" https://clips.example ":         "https://clips.example",
		"http://u:p@clips.example:8080/":  "http://clips.example:8080/",
		"http://bücher.example/":          "http://xn--bcher-kva.example/",
		"http://2130706433/":              "http://127.0.0.1/",
		"http://0x7F.0.0.1:81/":           "http://127.0.0.1:81/",
		"http://0300.0250.1/":             "http://192.168.0.1/",
		"http://[0:0:0:0:0:0:0:1]:8080/":  "http://[::1]:8080/",
		"http://[::FFFF:10.0.0.1]/":       "http://[::ffff:10.0.0.1]/",
		"http://1.2.3.clips.example/":     "http://1.2.3.clips.example/",
		"http://clips.example/a%2fb%C3%A": "",
		"http://clips.example:25/":        "",
		"http://clips.example:70000/":     "",
		"http://1.2.3.4.5/":               "",
		"http://256.1.1.1/":               "",
		"http://4294967296/":              "",
		"http://clips.example.08/":        "",
		"http://a..1/":                    "",
		"http://[fe80::1%25eth0]/":        "",
		"http://%31%30.0.0.1/":            "",
		"ftp://clips.example/":            "",
		"//clips.example/":                "",
		"http:clips.example":              "",
		"":                                "",
	} {
		u, err := parseTarget(raw)
		got := ""
		if err == nil {
			got = u.String()
		} else if f := Why(err); f != BadURL && f != Blocked {
			t.Errorf("%q: fault %q", raw, f)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q (%v)", raw, got, want, err)
		}
	}
}

// What passes must be read in the same way again, and no address may hide in a name.
func FuzzParseTarget(f *testing.F) {
	for _, host := range insideAddresses {
		f.Add("http://" + host + "/")
	}
	f.Add("https://u:p@bücher.example:8443/a%2Fb?c#d")
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := parseTarget(raw)
		if err != nil {
			if Why(err) == "" {
				t.Errorf("%q: no fault: %v", raw, err)
			}
			return
		}
		again, err := parseTarget(u.String())
		if err != nil || again.String() != u.String() {
			t.Fatalf("%q → %q → %v, %v", raw, u, again, err)
		}
		host := u.Hostname()
		if _, err := netip.ParseAddr(host); err != nil {
			if _, numeric, _ := numericHost(host); numeric || u.User != nil || host != strings.ToLower(host) {
				t.Errorf("%q leaves the host %q", raw, host)
			}
		}
	})
}

func TestHostsTakeTheLongestPattern(t *testing.T) {
	h, err := newHosts(map[string]string{
		"clips.example:80": "127.0.0.1:1", "*.clips.example:80": "127.0.0.1:2", "*.example:80": "127.0.0.1:3", "*.example:443": "127.0.0.1:4",
	})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]string{
		"clips.example:80": "127.0.0.1:1", "Clips.Example.:80": "127.0.0.1:1", "a.b.clips.example:80": "127.0.0.1:2",
		"pics.example:80": "127.0.0.1:3", "pics.example:443": "127.0.0.1:4",
		"example:80": "example:80", "pics.example:8080": "pics.example:8080", "clips.test:80": "clips.test:80", "[::1]:80": "[::1]:80",
	} {
		if got := h.lookup(address); got != want {
			t.Errorf("%s leads to %s, want %s", address, got, want)
		}
	}
}
