package law

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheTableNamesItsTests: docs/law.md has a row for each clock of the domain, and the tests and
// clocks that it names exist.
func TestTheTableNamesItsTests(t *testing.T) {
	text, err := os.ReadFile("../../docs/law.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests, sources strings.Builder
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		source, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f, "_test.go") {
			tests.Write(source)
		} else {
			sources.Write(source)
		}
	}
	for k := 1; k <= 26; k++ {
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| K%d \|.*$`, k)).FindString(string(text))
		if row == "" {
			t.Errorf("K%d has no row", k)
		}
		for _, m := range regexp.MustCompile("(?:clocks? |, )`([a-z_]+)`").FindAllStringSubmatch(row, -1) {
			if !strings.Contains(sources.String(), `"`+m[1]+`"`) {
				t.Errorf("K%d: there is no clock %s", k, m[1])
			}
		}
	}
	for _, m := range regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(tests.String(), "func "+m[1]+"(") {
			t.Errorf("there is no test %s", m[1])
		}
	}
}

// TestWhoMustAct follows one cross-border case from the draft to the erasure.
func TestWhoMustAct(t *testing.T) {
	issue := after(0, Issued)
	issue.CrossBorder = true
	var o Order
	see := func(minute int, want Duty) {
		t.Helper()
		if got := o.Next(after(minute, "").At); got != want {
			t.Errorf("at minute %d: %v, want %v", minute, got, want)
		}
	}
	take := func(events ...Event) {
		t.Helper()
		for _, e := range events {
			if err := o.Take(e); err != nil {
				t.Fatal(err)
			}
		}
	}
	see(0, Duty{Issuer, "issue", "3(1)"})
	take(issue)
	see(1, Duty{Issuer, "send", "3(5)"})
	take(after(5, Sent))
	see(5, Duty{Issuer, "copy", "4(1)"})
	take(after(5, CopySent))
	see(6, Duty{Issuer, "see_received", "3(5)"})
	if clocks := o.Clocks(after(600, "").At, nil); len(clocks) != 1 || clocks[0].Name != "copy" {
		t.Errorf("the hour runs before receipt: %v", clocks)
	}
	take(after(10, Received))
	see(11, Duty{Host, "execute", "3(3)"})
	take(after(12, Unclear))
	see(13, Duty{Issuer, "clarify", "3(8)"})
	take(after(20, Clarified), after(30, Executed))
	see(31, Duty{Host, "feedback", "3(6)"})
	take(after(32, FedBack), after(40, ReviewAsked))
	see(41, Duty{Home, "decide_review", "4(4)"})
	take(after(50, Scrutinised))
	see(51, Duty{Host, "inform_provider", "11(1)"})
	take(after(60, ProviderInformed), after(70, ProviderAsked))
	see(71, Duty{Host, "answer_provider", "11(2)"})
	take(after(80, ProviderAnswered))
	see(81, Duty{Host, "preserve", "6(1)"})
	see(400_000, Duty{Host, "erase", "6(2)"})
	take(after(400_000, Erased))
	see(400_001, Duty{})
	if !o.Closed(after(400_001, "").At) {
		t.Error("the case is not closed")
	}
}
