// Checks trees, notes and keys with golang.org/x/mod/sumdb, and makes some for us to check. JSON in, JSON out.
// Run outside any module: GO111MODULE=off GOPATH=/usr/share/gocode go run main.go
package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type record struct {
	Size, Index int64
	Leaf, Root  string
	Path        []string
}

type tree struct {
	OldSize, NewSize int64
	OldRoot, NewRoot string
	Path             []string
}

type input struct {
	Entries []string // for Go to build a tree of
	Records []record
	Trees   []tree
	Keys    []string // verifier keys, for Notes
	Notes   []string // base64
	Signer  string   // a signer key, for Texts
	Texts   []string
	Heads   []tree // NewSize and NewRoot, to format
}

type output struct {
	Records, Trees []string
	Roots          []string
	MadeRecords    []record
	MadeTrees      []tree
	Keys           []string
	Notes          []string
	Loose          []bool
	Signed         []string
	Heads          []string
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func hash(text string) (h tlog.Hash) {
	bytes, err := hex.DecodeString(text)
	check(err)
	copy(h[:], bytes)
	return h
}

func path(texts []string) []tlog.Hash {
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		hashes[i] = hash(text)
	}
	return hashes
}

func texts(hashes []tlog.Hash) []string {
	texts := make([]string, len(hashes))
	for i, h := range hashes {
		texts[i] = hex.EncodeToString(h[:])
	}
	return texts
}

func verdict(err error) string {
	if err != nil {
		return "fail"
	}
	return "pass"
}

func makeProofs(entries []string, out *output) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	var roots []tlog.Hash
	for i, entry := range entries {
		data, err := hex.DecodeString(entry)
		check(err)
		hashes, err := tlog.StoredHashes(int64(i), data, reader)
		check(err)
		stored = append(stored, hashes...)
		size := int64(i + 1)
		root, err := tlog.TreeHash(size, reader)
		check(err)
		roots = append(roots, root)
		for index := int64(0); index < size; index++ {
			proof, err := tlog.ProveRecord(size, index, reader)
			check(err)
			out.MadeRecords = append(out.MadeRecords, record{Size: size, Index: index, Path: texts(proof)})
		}
		for old := int64(1); old <= size; old++ {
			proof, err := tlog.ProveTree(size, old, reader)
			check(err)
			out.MadeTrees = append(out.MadeTrees, tree{OldSize: old, NewSize: size, Path: texts(proof)})
		}
	}
	out.Roots = texts(roots)
}

// open says what note.Open does, and whether the note is looser than our parser allows: base64 that isn't
// canonical, or a control character in a name.
func open(message []byte, known note.Verifiers) (string, bool) {
	loose := false
	for _, line := range strings.Split(string(message), "\n") {
		if fields := strings.SplitN(strings.TrimPrefix(line, "— "), " ", 2); len(fields) == 2 {
			decoded, err := base64.StdEncoding.DecodeString(fields[1])
			loose = loose || strings.IndexFunc(fields[0], unicode.IsControl) >= 0 ||
				err == nil && base64.StdEncoding.EncodeToString(decoded) != fields[1]
		}
	}
	n, err := note.Open(message, known)
	switch err.(type) {
	case nil:
		names := []string{}
		for _, signature := range n.Sigs {
			names = append(names, signature.Name)
		}
		return strings.Join(names, ","), loose
	case *note.InvalidSignatureError:
		return "bad", loose
	case *note.UnverifiedNoteError:
		return "unknown", loose
	default:
		return "malformed", loose
	}
}

func main() {
	var in input
	var out output
	check(json.NewDecoder(os.Stdin).Decode(&in))
	for _, r := range in.Records {
		out.Records = append(out.Records, verdict(tlog.CheckRecord(path(r.Path), r.Size, hash(r.Root), r.Index, hash(r.Leaf))))
	}
	for _, t := range in.Trees {
		out.Trees = append(out.Trees, verdict(tlog.CheckTree(path(t.Path), t.NewSize, hash(t.NewRoot), t.OldSize, hash(t.OldRoot))))
	}
	makeProofs(in.Entries, &out)
	var verifiers []note.Verifier
	for _, key := range in.Keys {
		verifier, err := note.NewVerifier(key)
		out.Keys = append(out.Keys, verdict(err))
		if err == nil {
			verifiers = append(verifiers, verifier)
		}
	}
	for _, encoded := range in.Notes {
		message, err := base64.StdEncoding.DecodeString(encoded)
		check(err)
		said, loose := open(message, note.VerifierList(verifiers...))
		out.Notes = append(out.Notes, said)
		out.Loose = append(out.Loose, loose)
	}
	if in.Signer != "" {
		signer, err := note.NewSigner(in.Signer)
		check(err)
		for _, text := range in.Texts {
			signed, err := note.Sign(&note.Note{Text: text}, signer)
			check(err)
			out.Signed = append(out.Signed, string(signed))
		}
	}
	for _, head := range in.Heads {
		out.Heads = append(out.Heads, string(tlog.FormatTree(tlog.Tree{N: head.NewSize, Hash: hash(head.NewRoot)})))
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}
