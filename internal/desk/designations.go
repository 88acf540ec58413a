package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// DesignationLists gives the lists of designated entities with their versions.
func (d *Desk) DesignationLists(ctx context.Context, who auth.Principal) ([]client.DesignationList, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) ([]client.DesignationList, error) {
		lists, err := designation.Lists(tx)
		if err != nil {
			return nil, err
		}
		out := make([]client.DesignationList, len(lists))
		for i, l := range lists {
			versions, err := designation.Versions(tx, l.ID)
			if err != nil {
				return nil, err
			}
			out[i] = client.DesignationList{ID: string(l.ID), Source: l.Source, Name: l.Name, Current: l.Current, Versions: mapped(versions, VersionOf)}
		}
		return out, nil
	})
}

// Designations looks for entries by words of their names or by reference.
func (d *Desk) Designations(ctx context.Context, who auth.Principal, question, list string, limit int) ([]client.DesignatedEntity, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) ([]client.DesignatedEntity, error) {
		found, err := designation.Find(tx, question, id.List(list), limit)
		if err != nil {
			return nil, err
		}
		names, err := listNames(tx)
		return mapped(found, func(e designation.Entity) client.DesignatedEntity { return entityOf(e, names) }), err
	})
}

// Designation gives one entry.
func (d *Desk) Designation(ctx context.Context, who auth.Principal, entity id.Entity) (client.DesignatedEntity, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) (client.DesignatedEntity, error) {
		e, err := designation.Get(tx, entity)
		if err != nil {
			return client.DesignatedEntity{}, err
		}
		names, err := listNames(tx)
		return entityOf(e, names), err
	})
}

func listNames(tx *sqldb.Tx) (map[id.List]string, error) {
	lists, err := designation.Lists(tx)
	names := map[id.List]string{}
	for _, l := range lists {
		names[l.ID] = l.Name
	}
	return names, err
}

func entityOf(e designation.Entity, lists map[id.List]string) client.DesignatedEntity {
	return client.DesignatedEntity{ID: string(e.ID), ListID: string(e.List), List: lists[e.List], Reference: e.Reference, Kind: e.Kind, Name: e.Name,
		Names: mapped(e.Names, func(n designation.Name) client.DesignatedName {
			return client.DesignatedName{Name: n.Text, Quality: n.Quality}
		}),
		Programme: e.Programme, ListedOn: e.ListedOn, Note: e.Note, Ideology: e.Ideology, Listed: e.Listed, First: e.First, Last: e.Last}
}

// VersionOf says a version of a list in the words of the API.
func VersionOf(v designation.Version) client.DesignationVersion {
	return client.DesignationVersion{Number: v.Number, Label: v.Label, Dated: optional(v.Dated), SHA256: v.SHA256, State: v.State, Entries: v.Entries, Failed: v.Failed,
		Added: v.Added, Changed: v.Changed, Delisted: v.Delisted, ImportedAt: v.ImportedAt, ImportedBy: string(v.ImportedBy)}
}
