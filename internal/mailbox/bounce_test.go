package mailbox

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The mails are made up after those of common mail servers.
func TestBouncesAreRead(t *testing.T) {
	for name, want := range map[string]*Bounce{
		"postfix":  {Original: "dlv_7@desk.example", Recipient: "Trust@clips.example", Status: "5.1.1", Diagnostic: "550 5.1.1 no such user here", Permanent: true},
		"delayed":  {Original: "dlv_7@desk.example", Recipient: "trust@clips.example", Status: "4.4.1", Diagnostic: "connect to mx.clips.example: Connection timed out"},
		"several":  {Original: "dlv_7@desk.example", Recipient: "trust@clips.example", Status: "5.2.2", Diagnostic: "552 5.2.2 mailbox full", Permanent: true},
		"qmail":    {Original: "dlv_7@desk.example", Recipient: "trust@clips.example", Diagnostic: "Remote host said: 550 no such user here", Permanent: true},
		"exim":     {Original: "dlv_7@desk.example", Recipient: "trust@clips.example", Status: "5.7.1", Diagnostic: "554 5.7.1 rejected by policy", Permanent: true},
		"success":  nil,
		"vacation": nil,
	} {
		text, err := os.ReadFile(filepath.Join("testdata", "bounces", name+".eml"))
		if err != nil {
			t.Fatal(err)
		}
		m := parse(t, Config{}, string(text))
		if diff := cmp.Diff(want, m.Bounce); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if m.Auto == "" || m.Loop() || len(m.Faults) > 0 {
			t.Errorf("%s: taken for a person's; auto %q, loop %v, faults %q", name, m.Auto, m.Loop(), m.Faults)
		}
	}
}
