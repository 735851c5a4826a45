using System.Buffers.Binary;
using Assay.Client;
using Assay.Log.Layout;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>The distribution of levels and the keys of attested platforms, recomputed from a log's public entries. The tree head is recomputed too: counts of entries that the checkpoint doesn't cover would mean nothing.</summary>
internal sealed record LogStatistics(string Origin, ulong Size, long Receipts, bool RootMatches, IReadOnlyList<(string Level, long Count)> Levels, IReadOnlyList<LoggedPlatform> Platforms, IReadOnlyList<LogEntry.ForAttestationPolicy> Policies, long Settlements, long Endorsements)
{
    private const ulong MaximumEntries = 10_000_000;
    private const int TileWidth = 256;

    internal static async Task<LogStatistics> ReadAsync(AssayClient client, CancellationToken cancellation)
    {
        byte[] note = await client.GetAsync("log/checkpoint", cancellation).ConfigureAwait(false);
        SignedNote? signed = SignedNote.TryParse(note, out string? error);
        Checkpoint? checkpoint = signed is null ? null : Checkpoint.TryParse(signed.Text, out error);
        if (checkpoint is null || checkpoint.Size > MaximumEntries)
        {
            throw new InvalidDataException($"the node's checkpoint can't be used: {error ?? "its log is larger than this command reads"}");
        }

        List<Digest32> leaves = [];
        SortedDictionary<string, long> levels = new(StringComparer.Ordinal);
        Dictionary<Digest32, LoggedPlatform> platforms = [];
        List<LogEntry.ForAttestationPolicy> policies = [];
        long receipts = 0, settlements = 0, endorsements = 0;
        for (ulong tile = 0; tile * TileWidth < checkpoint.Size; tile++)
        {
            int width = (int)Math.Min(TileWidth, checkpoint.Size - (tile * TileWidth));
            byte[] bundle = await client.GetAsync("log/" + new TilePath(TilePath.Entries, tile, width), cancellation).ConfigureAwait(false);
            int offset = 0;
            for (int i = 0; i < width; i++)
            {
                if (offset + 2 > bundle.Length || offset + 2 + BinaryPrimitives.ReadUInt16BigEndian(bundle.AsSpan(offset)) is var end && end > bundle.Length)
                {
                    throw new InvalidDataException($"entry bundle {tile} is too short");
                }

                ReadOnlyMemory<byte> entry = bundle.AsMemory((offset + 2)..end);
                leaves.Add(MerkleTree.LeafHash(entry.Span));
                switch (LogEntry.TryDecode(entry, out _))
                {
                    case LogEntry.ForReceipt receipt:
                        string level = receipt.Level.ToString();
                        levels[level] = levels.GetValueOrDefault(level) + 1;
                        receipts++;
                        break;
                    case LogEntry.ForEndorsement { By: Basis.Settlement, Finding: EndorsementFinding.Established }:
                        settlements++;
                        break;
                    case LogEntry.ForEndorsement:
                        endorsements++;
                        break;
                    case LogEntry.ForAttestation attestation:
                        platforms[attestation.Platform] = (platforms.GetValueOrDefault(attestation.Platform) ?? new LoggedPlatform(attestation.Platform)).With(attestation);
                        break;
                    case LogEntry.ForAttestationPolicy policy:
                        policies.Add(policy);
                        break;
                }

                offset = end;
            }
        }

        bool matches = MerkleTree.Root(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(leaves)) == checkpoint.Root;
        return new LogStatistics(checkpoint.Origin, checkpoint.Size, receipts, matches, [.. levels.Select(static p => (p.Key, p.Value))], [.. platforms.Values.OrderBy(static p => p.Digest.ToString(), StringComparer.Ordinal)], policies, settlements, endorsements);
    }
}
