using System.Globalization;
using System.Text;
using Assay.Primitives.Merkle;

namespace Assay.Primitives.Notes;

/// <summary>
/// Two checkpoints that one log key signed and that can't both be heads of one growing log (spec/witness.md). The file
/// needs no trust in whoever made it: signatures and hashes are all that counts.
/// </summary>
/// <remarks>
/// Of equal size with different roots, the two checkpoints are the proof. Of different sizes, the proof has in addition the
/// hashes that lead from the larger tree's first leaves to its root: what the smaller root should have been.
/// </remarks>
public sealed class ForkProof
{
    /// <summary>The longest file, in bytes.</summary>
    public const int MaxSize = 64 * 1024;

    private const string Header = "assay/fork-proof/v1\n";
    private const int MaxNodes = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ForkProof(NoteVerifierKey logKey, SignedNote first, SignedNote second, Digest32[] nodes)
    {
        LogKey = logKey;
        First = first;
        Second = second;
        Nodes = nodes;
        FirstHead = Checkpoint.TryParse(first.Text, out _);
        SecondHead = Checkpoint.TryParse(second.Text, out _);
    }

    /// <summary>The log's key.</summary>
    public NoteVerifierKey LogKey { get; }

    /// <summary>The checkpoint of smaller size, or of the smaller root.</summary>
    public SignedNote First { get; }

    /// <summary>The other.</summary>
    public SignedNote Second { get; }

    /// <summary>What <see cref="First"/> says; null if it isn't a checkpoint.</summary>
    public Checkpoint? FirstHead { get; }

    /// <summary>What <see cref="Second"/> says; null if it isn't a checkpoint.</summary>
    public Checkpoint? SecondHead { get; }

    /// <summary>The nodes of <see cref="MerkleVerifier.PrefixRoot"/>; none for equal sizes.</summary>
    public IReadOnlyList<Digest32> Nodes { get; }

    /// <summary>Whether bytes claim to be a fork proof.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes) => bytes.StartsWith("assay/fork-proof/"u8);

    /// <summary>The proof of two checkpoints by one log; null if they prove nothing.</summary>
    /// <param name="logKey">The log's key.</param>
    /// <param name="one">One signed checkpoint; lines by other keys are left out.</param>
    /// <param name="other">The other, in either order.</param>
    /// <param name="nodes">The nodes of <see cref="MerkleVerifier.PrefixRoot"/> for different sizes; none for equal ones.</param>
    public static ForkProof? TryCreate(NoteVerifierKey logKey, SignedNote one, SignedNote other, IReadOnlyList<Digest32> nodes)
    {
        ArgumentNullException.ThrowIfNull(logKey);
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(nodes);
        ForkProof proof = new(logKey, OnlyBy(logKey, one), OnlyBy(logKey, other), [.. nodes]);
        if (!proof.IsOrdered)
        {
            proof = new ForkProof(logKey, proof.Second, proof.First, [.. nodes]);
        }

        return proof.Check(out _) == CheckResult.Pass ? proof : null;
    }

    /// <summary>Reads a file; null and a code of <see cref="ForkErrors"/>. Nothing is verified yet.</summary>
    public static ForkProof? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = bytes.Length > MaxSize ? ForkErrors.Size : ForkErrors.Format;
        ReadOnlySpan<byte> rest = bytes;
        if (bytes.Length > MaxSize
            || !TryTakeLine(ref rest, out string header) || header + "\n" != Header
            || !TryTakeLine(ref rest, out string keyLine) || !keyLine.StartsWith("log ", StringComparison.Ordinal))
        {
            return null;
        }

        if (NoteVerifierKey.TryParse(keyLine.AsSpan(4), out _) is not { } key)
        {
            error = ForkErrors.Key;
            return null;
        }

        if (!TryTakeNote(ref rest, out SignedNote? first)
            || !TryTakeNote(ref rest, out SignedNote? second)
            || !TryTakeNodes(rest, out Digest32[] nodes))
        {
            return null;
        }

        ForkProof proof = new(key, first!, second!, nodes);

        // One form: who compares files compares proofs.
        if (!proof.Encode().AsSpan().SequenceEqual(bytes))
        {
            return null;
        }

        error = null;
        return proof;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Encode()
    {
        StringBuilder text = new(Header);
        text.Append("log ").Append(LogKey).Append('\n');
        foreach (SignedNote note in new[] { First, Second })
        {
            string encoded = Encoding.UTF8.GetString(note.Encode());
            text.Append(CultureInfo.InvariantCulture, $"checkpoint {Encoding.UTF8.GetByteCount(encoded)}\n").Append(encoded);
        }

        if (Nodes.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"nodes {Nodes.Count}\n");
            foreach (Digest32 node in Nodes)
            {
                text.Append(Convert.ToBase64String(node.Bytes)).Append('\n');
            }
        }

        return StrictUtf8.GetBytes(text.ToString());
    }

    /// <summary>Whether it proves that the log signed two histories.</summary>
    /// <returns>
    /// Pass: it does. Fail: a checkpoint, a signature or a hash in it is wrong, so it is worth nothing. NotEvaluated: all of it is
    /// right, and it shows no contradiction (<see cref="ForkErrors.NoContradiction"/>).
    /// </returns>
    public CheckResult Check(out string? error)
    {
        if (FirstHead is not { } first || SecondHead is not { } second || first.Origin != LogKey.Name || second.Origin != LogKey.Name)
        {
            error = ForkErrors.Checkpoint;
            return CheckResult.Fail;
        }

        if (First.Verify([LogKey]).Error is not null || Second.Verify([LogKey]).Error is not null)
        {
            error = ForkErrors.Signature;
            return CheckResult.Fail;
        }

        if (!IsOrdered || (first.Size == second.Size && Nodes.Count > 0))
        {
            error = ForkErrors.Format;
            return CheckResult.Fail;
        }

        if (first.Size != second.Size && Nodes.Count > 0)
        {
            if (MerkleVerifier.PrefixRoot(first.Size, second.Size, second.Root, [.. Nodes]) is not { } prefix)
            {
                error = ForkErrors.Path;
                return CheckResult.Fail;
            }

            error = prefix == first.Root ? ForkErrors.NoContradiction : null;
        }
        else
        {
            error = first.Size != second.Size || first.Root == second.Root ? ForkErrors.NoContradiction : null;
        }

        return error is null ? CheckResult.Pass : CheckResult.NotEvaluated;
    }

    private bool IsOrdered => FirstHead is not { } first
        || SecondHead is not { } second
        || first.Size < second.Size
        || (first.Size == second.Size && first.Root.Bytes.SequenceCompareTo(second.Root.Bytes) <= 0);

    private static SignedNote OnlyBy(NoteVerifierKey key, SignedNote note)
    {
        // The first line by the key is the one that counts when the note is verified.
        NoteSignature? line = note.Signatures.FirstOrDefault(line => line.KeyId == key.KeyId && line.Name == key.Name);
        return line is null ? note : note.WithOnly(line);
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out string line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? "" : Encoding.UTF8.GetString(rest[..end]);
        rest = rest[(end + 1)..];
        return end >= 0;
    }

    private static bool TryTakeNote(ref ReadOnlySpan<byte> rest, out SignedNote? note)
    {
        note = null;
        if (!TryTakeLine(ref rest, out string line)
            || !line.StartsWith("checkpoint ", StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(11), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > rest.Length)
        {
            return false;
        }

        note = SignedNote.TryParse(rest[..length], out _);
        rest = rest[length..];
        return note is not null;
    }

    private static bool TryTakeNodes(ReadOnlySpan<byte> rest, out Digest32[] nodes)
    {
        nodes = [];
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!TryTakeLine(ref rest, out string line)
            || !line.StartsWith("nodes ", StringComparison.Ordinal)
            || !int.TryParse(line.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count > MaxNodes)
        {
            return false;
        }

        nodes = new Digest32[count];
        for (int i = 0; i < count; i++)
        {
            if (!TryTakeLine(ref rest, out line) || CanonicalBase64.TryDecode(line) is not { } bytes || !Digest32.TryFrom(bytes, out nodes[i]))
            {
                return false;
            }
        }

        return rest.IsEmpty;
    }
}
