package client

import (
	"context"
	"net/url"
	"time"
)

// Mail is a mail that came in.
type Mail struct {
	ID         string          `json:"id"`
	State      string          `json:"state" enum:"new,waiting,answered,bounce,repeat,loop,aside"`
	Outcome    string          `json:"outcome,omitempty" doc:"what became of it, or why a person must look"`
	From       string          `json:"from" doc:"what the mail claims"`
	FromName   string          `json:"from_name,omitempty"`
	Proven     string          `json:"proven,omitempty" doc:"domain whose DKIM signature shows where it comes from; absent: none does"`
	To         string          `json:"to"`
	Title      string          `json:"title" doc:"its subject line"`
	SentAt     *time.Time      `json:"sent_at,omitempty"`
	ReceivedAt time.Time       `json:"received_at"`
	Subject    string          `json:"subject,omitempty" doc:"the referral, order or notice that it is about"`
	MatchedBy  string          `json:"matched_by,omitempty" enum:"reply,address,reference,attachment"`
	PlatformID string          `json:"platform_id,omitempty"`
	Auto       string          `json:"auto,omitempty" doc:"why it is taken for what no person wrote"`
	Encrypted  bool            `json:"encrypted" doc:"it came over TLS"`
	Size       int64           `json:"size"`
	Text       string          `json:"text,omitempty" doc:"without the quoted original"`
	Quoted     string          `json:"quoted,omitempty"`
	Files      []MailFile      `json:"files,omitempty"`
	Signatures []MailSignature `json:"signatures,omitempty"`
	Faults     []string        `json:"faults,omitempty" doc:"what of it could not be read"`
	ReadBy     string          `json:"read_by,omitempty"`
	SettledAt  *time.Time      `json:"settled_at,omitempty"`
}

// MailFile is a file in a mail.
type MailFile struct {
	Place  int    `json:"place"`
	Name   string `json:"name"`
	Type   string `json:"type" doc:"media type that the mail claims"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// MailSignature is a DKIM signature of a mail.
type MailSignature struct {
	Domain   string `json:"domain"`
	Verified bool   `json:"verified"`
	Why      string `json:"why,omitempty" doc:"it did not verify"`
}

// MailReading is what a person makes of a mail: one of the first four.
type MailReading struct {
	Aside    bool     `json:"aside,omitempty" doc:"there is nothing in it"`
	Attached bool     `json:"attached,omitempty" doc:"its attached answer holds, though the mail does not prove its sender"`
	Recorded bool     `json:"recorded,omitempty" doc:"what it says was recorded at the order, referral or notice itself"`
	Answer   *Message `json:"answer,omitempty" doc:"what it says: a message of the type answer.given with subject and document, answers or decisions"`
	Note     string   `json:"note" minLength:"1" maxLength:"1000" doc:"how you made sure of it, or why there is nothing in it"`
}

// Mails lists the mails in a state, or the newest of all for "".
func (c *Client) Mails(ctx context.Context, state string) (Page[Mail], error) {
	return get[Page[Mail]](ctx, c, "/v1/mail", url.Values{"state": {state}})
}

// Mail gives one mail.
func (c *Client) Mail(ctx context.Context, mailID string) (Mail, error) {
	return get[Mail](ctx, c, "/v1/mail/"+mailID, nil)
}

// ReadMail settles a mail that waits for a person.
func (c *Client) ReadMail(ctx context.Context, mailID string, in MailReading) (Rows, error) {
	return post[Rows](ctx, c, "/v1/mail/"+mailID+"/reading", in)
}
