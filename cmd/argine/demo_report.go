package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"crypto/rand"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/sim"
)

// judged is the report of the demo: Argine's figures, and the world's own truth beside them.
type judged struct {
	client.Report
	Truth sim.Truth `json:"truth"`
}

// settled waits until the audit tree holds every event, then fetches the report.
func settled(ctx context.Context, admin *client.Client, action string) (client.Report, error) {
	var last client.Report
	for {
		report, err := admin.Report(ctx, action)
		if err != nil || (report.Audit.Events > 0 && report.Audit == last.Audit) {
			return report, err
		}
		last = report
		select {
		case <-ctx.Done():
			return report, ctx.Err()
		case <-time.After(500 * time.Millisecond): // longer than the sequencer waits
		}
	}
}

func writeReport(ctx context.Context, o demoOptions, world *sim.World, admin *client.Client, action client.Action) (judged, error) {
	report, err := settled(ctx, admin, action.ID)
	if err != nil {
		return judged{}, err
	}
	out := judged{report, world.Truth()}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return out, err
	}
	if err := os.WriteFile(o.report, append(text, '\n'), 0o644); err != nil {
		return out, problem.Wrap(err, problem.Invalid, "the report cannot be written to %s; choose another place with --report", o.report)
	}
	page, err := admin.ReportHTML(ctx, action.ID)
	if err != nil {
		return out, err
	}
	return out, os.WriteFile(htmlBeside(o.report), page, 0o644)
}

func htmlBeside(path string) string { return strings.TrimSuffix(path, ".json") + ".html" }

// print is the short summary.
func (j judged) print(w io.Writer, took time.Duration, path string) {
	fmt.Fprintf(w, "\n%d contributions by %d units came to %d items in %d languages on %d platforms (%d duplicates avoided).\n", j.Contributions, j.Units, j.Items, j.Languages, j.Platforms, j.Duplicates)
	fmt.Fprintf(w, "%d captured, %d unreachable; %d media, %d items matched a bank.\n", j.Captured, j.Unreachable, j.Media, j.Matched)
	fmt.Fprintf(w, "%d assessed by two people: %d rejected, %d disputed; %d held, %d blocked by the pre-flight.\n", j.Assessed, j.Rejected, j.Disputed, j.Held, j.Blocked)
	fmt.Fprintf(w, "%d referred, %d delivered, %d undeliverable; answered: %d removed, %d refused, %d unclear, %d nothing.\n", j.Referred, j.Delivered, j.Undeliverable, j.Answered.Removed, j.Answered.Refused, j.Answered.Clarification, j.Answered.None)
	v := j.Verified
	fmt.Fprintf(w, "Verified at the last look: %d removed, %d account gone, %d geo-blocked, %d behind a login, %d still up, %d unknown; median %.0f minutes to removal.\n", v.Removed, v.AccountGone, v.GeoBlocked, v.LoginWall, v.StillUp, v.Unknown, j.MedianMinutesToRemoval)
	fmt.Fprintf(w, "%d re-uploads found, %d lost. Audit log: %d events, root %s.\n", j.Reuploads, j.Lost, j.Audit.Events, j.Audit.Root)
	if wrong := j.differences(); len(wrong) == 0 {
		fmt.Fprintln(w, "Every figure is what the made-up world says it must be.")
	} else {
		fmt.Fprintf(w, "Differs from the truth of the made-up world: %s\n", strings.Join(wrong, ", "))
	}
	fmt.Fprintf(w, "Done in %.1f s. The report: %s and %s\n", took.Seconds(), path, htmlBeside(path))
}

// differences names the figures that are not what the world says.
func (j judged) differences() (wrong []string) {
	var got, want map[string]any
	report, _ := json.Marshal(j.Report)
	truth, _ := json.Marshal(j.Truth)
	json.Unmarshal(report, &got)
	json.Unmarshal(truth, &want)
	for _, name := range names(want) {
		if a, b := fmt.Sprint(got[name]), fmt.Sprint(want[name]); a != b {
			wrong = append(wrong, fmt.Sprintf("%s %s instead of %s", name, a, b))
		}
	}
	return wrong
}

// invite makes an account for who wants to look at the pages.
func invite(ctx context.Context, out io.Writer, address string, admin *client.Client) error {
	me, err := admin.Me(ctx)
	if err != nil {
		return err
	}
	name := strings.ToLower(rand.Text()[:6])
	user, err := admin.AddUser(ctx, client.NewUser{UnitID: me.Unit.ID, Name: "Visitor", Email: name + "@demo.example", Roles: []string{"overseer"}})
	if err != nil {
		return err
	}
	password := strings.ToLower(rand.Text()[:16])
	resp, err := http.PostForm("http://"+address+user.Invitation, url.Values{"password": {password}, "again": {password}})
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode >= 400 {
		return problem.New(problem.Internal, "the visitor's password could not be set: %s", resp.Status)
	}
	fmt.Fprintf(out, "\nLook at it: http://%s  sign in as %s with the password %s\nCtrl-C ends it.\n", address, user.Email, password)
	return nil
}
