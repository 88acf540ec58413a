package report

import "github.com/argine/argine/internal/sqldb"

// readParticulars reads what only the HTML form shows and lays out the page.
func readParticulars(tx *sqldb.Tx, s *summary) (*page, error) {
	p := front(s)
	invited, err := sqldb.Column[string](tx, sqlInvited, s.action.id)
	if err != nil {
		return nil, err
	}
	p.Units = invited
	p.Sections = []section{s.work(), s.removal(), s.byPlatform(), s.byLanguage(), s.byIdeology(), s.byTrack()}
	for _, read := range []func(*sqldb.Tx) (section, error){s.answers, s.reuploads, s.blocks, s.deliveries} {
		part, err := read(tx)
		if err != nil {
			return nil, err
		}
		p.Sections = append(p.Sections, part)
	}
	p.Sections = append(p.Sections, s.duplicates(), s.held(), s.trust())
	return p, nil
}

const sqlInvited = "SELECT u.name FROM action_unit au JOIN unit u ON u.id = au.unit_id WHERE au.action_id = $1 ORDER BY u.name"
