package web

import (
	"net/http"

	"github.com/argine/argine/client"
)

type peoplePage struct {
	frame
	Units []unitPeople
}

type unitPeople struct {
	client.Unit
	People []client.User
}

// people shows the units and the people of them that a person may know of. They are set up
// from the command line and the API.
func people(s *Server, c *call) error {
	units, err := s.Desk.Units(c.ctx(), c.who)
	if err != nil {
		return err
	}
	users, err := s.Desk.Users(c.ctx(), c.who)
	if err != nil {
		return err
	}
	p := peoplePage{frame: s.frame(c, c.words.say("people.title"), "people")}
	for _, u := range units {
		row := unitPeople{Unit: u}
		for _, user := range users {
			if user.UnitID == u.ID {
				row.People = append(row.People, user)
			}
		}
		p.Units = append(p.Units, row)
	}
	return s.render(c, http.StatusOK, "people", p)
}
