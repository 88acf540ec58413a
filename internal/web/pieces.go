package web

import (
	"slices"

	"github.com/argine/argine/client"
)

// What the pieces of templates (_*.html) take.

type tab struct {
	Name, Href    string
	Here, Allowed bool
}

// tabOf is one tab of the pages of an action.
func tabOf(page interface {
	tabs() (string, string)
	May(string) bool
}, name, path, perm string) tab {
	action, here := page.tabs()
	return tab{Name: name, Href: "/actions/" + action + path, Here: here == name, Allowed: page.May(perm)}
}

func (f frame) tabs() (action, here string) { return f.Action.ID, f.Tab }

// covered is a medium under its cover.
type covered struct {
	client.Medium
	Shows bool // it is a picture and the person may look at it
}

func mediaShown(list []client.Medium, may bool) []covered {
	out := make([]covered, len(list))
	for i, m := range list {
		out[i] = covered{m, may && m.Fault == "" && slices.Contains(pictures, m.MIME)}
	}
	return out
}

// reuploads are those of one item, seen from it.
type reuploads struct {
	List []client.Reupload
	Self string
}

func reuploadsOf(list []client.Reupload, self string) reuploads { return reuploads{list, self} }

// portalForm is one of the two answers to an order, to fill in.
type portalForm struct {
	Order string
	Form  formView
	Open  bool
	Send  string // what the button says
}

func portalFormOf(order string, form formView, open bool, send string) portalForm {
	return portalForm{order, form, open, send}
}
