using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;
using Assay.Proofs.Hashing;
using Assay.Proofs.Verifying;

namespace Assay.Proofs;

/// <summary>The tree over many runs whose root a statement names (spec/proof-system.md, section 8).</summary>
public sealed class RunTree
{
    /// <summary>Bytes of a salt.</summary>
    public const int SaltBytes = 16;

    private readonly byte[][] _levels;

    private RunTree(byte[][] levels) => _levels = levels;

    /// <summary>D.</summary>
    public ReadOnlyMemory<byte> Root => _levels[^1];

    /// <summary>The tree over the runs' digests.</summary>
    /// <param name="runs">Two or more.</param>
    public static RunTree Of(IReadOnlyList<(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<short> Inputs, ReadOnlyMemory<short> Outputs)> runs)
    {
        byte[] leaves = new byte[Blake3.DigestBytes * runs.Count];
        for (int i = 0; i < runs.Count; i++)
        {
            Leaf(runs[i].Salt.Span, runs[i].Inputs.Span, runs[i].Outputs.Span, Digest(leaves, i));
        }

        return Over(leaves);
    }

    /// <summary>The tree over digests that were made elsewhere.</summary>
    /// <param name="leaves">One after the other, <see cref="Leaf"/> of each run.</param>
    public static RunTree Over(ReadOnlySpan<byte> leaves)
    {
        int depth = Bits.Ceiling(leaves.Length / Blake3.DigestBytes);
        byte[][] levels = new byte[depth + 1][];
        levels[0] = new byte[Blake3.DigestBytes << depth];
        leaves.CopyTo(levels[0]);

        for (int level = 1; level <= depth; level++)
        {
            levels[level] = new byte[Blake3.DigestBytes << (depth - level)];
            for (int i = 0; i < 1 << (depth - level); i++)
            {
                Blake3.Keyed(
                    MerkleOpening.NodeKey.Span, levels[level - 1].AsSpan(2 * i * Blake3.DigestBytes, 2 * Blake3.DigestBytes), Digest(levels[level], i));
            }
        }

        return new(levels);
    }

    /// <summary>What the holder of a run needs.</summary>
    public RunOpening Open(int index, ReadOnlyMemory<byte> salt)
    {
        ImmutableArray<byte>.Builder path = ImmutableArray.CreateBuilder<byte>();
        for (int level = 0; level < _levels.Length - 1; level++)
        {
            path.AddRange(Digest(_levels[level], (index >> level) ^ 1));
        }

        return new(index, salt, path.ToArray());
    }

    /// <summary>Whether a run is the one at the opening's index.</summary>
    public static bool Check(
        ReadOnlySpan<byte> root, int runs, RunOpening opening, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs)
    {
        if (opening.Index < 0 || opening.Index >= runs || opening.Salt.Length != SaltBytes)
        {
            return false;
        }

        byte[] leaf = new byte[Blake3.DigestBytes];
        Leaf(opening.Salt.Span, inputs, outputs, leaf);
        return MerkleOpening.Check(root, [opening.Index], Bits.Ceiling(runs), leaf, opening.Path.Span);
    }

    /// <summary>d_i of one run.</summary>
    /// <param name="salt">16 bytes.</param>
    /// <param name="inputs">All inputs in the program's order.</param>
    /// <param name="outputs">All outputs.</param>
    /// <param name="digest">Receives 32 bytes.</param>
    public static void Leaf(ReadOnlySpan<byte> salt, ReadOnlySpan<short> inputs, ReadOnlySpan<short> outputs, Span<byte> digest)
    {
        ReadOnlySpan<byte> domain = "assay/proof/v1 run"u8;
        byte[] bytes = new byte[domain.Length + salt.Length + (sizeof(short) * (inputs.Length + outputs.Length))];
        domain.CopyTo(bytes);
        salt.CopyTo(bytes.AsSpan(domain.Length));
        StatementRules.Write(inputs, bytes.AsSpan(domain.Length + salt.Length));
        StatementRules.Write(outputs, bytes.AsSpan(domain.Length + salt.Length + (sizeof(short) * inputs.Length)));
        Blake3.Hash(bytes, digest);
    }

    private static Span<byte> Digest(byte[] level, int index) => level.AsSpan(index * Blake3.DigestBytes, Blake3.DigestBytes);
}
