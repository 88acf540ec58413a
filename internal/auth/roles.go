package auth

import "slices"

// Role is what a person is at the desk.
type Role string

// The roles.
const (
	Analyst         Role = "analyst"
	Reviewer        Role = "reviewer"
	Coordinator     Role = "coordinator"
	PlatformContact Role = "platform_contact"
	Overseer        Role = "overseer"
	Administrator   Role = "administrator"

	// Of a hosting service, on its own Argine.
	HostOfficer Role = "host_officer"
	HostManager Role = "host_manager"
)

// DeskRoles are those at the desk of units, HostRoles those of a hosting service on its own Argine.
var (
	DeskRoles = []Role{Analyst, Reviewer, Coordinator, PlatformContact, Overseer, Administrator}
	HostRoles = []Role{HostOfficer, HostManager}
)

// Roles are all roles.
var Roles = slices.Concat(DeskRoles, HostRoles)

// Permission is one thing that can be done.
type Permission string

// The permissions.
const (
	ActionRead       Permission = "action.read"
	ActionOpen       Permission = "action.open"
	ActionContribute Permission = "action.contribute"
	ItemRead         Permission = "item.read"
	MediaView        Permission = "media.view"
	AssessFirst      Permission = "assess.first"
	AssessSecond     Permission = "assess.second"
	ItemReverse      Permission = "item.reverse"
	DeconflictManage Permission = "deconflict.manage"
	ReferDraft       Permission = "refer.draft"
	ReferApprove     Permission = "refer.approve"
	ReferralRead     Permission = "referral.read"
	DeliverResolve   Permission = "deliver.resolve"
	AnswerGive       Permission = "answer.give"
	PlatformRead     Permission = "platform.read"
	PlatformManage   Permission = "platform.manage"
	BankRead         Permission = "bank.read"
	BankManage       Permission = "bank.manage"
	MatchLookup      Permission = "match.lookup"
	ReportRead       Permission = "report.read"
	PeopleRead       Permission = "people.read"
	PeopleManage     Permission = "people.manage"
	TokenManage      Permission = "token.manage"
	AuditRead        Permission = "audit.read"
	Operate          Permission = "operate"

	OrderRead         Permission = "order.read"
	OrderDraft        Permission = "order.draft"
	OrderApprove      Permission = "order.approve"
	OrderRecord       Permission = "order.record" // what happened in a case: appeals, finality, withdrawal
	OrderScrutinise   Permission = "order.scrutinise"
	ComplaintRead     Permission = "complaint.read"
	ComplaintFile     Permission = "complaint.file"
	ComplaintDecide   Permission = "complaint.decide"
	DesignationManage Permission = "designation.manage"
	RegisterManage    Permission = "register.manage"
	MailRead          Permission = "mail.read" // mail that came in
	MailFile          Permission = "mail.file" // say what is in it
	HostRead          Permission = "host.read"
	HostAct           Permission = "host.act"
	HostManage        Permission = "host.manage"
)

// All are all permissions.
var All = []Permission{
	ActionRead, ActionOpen, ActionContribute, ItemRead, MediaView, AssessFirst, AssessSecond, ItemReverse, DeconflictManage, ReferDraft,
	ReferApprove, ReferralRead, DeliverResolve, AnswerGive, PlatformRead, PlatformManage, BankRead, BankManage, MatchLookup,
	ReportRead, PeopleRead, PeopleManage, TokenManage, AuditRead, Operate,
	OrderRead, OrderDraft, OrderApprove, OrderRecord, OrderScrutinise, ComplaintRead, ComplaintFile, ComplaintDecide, DesignationManage, RegisterManage,
	MailRead, MailFile, HostRead, HostAct, HostManage,
}

// reads are what everyone of a unit may look at.
var reads = []Permission{ActionRead, ItemRead, MediaView, ReferralRead, PlatformRead, BankRead, ReportRead, PeopleRead, AuditRead, OrderRead, ComplaintRead, MailRead}

// allowed is the table. An overseer reads everything and decides nothing; an administrator
// sets people and platforms up and takes no part in decisions about content; a platform
// contact reads and answers what was sent to that platform, and asks whether an upload is known.
var allowed = map[Role][]Permission{
	Analyst:  slices.Concat(reads, []Permission{ActionContribute, AssessFirst, MatchLookup}),
	Reviewer: slices.Concat(reads, []Permission{ActionContribute, AssessFirst, AssessSecond, ItemReverse, ReferApprove, MatchLookup, OrderApprove, OrderScrutinise, ComplaintFile, ComplaintDecide, MailFile}),
	Coordinator: slices.Concat(reads, []Permission{ActionOpen, ActionContribute, AssessFirst, AssessSecond, ItemReverse, DeconflictManage, ReferDraft, ReferApprove, DeliverResolve, PlatformManage, BankManage, MatchLookup,
		OrderDraft, OrderApprove, OrderRecord, OrderScrutinise, ComplaintFile, ComplaintDecide, DesignationManage, RegisterManage, MailFile}),
	PlatformContact: {ReferralRead, AnswerGive, MatchLookup, OrderRead, ComplaintFile, ComplaintRead},
	Overseer:        reads,
	Administrator:   slices.Concat(reads, []Permission{PeopleManage, TokenManage, PlatformManage, BankManage, MatchLookup, Operate, DesignationManage, RegisterManage}),
	HostOfficer:     {HostRead, HostAct},
	HostManager:     {HostRead, HostAct, HostManage, PeopleRead, PeopleManage, TokenManage, AuditRead},
}

// May reports whether the role allows it.
func (r Role) May(perm Permission) bool { return slices.Contains(allowed[r], perm) }
