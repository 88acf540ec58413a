package web

import (
	"net/http"
	"net/url"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
)

type itemsPage struct {
	frame
	Filter    client.ItemFilter
	Items     []client.Item
	First     string // address of the first page; empty on it
	Next      string // address of the next page; empty on the last
	Narrowed  bool
	Stages    []string
	Platforms []client.Platform // of this action
	Languages []string
	Verdicts  []string
}

// Ideologies are what items can be counted by.
func (p itemsPage) Ideologies() []law.Ideology { return law.Ideologies() }

func items(s *Server, c *call) error {
	action := id.Action(c.r.PathValue("id"))
	q := c.r.URL.Query()
	f := client.ItemFilter{Stage: q.Get("stage"), Platform: q.Get("platform"), Language: q.Get("language"), Verdict: q.Get("verdict"), Ideology: q.Get("ideology"), Query: q.Get("q"), Cursor: q.Get("cursor")}
	page, err := s.Desk.Items(c.ctx(), c.who, action, f)
	if err != nil {
		return err
	}
	// The choices of the filters are what the action has; a filter that is set stays among them.
	choices, err := s.Desk.Choices(c.ctx(), c.who, action)
	if err != nil {
		return err
	}
	p := itemsPage{frame: s.frame(c, c.words.say("items.title", "Action", choices.Action.Name), "actions").of(choices.Action, "items"), Filter: f, Items: page.Items,
		Platforms: choices.Platforms, Languages: choices.Languages, Verdicts: verdicts}
	for _, stage := range item.Stages() {
		p.Stages = append(p.Stages, string(stage))
	}
	p.Narrowed = f.Stage+f.Platform+f.Language+f.Verdict+f.Ideology+f.Query != ""
	if f.Cursor != "" {
		p.First = listAddress(c.r.URL, "")
	}
	if page.Next != "" {
		p.Next = listAddress(c.r.URL, page.Next)
	}
	return s.render(c, http.StatusOK, "items", p)
}

// listAddress is the address of another page of the same list.
func listAddress(here *url.URL, cursor string) string {
	q := here.Query()
	q.Del("cursor")
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	for name := range q {
		if q.Get(name) == "" {
			q.Del(name)
		}
	}
	if len(q) == 0 {
		return here.Path
	}
	return here.Path + "?" + q.Encode()
}

type searchPage struct {
	frame
	Query string
	Items []client.Item
}

// search answers "has anyone seen this?". The palette asks for the answer alone.
func search(s *Server, c *call) error {
	query := c.r.URL.Query().Get("q")
	p := searchPage{frame: s.frame(c, c.words.say("search.title"), ""), Query: query}
	if query != "" {
		var err error
		if p.Items, err = s.Desk.Search(c.ctx(), c.who, query); err != nil {
			return err
		}
	}
	if c.r.URL.Query().Has("piece") {
		return s.piece(c, http.StatusOK, "search", "found", p)
	}
	return s.render(c, http.StatusOK, "search", p)
}
