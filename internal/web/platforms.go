package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
)

// recordRow is a platform with its record as a row of a table.
type recordRow struct {
	platformRow
	Platform client.Platform
	Minutes  float64
}

func recordOf(r desk.PlatformRecord) recordRow {
	row := recordRow{outcomeRow(r.Outcome), r.Platform, r.Minutes}
	row.ID, row.Name = r.Platform.ID, r.Platform.Name
	return row
}

type platformsPage struct {
	frame
	Rows []recordRow
}

func platforms(s *Server, c *call) error {
	list, err := s.Desk.PlatformRecords(c.ctx(), c.who)
	if err != nil {
		return err
	}
	p := platformsPage{frame: s.frame(c, c.words.say("platforms.title"), "platforms")}
	for _, r := range list {
		p.Rows = append(p.Rows, recordOf(r))
	}
	return s.render(c, http.StatusOK, "platforms", p)
}

type platformView struct {
	frame
	Standing  client.Standing // under Regulation (EU) 2021/784
	Orders    []client.Order
	Now       time.Time
	Row       recordRow
	Referrals []client.Referral
	Actions   []client.Action
	Refusal   string // why what was just asked for was not done
	Wrong     []problem.Field
}

func platformPage(s *Server, c *call) error {
	return s.showPlatform(c, http.StatusOK, platformView{})
}

// setPlatform takes the whole form of settings.
func setPlatform(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	f := c.r.PostForm
	languages := strings.Fields(strings.ReplaceAll(f.Get("languages"), ",", " "))
	field := func(name string) *string { text := f.Get(name); return &text }
	_, err := s.Flow.SetPlatform(c.ctx(), c.who, id.Platform(c.r.PathValue("id")), platform.Change{Name: field("name"), Country: field("country"), Language: field("language"),
		Languages: &languages, ContactEmail: field("contact_email"), Hours: field("hours"), TimeZone: field("time_zone"),
		Representative: field("representative"), RepresentativeState: field("representative_state"), RepresentativeAddress: field("representative_address")})
	return s.platformSet(c, err)
}

func verifyContact(s *Server, c *call) error {
	_, err := s.Flow.VerifyContact(c.ctx(), c.who, id.Platform(c.r.PathValue("id")))
	return s.platformSet(c, err)
}

// platformSet shows the platform again after something was asked for.
func (s *Server) platformSet(c *call, err error) error {
	if refusal, ok := told(err); ok {
		p := platformView{Refusal: refusal}
		var e *problem.Error
		if errors.As(err, &e) {
			p.Wrong = e.Fields
		}
		return s.showPlatform(c, problem.Of(err).Meaning().Status, p)
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/platforms/"+c.r.PathValue("id"), http.StatusSeeOther)
	return nil
}

func (s *Server) showPlatform(c *call, status int, p platformView) error {
	target := id.Platform(c.r.PathValue("id"))
	record, err := s.Desk.PlatformRecord(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	p.frame, p.Row = s.frame(c, record.Platform.Name, "platforms"), recordOf(record)
	if p.Referrals, err = s.Desk.ReferralsTo(c.ctx(), c.who, target); err != nil {
		return err
	}
	if p.Actions, err = s.Desk.Actions(c.ctx(), c.who); err != nil {
		return err
	}
	if p.Standing, err = s.Desk.Standing(c.ctx(), c.who, target); err != nil {
		return err
	}
	if p.Orders, err = s.Desk.Orders(c.ctx(), c.who, client.OrderFilter{Platform: string(target)}); err != nil {
		return err
	}
	p.Now, p.Scripts = s.Flow.DB.Now(), []string{"clock.js"}
	return s.render(c, status, "platform", p)
}
