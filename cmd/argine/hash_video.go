package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/vpdq"
)

// filmed is what the frames of one video tell.
type filmed struct {
	File    string  `json:"file"`
	Seconds float64 `json:"seconds"` // how long the video is
	Frames  []frame `json:"frames"`
	Shots   []shot  `json:"shots"` // stretches without a cut
	Fault   string  `json:"fault,omitempty"`

	features []vpdq.Feature
}

type frame struct {
	Frame   int     `json:"frame"`
	Quality int     `json:"quality"`
	PDQ     string  `json:"pdq"`
	Second  float64 `json:"second"`
}

type shot struct {
	Frames int     `json:"frames"` // of those above
	From   float64 `json:"from"`   // seconds
	To     float64 `json:"to"`
}

// hashVideos prints what it can and reports the rest.
func hashVideos(cmd *cobra.Command, names []string, o hashOptions) error {
	if len(names) > 1 && !o.json {
		return problem.New(problem.Invalid, "the lines of several videos could not be told apart; name one, or add --json")
	}
	failed := 0
	for _, name := range names {
		film, err := film(cmd.Context(), name, o.every)
		if err != nil {
			failed++
			fmt.Fprintf(cmd.ErrOrStderr(), "argine: %s: %s\n", name, errorText(err))
		}
		if len(film.features) == 0 {
			continue
		}
		if o.json {
			err = json.NewEncoder(cmd.OutOrStdout()).Encode(film)
		} else {
			_, err = cmd.OutOrStdout().Write(vpdq.Format(film.features))
		}
		if err != nil {
			return err
		}
	}
	if failed > 0 {
		return problem.New(problem.Invalid, "%d of %d videos could not be read to their end", failed, len(names))
	}
	return nil
}

// film reads one video. With an error there are the frames before it, if there are any.
func film(ctx context.Context, name string, every bool) (filmed, error) {
	out := filmed{File: name, Frames: []frame{}, Shots: []shot{}}
	if info, err := os.Stat(name); err != nil {
		return out, problem.Wrap(err, problem.NotFound, "the file cannot be opened")
	} else if info.IsDir() {
		return out, problem.New(problem.Invalid, "this is a directory; name its files")
	}
	read, err := flow.Watch(ctx, name, every)
	out.Seconds, out.Fault, out.features = read.Duration.Seconds(), read.Fault, read.Features
	for _, f := range read.Features {
		out.Frames = append(out.Frames, frame{f.Frame, f.Quality, f.Hash.String(), f.Second})
	}
	for _, s := range vpdq.Shots(read.Features) {
		out.Shots = append(out.Shots, shot{s.Count, s.From, s.To})
	}
	switch {
	case err != nil:
		return out, err
	case len(read.Features) == 0:
		return out, problem.New(problem.Invalid, "there are no frames in it; name a video")
	case read.Fault != "":
		return out, problem.New(problem.Invalid, "the video is %s: it was read for %.1f s", read.Fault, read.Features[len(read.Features)-1].Second)
	}
	return out, nil
}
