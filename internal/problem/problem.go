// Package problem is the one vocabulary of failure.
//
// Every failure that leaves a room is an *Error of one Kind. What a kind means to the
// outside (HTTP status, exit code, whether trying again can help) stands in one table
// and nowhere else. An Error keeps two texts apart: Message is for the person and says
// what to do next; the wrapped error is for the log.
package problem

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is, and so what the caller can do about it.
type Kind uint8

const (
	Internal         Kind = iota // a defect, or a failure nobody has classified
	Invalid                      // the input is wrong: correct it
	Unauthenticated              // nobody is signed in, or the token is not good
	Forbidden                    // this person may not do this
	NotFound                     // no such thing, or it is not visible to this person
	Conflict                     // it exists already, or has changed meanwhile
	Refused                      // a rule of the trade stops it: pre-flight, four eyes, a hold
	TooLarge                     // over a limit of size
	TooMany                      // over a limit of rate: wait
	Unavailable                  // something that is needed does not answer: try again
	Tampered                     // the audit log does not add up
	UnsupportedMedia             // the media type or encoding of the input is not one that is read
)

// Error is a failure of one kind.
type Error struct {
	Kind    Kind
	Message string  // for the person; says what to do
	Fields  []Field // which parts of the input are wrong, for Invalid
	Err     error   // for the log; may be nil
}

// Field names one wrong part of an input.
type Field struct {
	Path    string // where: "line 7", "body.url"
	Message string // what is wrong with it
}

func (e *Error) Error() string {
	text := e.Message
	for _, f := range e.Fields {
		text += "; " + f.Path + ": " + f.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// New makes a failure of a kind with a message for the person.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives err a kind and a message for the person; err itself stays for the log.
func Wrap(err error, kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// Of returns the kind of err: that of the outermost *Error in its chain, or Internal.
func Of(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && Of(err) == kind }

// Message returns the text for the person. An unclassified failure gives a general one,
// because its own text is for the log and may hold what the person must not see.
func Message(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "something went wrong inside Argine; the log has the detail"
}
