package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
)

// formsFigures is what `argine bench forms` measures.
type formsFigures struct {
	PDFs     float64 `json:"orders_as_pdf_a_minute"` // Annex I, HTML and PDF, on one core with the browser
	CPU      float64 `json:"cpu_ms_of_one_order"`    // of both, without what others computed meanwhile
	Bytes    int     `json:"bytes_of_one_pdf"`
	Items    int     `json:"items_of_the_referral"`
	Referral float64 `json:"referral_seconds"`     // its text, JSON, table and HTML
	Printed  float64 `json:"referral_pdf_seconds"` // and as PDF
	Clocks   float64 `json:"clocks_of_a_million_cases_seconds"`
}

func benchFormsCommand() *cobra.Command {
	var seconds int
	var items int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "forms",
		Short: "Measure documents and clocks: removal orders as PDF, a referral of many items, a million cases",
		Long: `Prints removal orders as PDF with this process and the browser bound to one core, renders a referral
in every shape, and computes the clocks of a million cases from their events.`,
		Example: "  argine bench forms\n  argine bench forms --seconds 60 --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := measureForms(cmd.Context(), time.Duration(seconds)*time.Second, items)
			if err != nil {
				return err
			}
			return printed(cmd, asJSON, f, func(w io.Writer) {
				fmt.Fprintf(w, "removal orders as PDF, one core\t%.0f a minute\ncomputing time of one\t%.0f ms\nreferral of %d items as text, JSON, CSV and HTML\t%.2f s\n", f.PDFs, f.CPU, f.Items, f.Referral)
				fmt.Fprintf(w, "the same as PDF\t%.1f s\nclocks of 1,000,000 cases\t%.2f s\n", f.Printed, f.Clocks)
			})
		},
	}
	cmd.Flags().IntVar(&seconds, "seconds", 20, "how long to print for")
	cmd.Flags().IntVar(&items, "items", 2068, "items of the referral")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func measureForms(ctx context.Context, long time.Duration, items int) (formsFigures, error) {
	f := formsFigures{Items: items}
	if err := bindToOneCore(); err != nil {
		return f, err
	}
	var err error
	if f.Clocks, err = millionCases(); err != nil {
		return f, err
	}
	p, err := press.Open(press.Config{Tabs: 1})
	if err != nil {
		return f, err
	}
	defer p.Close()
	if err := f.referral(ctx, p); err != nil {
		return f, err
	}
	return f, f.orders(ctx, p, long)
}

// bindToOneCore binds every thread of this process, and so all that it starts, to one core.
func bindToOneCore() error {
	runtime.GOMAXPROCS(1)
	var all, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	for cpu := range 1024 {
		if all.IsSet(cpu) {
			one.Set(cpu)
			break
		}
	}
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &one); err != nil {
			return problem.Wrap(err, problem.Internal, "this process cannot be bound to one core")
		}
	}
	return nil
}

// orders prints removal orders one after the other for a while, each from its values.
func (f *formsFigures) orders(ctx context.Context, p *press.Press, long time.Duration) error {
	n := 0
	began, computed := time.Now(), spentCPU()
	for ; time.Since(began) < long; n++ {
		d := filledDocument(document.AnnexI)
		d.Reference = fmt.Sprintf("EX-2026/%05d", n)
		page, err := d.HTML()
		if err != nil {
			return err
		}
		pdf, err := p.PDF(ctx, page)
		if err != nil {
			return err
		}
		f.Bytes = len(pdf)
	}
	f.CPU = float64((spentCPU() - computed).Milliseconds()) / float64(max(n, 1))
	f.PDFs = float64(n) / time.Since(began).Minutes()
	return nil
}

func (f *formsFigures) referral(ctx context.Context, p *press.Press) error {
	d := filledDocument(document.Referral)
	for i := range f.Items {
		d.Items = append(d.Items, document.Item{ItemID: fmt.Sprintf("itm_%06d", i), URL: fmt.Sprintf("https://video.example/watch/%d?list=bench", i), Limbs: []string{"a", "c"},
			Reasons: "It calls on viewers to join the made-up group Sample Brigade and names the channel at which they can reach it."})
	}
	began := time.Now()
	page, err := d.HTML()
	if err != nil {
		return err
	}
	for _, render := range []func() error{
		func() error { _, _, err := d.Text(); return err },
		func() error { _, err := d.JSON(); return err },
		func() error { _, err := d.CSV(); return err },
	} {
		if err := render(); err != nil {
			return err
		}
	}
	f.Referral = time.Since(began).Seconds()
	if _, err := p.PDF(ctx, []byte("<!DOCTYPE html><title>x</title>")); err != nil { // the browser is started
		return err
	}
	began = time.Now()
	_, err = p.PDF(ctx, page)
	f.Printed = time.Since(began).Seconds()
	return err
}

// filledDocument has made-up values in every field.
func filledDocument(name string) document.Document {
	d := document.Document{Form: name, Edition: document.EditionOf(name), Reference: "EX-2026/00001", Language: "en", Values: law.Filled{}, Unit: "Example Referral Unit", Platform: "Video Example"}
	form, _ := d.Law()
	for _, field := range form.Fields() {
		value := "Made up " + strings.ReplaceAll(field.Key, ".", " ")
		switch field.Shape {
		case law.Moment:
			value = "2026-10-25T02:30:00+02:00"
		case law.Country:
			value = "BE"
		case law.Email:
			value = "desk@unit.example"
		case law.Link:
			value = "https://video.example/watch/1?t=30"
		case law.Tick:
			value = "yes"
		case law.Ticks, law.Choice:
			value = field.Options[0]
		}
		d.Values[field.Key] = value
	}
	return d
}

// millionCases folds a million cases, each from its order to the erasure, and computes all their clocks.
func millionCases() (float64, error) {
	const cases = 1_000_000
	start := time.Date(2026, time.October, 24, 12, 0, 0, 0, time.UTC)
	var events []law.Event
	for _, e := range []struct {
		minute int
		kind   law.Kind
	}{
		{-720, law.Informed}, {0, law.Issued}, {5, law.Sent}, {5, law.CopySent}, {10, law.Received}, {10, law.CopyReceived}, {30, law.Unclear}, {40, law.Clarified},
		{60, law.Executed}, {61, law.FedBack}, {100, law.ReviewAsked}, {300, law.Scrutinised}, {400, law.ProviderInformed}, {90_000, law.Final}, {90_001, law.FinalTold}, {300_000, law.Erased},
	} {
		events = append(events, law.Event{Kind: e.kind, At: start.Add(time.Duration(e.minute) * time.Minute), CrossBorder: e.kind == law.Issued})
	}
	clocks := make([]law.Clock, 0, 32)
	began := time.Now()
	for range cases {
		o, err := law.Follow(events)
		if err != nil {
			return 0, err
		}
		clocks = o.Clocks(start, clocks[:0])
	}
	return time.Since(began).Seconds(), nil
}
