package host

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/statements"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// draftStatement makes the statement of reasons of content that was disabled. It says on what
// basis, and nothing of who or where: no personal data belongs into the database.
func (h *Host) draftStatement(tx *sqldb.Tx, by audit.Actor, c cases.Case, it cases.Item, content string, at time.Time) error {
	s := statements.Statement{
		PUID: string(c.ID) + "-" + strconv.Itoa(it.Place), Visibility: []string{statements.Disabled},
		Ground: statements.Illegal, LegalGround: "Directive (EU) 2017/541, Article 5, and Article 2(7) of Regulation (EU) 2021/784",
		LegalExplanation: "The content was found to be terrorist content within the meaning of Article 2(7) of Regulation (EU) 2021/784.",
		ContentType:      []string{"CONTENT_TYPE_OTHER"}, ContentTypeOther: "user content of the hosting service", Category: statements.PublicSecurity, Specification: []string{statements.TerroristContent},
		Territory: statements.Territories, ContentDate: at.UTC().Format(time.DateOnly), ApplicationDate: at.UTC().Format(time.DateOnly),
		Detection: "No", Decision: statements.NotAutomated,
	}
	if content == cases.Removed {
		s.Visibility = []string{statements.Removed}
	}
	switch c.Track {
	case cases.Order:
		s.Source, s.Facts = statements.OtherNotification, "A competent authority issued a removal order under Article 3 of Regulation (EU) 2021/784; access to the content was disabled in all Member States."
	case cases.Referral:
		s.Source, s.Facts = statements.OtherNotification, "An authority referred the content for voluntary consideration (recital 40 of Regulation (EU) 2021/784); a person considered it and found it to be terrorist content."
		s.Ground, s.LegalGround, s.LegalExplanation = statements.Incompatible, "", ""
		s.TermsGround, s.TermsExplanation, s.TermsIllegal = "Terms of service: terrorist content", "The terms of the service do not allow terrorist content.", "Yes"
	case cases.Notice:
		s.Source, s.Facts = statements.Article16, "A notice under Article 16 of Regulation (EU) 2022/2065 was considered by a person, who found the content to be terrorist content."
		if documentOf(c).Values["trusted_flagger"] == "yes" {
			s.Source = statements.TrustedFlagger
		}
	case cases.Own:
		s.Source, s.Detection, s.Facts = statements.Voluntary, "Yes", "The content matched a fingerprint of a bank of terrorist content; a person looked at it and found it to be terrorist content."
	default:
		return nil // Article 17(5): none is owed for an order under Article 9
	}
	_, err := statements.Add(tx, by, c.ID, it.Place, s)
	if problem.Is(err, problem.Conflict) {
		return nil
	}
	return err
}

// reply is what the database says of a batch.
type reply struct {
	Statements []struct {
		UUID string `json:"uuid"`
		PUID string `json:"puid"`
	} `json:"statements"`
	Errors map[string]map[string][]string `json:"errors"` // statement_0 → field → what is wrong with it
}

// sendStatements sends what is due in one batch. A statement that the database has already is
// sent: it knows them by their puid. One that it refuses keeps none of the others back.
func (h *Host) sendStatements(ctx context.Context) error {
	if h.Settings.Statements.URL == "" {
		return nil
	}
	var rows []statements.Row
	if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { rows, err = statements.DueNow(tx); return err }); err != nil || len(rows) == 0 {
		return err
	}
	batch := make([]statements.Statement, len(rows))
	for i, r := range rows {
		batch[i] = r.Statement
	}
	body, err := json.Marshal(map[string]any{"statements": batch})
	if err != nil {
		return err
	}
	resp, err := h.Door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: h.Settings.Statements.URL, Body: body, Header: http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Authorization": {"Bearer " + h.Settings.Statements.Token}}})
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	return h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err != nil && resp.Status == 0 {
			return settleAll(tx, rows, "no answer: "+problem.Message(err))
		}
		return settleReply(tx, rows, resp)
	})
}

// statementsAgain is how long after a failure statements are tried again.
const statementsAgain = 10 * time.Minute

func settleAll(tx *sqldb.Tx, rows []statements.Row, why string) error {
	for _, r := range rows {
		if err := statements.Settle(tx, audit.System, r, statements.Due, why, tx.Now.Add(statementsAgain)); err != nil {
			return err
		}
	}
	return nil
}

func settleReply(tx *sqldb.Tx, rows []statements.Row, resp *fetch.Response) error {
	var said reply
	readable := json.Unmarshal(resp.Body, &said) == nil
	switch {
	case resp.Status == http.StatusCreated || resp.Status == http.StatusOK:
		uuids := map[string]string{}
		for _, s := range said.Statements {
			uuids[s.PUID] = s.UUID
		}
		for _, r := range rows {
			if err := statements.Settle(tx, audit.System, r, statements.Sent, uuids[r.PUID], time.Time{}); err != nil {
				return err
			}
		}
		return nil
	case resp.Status == http.StatusUnprocessableEntity && readable && len(said.Errors) > 0:
		return settleErrors(tx, rows, said)
	}
	return settleAll(tx, rows, "HTTP "+strconv.Itoa(resp.Status))
}

// settleErrors: the database takes a batch whole or not at all. What it finds wrong is put
// aside, and the rest goes again at once.
func settleErrors(tx *sqldb.Tx, rows []statements.Row, said reply) error {
	for i, r := range rows {
		errors := said.Errors["statement_"+strconv.Itoa(i)]
		state, answer, next := statements.Due, "", tx.Now
		if len(errors) > 0 {
			text, err := json.Marshal(errors)
			if err != nil {
				return err
			}
			state, answer, next = statements.Refused, string(text), time.Time{}
			if len(errors) == 1 && len(errors["puid"]) > 0 {
				state, answer = statements.Sent, "" // it is there: an answer to an earlier batch was lost
			}
		}
		if err := statements.Settle(tx, audit.System, r, state, answer, next); err != nil {
			return err
		}
	}
	return nil
}

// StatementRows are the newest statements with what became of them.
func (h *Host) StatementRows(ctx context.Context, who auth.Principal) ([]statements.Row, error) {
	return read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) ([]statements.Row, error) { return statements.List(tx, manyOf) })
}

// CorrectStatement puts a corrected statement in the place of one that was refused.
func (h *Host) CorrectStatement(ctx context.Context, who auth.Principal, target id.Statement, s statements.Statement) (statements.Row, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (statements.Row, error) {
		return statements.Correct(tx, who.Actor(), target, s)
	})
}
