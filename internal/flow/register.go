package flow

import "github.com/argine/argine/internal/job"

// Register says which verb carries out which kind of job.
func (f *Flow) Register() {
	job.Handle(f.Jobs, f.capture)
	job.Handle(f.Jobs, f.extract)
	job.Handle(f.Jobs, f.match)
	job.Handle(f.Jobs, f.retro)
	job.Handle(f.Jobs, f.own)
	job.Handle(f.Jobs, f.fetchSubscription)
	job.Handle(f.Jobs, f.takeDraft)
	job.Handle(f.Jobs, f.deconflict)
	job.Handle(f.Jobs, f.declared)
	job.Handle(f.Jobs, f.deliver)
	job.Handle(f.Jobs, f.lookAtMail)
	job.Handle(f.Jobs, f.look)
}
