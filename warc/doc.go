// Package warc writes and reads web archives: WARC 1.1 files (ISO 28500:2017)
// and WACZ 1.1.1 packages around them.
//
// A WARC file is a row of records. Each has a version line, named fields, an
// empty line, a block of exactly Content-Length bytes and two line ends:
//
//	WARC/1.1
//	WARC-Type: response
//	WARC-Record-ID: <urn:uuid:…>
//	WARC-Date: 2026-11-23T10:00:00.000000Z
//	WARC-Target-URI: https://host.example/page
//	Content-Type: application/http;msgtype=response
//	Content-Length: 1234
//
//	HTTP/1.1 200 OK …
//
// Usually every record is a gzip member of its own, so that a reader which
// knows an offset can take out one record and leave the rest alone.
//
// What makes the format fit for evidence is that a response record holds the
// bytes that came over the wire: header case, chunk sizes and compression as
// the server sent them. This package never rewrites a block. Whoever needs
// the picture or the text inside asks [ParseResponse] and [Response.Payload]
// for a decoded copy.
//
// # Digests
//
// Fields are written as "sha256:" and lower-case hex. The standard leaves
// algorithm and form open. SHA-1 in base 32 is the old custom, but two
// different documents with one SHA-1 can be made to order, which is no ground
// to stand on in a dispute. Hex is what sha256sum prints, what datapackage.json
// of a WACZ uses and what warcio writes by default. Reading accepts MD5, SHA-1,
// SHA-256, SHA-384 and SHA-512, in hex and base 32.
//
// The block digest covers the whole block. The payload digest covers the HTTP
// body with its transfer coding removed and its content coding kept, as the
// standard says (iipc/warc-specifications issue 22 spells it out); two servers
// that cut one body into different chunks so give one digest. Many tools digest
// the chunked bytes; [Header.CheckDigests] accepts those too.
//
// # WACZ
//
// A WACZ is a ZIP file of WARC files, an index of them (CDXJ), a list of pages
// and a manifest with the SHA-256 of each of these. One digest, that of the
// manifest, therefore stands for the whole package: sign or time-stamp that.
// [WriteWACZ] makes one in a single pass, [OpenWACZ] reads it and [VerifyWACZ]
// checks every byte of it.
package warc
