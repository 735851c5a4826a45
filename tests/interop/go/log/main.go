// Checks a tiled log with Go's own checksum-database code (golang.org/x/mod/sumdb).
//
//	main FOLDER VKEY < proofs
//
// FOLDER holds the files as they are served. The checkpoint's signature is checked, and from the tiles alone every
// entry's inclusion. Standard input has the log's own proofs, one a line:
//
//	checkpoint BASE64-OF-NOTE            an earlier checkpoint: must be signed and a prefix of this one
//	inclusion INDEX HASH,HASH...         must verify against the current checkpoint
//	consistency OLD NEW HASH,HASH...     must verify between the heads of the tiles' trees
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// folder reads tiles from files. Go's paths are tile/8/LEVEL/N; those of C2SP leave out the height.
type folder string

func (f folder) Height() int { return height }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, t := range tiles {
		b, err := os.ReadFile(filepath.Join(string(f), strings.Replace(t.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		if len(b) != t.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", t.Path(), len(b))
		}
		data = append(data, b)
	}
	return data, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func parseCheckpoint(msg []byte, verifier note.Verifier) tlog.Tree {
	n, err := note.Open(msg, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		log.Fatalf("checkpoint %q", n.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(lines[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func bundle(f folder, t tlog.Tile) [][]byte {
	path := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(f), path))
	check(err)
	var entries [][]byte
	for len(data) > 0 {
		n := int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:2+n])
		data = data[2+n:]
	}
	if len(entries) != t.W {
		log.Fatalf("%s has %d entries", path, len(entries))
	}
	return entries
}

func hashes(text string) []tlog.Hash {
	var list []tlog.Hash
	for _, s := range strings.Split(text, ",") {
		if s != "" {
			h, err := tlog.ParseHash(s)
			check(err)
			list = append(list, h)
		}
	}
	return list
}

func main() {
	f := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	msg, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	check(err)
	tree := parseCheckpoint(msg, verifier)
	reader := tlog.TileHashReader(tree, f)

	// Every entry: its bundle's bytes, hashed, are in the tree. From tile to tile the reader authenticates.
	leaves := make([]tlog.Hash, 0, tree.N)
	for first := int64(0); first < tree.N; first += 1 << height {
		width := 1 << height
		if tree.N-first < int64(width) {
			width = int(tree.N - first)
		}
		for _, e := range bundle(f, tlog.Tile{H: height, L: 0, N: first >> height, W: width}) {
			leaves = append(leaves, tlog.RecordHash(e))
		}
	}
	var indexes []int64
	for i := range leaves {
		indexes = append(indexes, tlog.StoredHashIndex(0, int64(i)))
	}
	stored, err := reader.ReadHashes(indexes)
	check(err)
	for i, h := range stored {
		if h != leaves[i] {
			log.Fatalf("entry %d isn't the one in the tree", i)
		}
	}

	// Go's own proofs for a sample of entries; the log's proofs for whatever it gives.
	for i := int64(0); i < tree.N; i += 1 + tree.N/64 {
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaves[i]))
	}
	head := func(n int64) tlog.Hash {
		h, err := tlog.TreeHash(n, reader)
		check(err)
		return h
	}
	inclusions, consistencies, checkpoints := 0, 0, 0
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Split(lines.Text(), " ")
		switch words[0] {
		case "checkpoint":
			msg, err := base64.StdEncoding.DecodeString(words[1])
			check(err)
			old := parseCheckpoint(msg, verifier)
			if old.N > 0 {
				proof, err := tlog.ProveTree(tree.N, old.N, reader)
				check(err)
				check(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
			}
			checkpoints++
		case "inclusion":
			i, err := strconv.ParseInt(words[1], 10, 64)
			check(err)
			check(tlog.CheckRecord(hashes(words[2]), tree.N, tree.Hash, i, leaves[i]))
			inclusions++
		case "consistency":
			old, err := strconv.ParseInt(words[1], 10, 64)
			check(err)
			size, err := strconv.ParseInt(words[2], 10, 64)
			check(err)
			check(tlog.CheckTree(hashes(words[3]), size, head(size), old, head(old)))
			consistencies++
		default:
			log.Fatalf("unknown line %q", lines.Text())
		}
	}
	check(lines.Err())
	fmt.Printf("size %d, checkpoints %d, inclusions %d, consistencies %d\n", tree.N, checkpoints, inclusions, consistencies)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
