package deliver

import "testing"

func TestPlaceholdersAreFound(t *testing.T) {
	for _, bad := range []string{"To {{.Platform}}", "To <no value>", "%!s(MISSING) items", "### name ###", "by ${unit}", "by [[unit]]", "by <<unit>>", "}}"} {
		for name, l := range map[string]Letter{"subject": {Subject: bad}, "body": {Body: "Dear\n" + bad + "\n"}, "unit": {Unit: bad}} {
			if l.Unfilled() == "" {
				t.Errorf("%q in the %s was not found", bad, name)
			}
		}
	}
	for _, good := range []string{"", "100 % of 3 < 4 {sic}", "hxxps://clips[.]example/{{x}}?a=${b}", "a[1] and b[.]c", "https://desk.unit.example/###"} {
		if found := (Letter{Body: good}).Unfilled(); found != "" {
			t.Errorf("%q was found in %q", found, good)
		}
	}
	for _, lang := range Languages() {
		if found := compose(t, content(lang, 2)).Unfilled(); found != "" {
			t.Errorf("%s: %q", lang, found)
		}
	}
}
