package mailbox

import (
	"strings"
	"testing"
)

func TestWhatNoPersonWrote(t *testing.T) {
	const usual = "From: tco@clips.example\nMessage-ID: <1@clips.example>\n"
	for name, c := range map[string]struct {
		head       string
		auto, loop bool
	}{
		"a person":                  {usual, false, false},
		"a person, and says so":     {usual + "Auto-Submitted: no\n", false, false},
		"urgent":                    {usual + "Precedence: special-delivery\n", false, false},
		"vacation":                  {usual + "Auto-Submitted: auto-replied; owner-email=\"a@b\"\n", true, false},
		"a program":                 {usual + "Auto-Submitted: auto-generated\n", true, false},
		"an old program":            {usual + "Precedence: Bulk\n", true, false},
		"a list":                    {usual + "List-Id: <talk.clips.example>\n", true, false},
		"a newsletter":              {usual + "List-Unsubscribe: <mailto:off@clips.example>\n", true, false},
		"a help desk":               {usual + "X-Autoreply: yes\n", true, false},
		"our Message-ID":            {"From: tco@clips.example\nMessage-ID: <dlv_1@DESK.example>\n", true, true},
		"our Message-ID, other":     {"From: tco@clips.example\nMessage-ID: <dlv_1@unit.example>\n", true, true},
		"our address":               {"From: desk@desk.example\nMessage-ID: <1@clips.example>\n", true, true},
		"has been here":             {usual + "X-Loop: answers@desk.example\n", true, true},
		"has been elsewhere":        {usual + "X-Loop: answers@other.example\n", false, false},
		"a domain that looks alike": {"From: tco@notdesk.example\nMessage-ID: <1@xdesk.example>\n", false, false},
	} {
		m := parse(t, Config{Ours: []string{"unit.example"}}, "Return-Path: <tco@clips.example>\n"+c.head+"\nRemoved.\n")
		if (m.Auto != "") != c.auto || m.Loop() != c.loop {
			t.Errorf("%s: auto %q, loop %v", name, m.Auto, m.Loop())
		}
	}
	b := serve(t, Config{})
	if err := b.send("", "x@desk.example", usual+"\nRemoved.\n"); err != nil {
		t.Fatal(err)
	}
	if m := b.only(); !strings.Contains(m.Auto, "MAIL FROM") || m.Bounce != nil {
		t.Errorf("the null sender: %q, %+v", m.Auto, m.Bounce)
	}
}
