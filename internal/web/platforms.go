package web

import (
	"net/http"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
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
}

func platformPage(s *Server, c *call) error {
	target := id.Platform(c.r.PathValue("id"))
	record, err := s.Desk.PlatformRecord(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	p := platformView{frame: s.frame(c, record.Platform.Name, "platforms"), Row: recordOf(record)}
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
	return s.render(c, http.StatusOK, "platform", p)
}
