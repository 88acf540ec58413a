package flow

import (
	"context"
	"io"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
)

const (
	linesPerWrite  = 2500 // lines of a file that are taken in one transaction
	itemsPerJob    = 16   // items that one job captures, and what follows in one transaction
	maxLineReports = 1000 // bad lines that are reported; all are counted
)

// Contributed is what became of a file of links.
type Contributed struct {
	Lines, Taken, NewItems, Duplicates, Repeated, Failed int
	Bad                                                  []action.Line
}

// Contribute takes a file of links into an action. The file is read as it comes, and taken in
// pieces, each whole; a line handed in before changes nothing, so a file that was
// interrupted is handed in again.
func (f *Flow) Contribute(ctx context.Context, who auth.Principal, a id.Action, contentType string, file io.Reader) (Contributed, error) {
	var sum Contributed
	if err := who.Require(auth.ActionContribute); err != nil {
		return sum, err
	}
	var book *link.Book
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		if err = takesPart(tx, who, a); err == nil {
			book, err = platform.ReadBook(tx)
		}
		return err
	})
	if err != nil {
		return sum, err
	}
	in := intake{flow: f, who: who, action: a, book: book, sum: &sum}
	if err := action.Read(contentType, file, func(line action.Line) error { return in.line(ctx, line) }); err != nil {
		return sum, err
	}
	return sum, in.flush(ctx)
}

// intake gathers the good lines of a file until there are enough for one transaction.
type intake struct {
	flow   *Flow
	who    auth.Principal
	action id.Action
	book   *link.Book
	sum    *Contributed
	lines  []action.Line
	news   []item.New
}

func (in *intake) line(ctx context.Context, line action.Line) error {
	in.sum.Lines++
	if line.Err == nil {
		var canonical link.Canonical
		if canonical, line.Err = in.book.Canonical(line.URL); line.Err == nil {
			in.lines = append(in.lines, line)
			in.news = append(in.news, item.New{Canonical: canonical, Seen: line.URL})
		}
	}
	if line.Err != nil {
		in.sum.Failed++
		if len(in.sum.Bad) < maxLineReports {
			in.sum.Bad = append(in.sum.Bad, line)
		}
	}
	if len(in.lines) < linesPerWrite {
		return nil
	}
	return in.flush(ctx)
}

// flush takes the gathered lines in one transaction and enqueues the captures of what is new.
func (in *intake) flush(ctx context.Context) error {
	if len(in.lines) == 0 {
		return nil
	}
	var taken, fresh int
	err := in.flow.DB.Update(ctx, func(tx *sqldb.Tx) error {
		taken, fresh = 0, 0
		added, err := item.Add(tx, in.who.Actor(), in.action, in.news)
		if err != nil {
			return err
		}
		isTaken, err := action.Contribute(tx, in.who.Actor(), in.contributions(added))
		if err != nil {
			return err
		}
		var capture []id.Item
		for i, a := range added {
			if isTaken[i] {
				taken++
			}
			if isTaken[i] && a.New {
				fresh++
			}
			if a.Created {
				capture = append(capture, a.ID)
			}
		}
		return in.flow.enqueueCaptures(tx, capture)
	})
	if err != nil {
		return err
	}
	in.sum.Taken += taken
	in.sum.NewItems += fresh
	in.sum.Duplicates += taken - fresh
	in.sum.Repeated += len(in.lines) - taken
	in.lines, in.news = in.lines[:0], in.news[:0]
	return nil
}

func (in *intake) contributions(added []item.Added) []action.Contribution {
	list := make([]action.Contribution, len(added))
	for i, a := range added {
		line := in.lines[i]
		list[i] = action.Contribution{Action: in.action, Unit: in.who.Unit, User: in.who.User, Item: a.ID,
			URL: line.URL, Source: line.Source, Note: line.Note, SeenAt: line.SeenAt}
	}
	return list
}

func (f *Flow) enqueueCaptures(tx *sqldb.Tx, items []id.Item) error {
	var jobs []job.Args
	chunks(items, itemsPerJob, func(some []id.Item) error {
		jobs = append(jobs, capture.Job{Items: some})
		return nil
	})
	return f.Jobs.Enqueue(tx, jobs...)
}
