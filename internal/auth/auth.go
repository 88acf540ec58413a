// Package auth knows the units, the people in them, their roles and API tokens, and what each may do.
//
// A role is a row of one table (roles.go) and a permission is a word of it; every route and
// every verb names the permission that it needs. What a permission is about is narrowed
// further by who asks: a unit sees what is its own or shared with it through an action, a
// platform contact sees what was sent to that platform.
package auth

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// Principal is who asks: a person, with the roles and the token of the moment.
type Principal struct {
	User     id.User
	Unit     id.Unit
	Name     string
	Email    string
	UnitName string
	Roles    []Role
	Platform id.Platform  // for a platform contact
	Scopes   []Permission // of the token; empty: all that the roles allow
	Token    id.Token     // empty for a session in the browser
}

// May reports whether the person may do it: a role allows it and the token's scopes do not leave it out.
func (p Principal) May(perm Permission) bool {
	if len(p.Scopes) > 0 && !slices.Contains(p.Scopes, perm) {
		return false
	}
	return slices.ContainsFunc(p.Roles, func(r Role) bool { return r.May(perm) })
}

// Require is May with an error that says what to do.
func (p Principal) Require(perm Permission) error {
	if p.May(perm) {
		return nil
	}
	return problem.New(problem.Forbidden, "this needs the permission %q, which %s does not have; ask an administrator of Argine, or use a token whose scopes hold it", perm, p.who())
}

func (p Principal) who() string {
	if p.Token != "" {
		return "this token"
	}
	return "your role"
}

// SeesAll reports whether the person reads across all units: overseers and administrators.
func (p Principal) SeesAll() bool {
	return slices.Contains(p.Roles, Overseer) || slices.Contains(p.Roles, Administrator)
}

// Actor is how the audit log names the person.
func (p Principal) Actor() audit.Actor { return audit.Actor{User: p.User, Unit: p.Unit} }

// Permissions lists what the person may do, in the order of the table.
func (p Principal) Permissions() []Permission {
	return slices.DeleteFunc(slices.Clone(All), func(perm Permission) bool { return !p.May(perm) })
}

func join[S ~string](words []S) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, " ")
}

func split[S ~string](text string) []S {
	var words []S
	for _, w := range strings.Fields(text) {
		words = append(words, S(w))
	}
	return words
}
