package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/problem"
)

type noticesPage struct {
	frame
	Notices []client.Notice
	Track   string // that the list is narrowed to
	Cleared int    // items that wait to be drafted
	Forms   []draftForm
	Refusal string
}

// draftForm is the form of one track, to draft notices of an action's cleared items with.
type draftForm struct {
	Track string
	Open  bool // it was just sent and refused
	Form  formView
}

// notices lists the newest over all actions.
func notices(s *Server, c *call) error {
	track := c.r.URL.Query().Get("track")
	list, err := s.Desk.NewestNotices(c.ctx(), c.who, track)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "notices", noticesPage{frame: s.frame(c, c.words.say("notices.title"), "notices"), Notices: list, Track: track})
}

// actionNotices lists those of an action, with the forms to draft more.
func actionNotices(s *Server, c *call) error {
	return s.showActionNotices(c, http.StatusOK, "", nil, "")
}

func (s *Server) showActionNotices(c *call, status int, track notice.Track, filled law.Filled, refusal string) error {
	target := id.Action(c.r.PathValue("id"))
	action, err := s.Desk.Action(c.ctx(), c.who, target)
	if err != nil {
		return err
	}
	p := noticesPage{frame: s.frame(c, c.words.say("notices.of", "Action", action.Name), "actions").of(action, "notices"), Refusal: refusal}
	if p.Notices, err = s.Desk.Notices(c.ctx(), c.who, target, ""); err != nil {
		return err
	}
	if p.Cleared, err = s.Desk.Cleared(c.ctx(), c.who, target); err != nil {
		return err
	}
	for _, t := range []notice.Track{notice.Article16, notice.Article9} {
		values, faults := s.knownOf(c, t), []law.Fault(nil)
		if t == track {
			values = filled
			faults = known(t.Form().Faults(filled))
		}
		p.Forms = append(p.Forms, draftForm{string(t), t == track, viewForm(string(t), t.Form(), p.Lang, values, faults, "urls", "language")})
	}
	return s.render(c, status, "notices", p)
}

// known leaves out the faults of fields that the program fills in.
func known(faults []law.Fault) (list []law.Fault) {
	for _, f := range faults {
		if f.Key != "urls" && f.Key != "language" {
			list = append(list, f)
		}
	}
	return list
}

// knownOf is what a form begins with: who gives notice.
func (s *Server) knownOf(c *call, t notice.Track) law.Filled {
	if t == notice.Article9 {
		return law.Filled{"authority": c.who.UnitName, "effect_to": c.who.UnitName}
	}
	return law.Filled{"notifier": c.who.UnitName, "notifier_email": c.who.Email}
}

// draftNotices drafts on the track that was chosen; what came of it is then to be seen in the list.
func draftNotices(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target, track := c.r.PathValue("id"), notice.Track(c.r.PostForm.Get("track"))
	in := flow.NewNotices{Track: track, Filled: readForm(track.Form(), c.r.PostForm)}
	for _, it := range c.r.PostForm["item"] {
		in.Items = append(in.Items, id.Item(it))
	}
	if faults := known(track.Form().Faults(in.Filled)); len(faults) > 0 {
		return s.showActionNotices(c, http.StatusUnprocessableEntity, track, in.Filled, "")
	}
	made, err := s.Flow.DraftNotices(c.ctx(), c.who, id.Action(target), in)
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Invalid) {
		return s.showActionNotices(c, problem.Of(err).Meaning().Status, track, in.Filled, problem.Message(err))
	}
	if err != nil {
		return err
	}
	if len(made.Notices) == 0 && len(made.Blocked) > 0 {
		return s.showActionNotices(c, http.StatusConflict, track, in.Filled, stoppedAll(made.Blocked))
	}
	to := "/actions/" + target + "/notices"
	if len(made.Notices) == 1 {
		to = "/notices/" + string(made.Notices[0])
	}
	http.Redirect(c.w, c.r, to, http.StatusSeeOther)
	return nil
}

// stoppedAll says what the pre-flight stopped, each reason once with its remedy.
func stoppedAll(blocked []flow.Stopped) string {
	var said []string
	for _, b := range blocked {
		if text := b.Reason + "; " + b.Remedy; !slices.Contains(said, text) {
			said = append(said, text)
		}
	}
	return strings.Join(said, ". ")
}

type noticePage struct {
	frame
	Paper   client.Notice
	Form    formView
	Names   map[string]string
	Refusal string // why what was just tried was refused
	Clocks  []law.Clock
	Answer  decisionForm // of the platform's contact
}

// Own reports whether the person drafted it, who is then not the one to approve it.
func (p noticePage) Own() bool { return p.Paper.DraftedBy == string(p.Who.User) }

// decisionForm is what a platform's contact has filled in.
type decisionForm struct {
	Decision, DecidedAt, Reason, Redress string
	Automated                            bool
	Items                                []string
}

func noticeView(s *Server, c *call) error { return s.showNotice(c, http.StatusOK, decisionForm{}, "") }

func (s *Server) showNotice(c *call, status int, answer decisionForm, refusal string) error {
	n, err := s.Desk.Notice(c.ctx(), c.who, id.Notice(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	section := "notices"
	if c.who.Platform != "" {
		section = "inbox"
	}
	p := noticePage{frame: s.frame(c, n.Reference, section), Paper: n, Refusal: refusal, Answer: answer, Clocks: desk.NoticeCaseOf(n).Clocks()}
	p.Form = viewForm("form", notice.Track(n.Track).Form(), p.Lang, n.Form, nil, "urls")
	if c.who.May(auth.ActionRead) {
		action, err := s.Desk.Action(c.ctx(), c.who, id.Action(n.ActionID))
		if err != nil {
			return err
		}
		p.frame = p.frame.of(action, "notices")
		if p.Names, err = s.names(c); err != nil {
			return err
		}
	}
	return s.render(c, status, "notice", p)
}

// approveNotice lets a notice leave. That it needs another person than who drafted it is a rule
// of the trade below; here its refusal is said on the page of the notice.
func approveNotice(s *Server, c *call) error {
	target := c.r.PathValue("id")
	_, err := s.Flow.ApproveNotice(c.ctx(), c.who, id.Notice(target))
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) || problem.Is(err, problem.Invalid) {
		return s.showNotice(c, problem.Of(err).Meaning().Status, decisionForm{}, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/notices/"+target, http.StatusSeeOther)
	return nil
}

// answerNotice takes what a platform's contact says of a notice: for the items that were
// ticked, or for all of them.
func answerNotice(s *Server, c *call) error {
	if err := c.form(); err != nil {
		return err
	}
	target, post := c.r.PathValue("id"), c.r.PostForm
	in := decisionForm{post.Get("decision"), post.Get("decided_at"), post.Get("reason"), post.Get("redress"), post.Get("automated") == "yes", post["item"]}
	decisions, err := in.decisions(post.Get("all") == "yes")
	if err == nil {
		var results []flow.Result
		if results, err = s.Flow.AnswerNotice(c.ctx(), c.who, flow.ByPortal, id.Notice(target), decisions...); err == nil {
			err = firstFault(results)
		}
	}
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Refused) {
		return s.showNotice(c, problem.Of(err).Meaning().Status, in, problem.Message(err))
	}
	if err != nil {
		return err
	}
	http.Redirect(c.w, c.r, "/notices/"+target, http.StatusSeeOther)
	return nil
}

func (f decisionForm) decisions(all bool) (list []client.NoticeDecision, err error) {
	if f.Decision == "" {
		return nil, nil // a confirmation of receipt
	}
	d := client.NoticeDecision{Decision: f.Decision, Reason: f.Reason, Redress: f.Redress, Automated: f.Automated}
	if f.DecidedAt != "" {
		at, err := momentOf(f.DecidedAt)
		if err != nil {
			return nil, err
		}
		d.DecidedAt = &at
	}
	if all {
		return []client.NoticeDecision{d}, nil
	}
	for _, it := range f.Items {
		d.ItemID = it
		list = append(list, d)
	}
	if len(list) == 0 {
		return nil, problem.New(problem.Invalid, "tick the items that this is about, or answer for all of them")
	}
	return list, nil
}

// momentOf reads a field of date and time, in UTC.
func momentOf(value string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, problem.New(problem.Invalid, "%.40q is no date and time; write it like 2026-10-25T02:30", value)
}

func firstFault(results []flow.Result) error {
	for _, r := range results {
		if r.Err != nil {
			return r.Err
		}
	}
	return nil
}
