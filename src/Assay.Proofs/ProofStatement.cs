namespace Assay.Proofs;

/// <summary>What a proof is about, besides the model: one run's inputs and outputs, or the digest of many runs.</summary>
public sealed class ProofStatement
{
    private ProofStatement(int batch, ReadOnlyMemory<short> inputs, ReadOnlyMemory<short> outputs, ReadOnlyMemory<byte> digest)
    {
        Batch = batch;
        Inputs = inputs;
        Outputs = outputs;
        Digest = digest;
    }

    /// <summary>Runs, 1 or more.</summary>
    public int Batch { get; }

    /// <summary>Of one run: elements of all inputs in the program's order; empty for many runs.</summary>
    public ReadOnlyMemory<short> Inputs { get; }

    /// <summary>Of one run: elements of all outputs.</summary>
    public ReadOnlyMemory<short> Outputs { get; }

    /// <summary>Of many runs: D, 32 bytes (spec/proof-system.md, section 8); empty for one.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>One run.</summary>
    public static ProofStatement One(ReadOnlyMemory<short> inputs, ReadOnlyMemory<short> outputs) => new(1, inputs, outputs, default);

    /// <summary>Many runs, 2 or more.</summary>
    /// <param name="digest">32 bytes.</param>
    public static ProofStatement Many(int batch, ReadOnlyMemory<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, 32);
        return new(batch, default, default, digest);
    }
}
