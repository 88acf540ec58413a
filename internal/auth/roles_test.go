package auth_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
)

// matrix says it once more, by hand: what each role may do.
const matrix = `
                    analyst reviewer coordinator platform_contact overseer administrator host_officer host_manager
action.read            x       x          x             .            x           x            .            .
action.open            .       .          x             .            .           .            .            .
action.contribute      x       x          x             .            .           .            .            .
item.read              x       x          x             .            x           x            .            .
media.view             x       x          x             .            x           x            .            .
assess.first           x       x          x             .            .           .            .            .
assess.second          .       x          x             .            .           .            .            .
item.reverse           .       x          x             .            .           .            .            .
deconflict.manage      .       .          x             .            .           .            .            .
refer.draft            .       .          x             .            .           .            .            .
refer.approve          .       x          x             .            .           .            .            .
referral.read          x       x          x             x            x           x            .            .
deliver.resolve        .       .          x             .            .           .            .            .
answer.give            .       .          .             x            .           .            .            .
platform.read          x       x          x             .            x           x            .            .
platform.manage        .       .          x             .            .           x            .            .
bank.read              x       x          x             .            x           x            .            .
bank.manage            .       .          x             .            .           x            .            .
match.lookup           x       x          x             x            .           x            .            .
report.read            x       x          x             .            x           x            .            .
people.read            x       x          x             .            x           x            .            x
people.manage          .       .          .             .            .           x            .            x
token.manage           .       .          .             .            .           x            .            x
audit.read             x       x          x             .            x           x            .            x
operate                .       .          .             .            .           x            .            .
order.read             x       x          x             x            x           x            .            .
order.draft            .       .          x             .            .           .            .            .
order.approve          .       x          x             .            .           .            .            .
order.record           .       .          x             .            .           .            .            .
order.scrutinise       .       x          x             .            .           .            .            .
complaint.read         x       x          x             x            x           x            .            .
complaint.file         .       x          x             x            .           .            .            .
complaint.decide       .       x          x             .            .           .            .            .
designation.manage     .       .          x             .            .           x            .            .
register.manage        .       .          x             .            .           x            .            .
mail.read              x       x          x             .            x           x            .            .
mail.file              .       x          x             .            .           .            .            .
host.read              .       .          .             .            .           .            x            x
host.act               .       .          .             .            .           .            x            x
host.manage            .       .          .             .            .           .            .            x
`

func TestTheTableOfRoles(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(matrix), "\n")
	roles := strings.Fields(lines[0])
	if len(roles) != len(auth.Roles) || len(lines)-1 != len(auth.All) {
		t.Fatalf("the matrix has %d roles and %d permissions, the package %d and %d", len(roles), len(lines)-1, len(auth.Roles), len(auth.All))
	}
	for _, line := range lines[1:] {
		fields := strings.Fields(line)
		perm := auth.Permission(fields[0])
		if !slices.Contains(auth.All, perm) {
			t.Errorf("%q is no permission of the package", perm)
		}
		for i, mark := range fields[1:] {
			role := auth.Role(roles[i])
			if !slices.Contains(auth.Roles, role) {
				t.Errorf("%q is no role of the package", role)
			}
			if got := role.May(perm); got != (mark == "x") {
				t.Errorf("%s may %s: %v", role, perm, got)
			}
		}
	}
}

// Who oversees and who administers decide nothing about content, and an overseer changes nothing at all.
func TestWhoDecidesNothing(t *testing.T) {
	decisions := []auth.Permission{auth.ActionOpen, auth.ActionContribute, auth.AssessFirst, auth.AssessSecond, auth.DeconflictManage, auth.ReferDraft, auth.ReferApprove, auth.DeliverResolve, auth.AnswerGive}
	for _, perm := range decisions {
		if auth.Overseer.May(perm) || auth.Administrator.May(perm) {
			t.Errorf("an overseer or administrator may %s", perm)
		}
	}
	for _, perm := range (auth.Principal{Roles: []auth.Role{auth.Overseer}}).Permissions() {
		if !strings.HasSuffix(string(perm), ".read") && perm != auth.MediaView {
			t.Errorf("an overseer may %s", perm)
		}
	}
	if auth.Role("").May(auth.ItemRead) || auth.Role("root").May(auth.ItemRead) {
		t.Error("what is no role may read")
	}
}

func TestScopesNarrowAndNeverWiden(t *testing.T) {
	p := auth.Principal{Roles: []auth.Role{auth.Analyst}, Scopes: []auth.Permission{auth.ItemRead, auth.ReferDraft}, Token: "tok_1"}
	if !p.May(auth.ItemRead) || p.May(auth.ActionContribute) || p.May(auth.ReferDraft) {
		t.Errorf("a token of an analyst for item.read and refer.draft may %v", p.Permissions())
	}
	if got := p.Permissions(); !slices.Equal(got, []auth.Permission{auth.ItemRead}) {
		t.Errorf("Permissions: %v", got)
	}
	if err := p.Require(auth.ItemRead); err != nil {
		t.Error(err)
	}
	err := p.Require(auth.AssessFirst)
	if !problem.Is(err, problem.Forbidden) || !strings.Contains(err.Error(), "assess.first") || !strings.Contains(err.Error(), "token") {
		t.Errorf("got %v", err)
	}
	several := auth.Principal{Roles: []auth.Role{auth.Overseer, auth.Reviewer}}
	if !several.May(auth.AssessSecond) || !several.SeesAll() || p.SeesAll() {
		t.Error("two roles together allow what either does")
	}
	if (auth.Principal{}).May(auth.ItemRead) || len((auth.Principal{}).Permissions()) != 0 {
		t.Error("nobody may read")
	}
}
