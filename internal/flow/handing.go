package flow

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// parcel is what one attempt sends, and to whom.
type parcel struct {
	letter  deliver.Letter
	to      platform.Platform // none for what goes to an authority
	address string            // of mail, where it is not the platform's contact point
	nothing string            // why there is nothing to send any more
}

// handing is what each kind of delivery does in its own way.
type handing struct {
	// compose writes the letter of an attempt that begins.
	compose func(*sqldb.Tx, deliver.Attempt) (parcel, error)
	// settle carries out what follows from the state that an attempt led to.
	settle func(*sqldb.Tx, audit.Actor, deliver.Delivery) error
	// mayResolve refuses who must not say what became of a delivery of the subject.
	mayResolve func(tx *sqldb.Tx, who auth.Principal, subject string) error
}

func (f *Flow) handing(kind deliver.Kind) handing {
	switch kind {
	case deliver.Referral:
		return handing{f.composeReferral, settleReferral, mayResolveReferral}
	case deliver.Notice, deliver.ActOrder:
		return handing{f.composeNotice, settleNotice, mayResolveNotice}
	case deliver.Reinstatement:
		return handing{f.composeReinstatement, settleReinstatement, mayResolveReinstatement}
	case deliver.Information:
		return handing{f.composeInformation, settleInformation, mayResolveInformation}
	case deliver.Order, deliver.Copy, deliver.Clarification, deliver.Withdrawal, deliver.WithdrawalCopy, deliver.Secrecy, deliver.Final,
		deliver.Intention, deliver.Course, deliver.Review, deliver.ReviewHost, deliver.ReviewProvider:
		return handing{f.composeOrder, settleOrder, mayResolveOrder}
	}
	return handing{
		compose:    func(*sqldb.Tx, deliver.Attempt) (parcel, error) { return parcel{}, unknownKind(kind) },
		settle:     func(*sqldb.Tx, audit.Actor, deliver.Delivery) error { return unknownKind(kind) },
		mayResolve: func(*sqldb.Tx, auth.Principal, string) error { return unknownKind(kind) },
	}
}

func unknownKind(kind deliver.Kind) error {
	return problem.New(problem.Internal, "%q is nothing that is handed over", kind)
}
