using Assay.Proofs.Claims;
using Assay.Proofs.Fields;

namespace Assay.Testing.Proofs;

/// <summary>Where a lying prover may change what an honest one does: each hook writes to what it is given. What later phases do follows
/// from what was changed; what the verifier will hold at that point is given where a forger would compute it.</summary>
public sealed class ProverHooks
{
    /// <summary>All columns as integers, multiplicities not yet counted.</summary>
    public Action<long[][]>? Columns { get; init; }

    /// <summary>All columns, multiplicities counted.</summary>
    public Action<long[][]>? Multiplicities { get; init; }

    /// <summary>The cells of W.</summary>
    public Action<uint[]>? Cells { get; init; }

    /// <summary>The codewords of W.</summary>
    public Action<uint[][]>? Codewords { get; init; }

    /// <summary>The root of W as sent.</summary>
    public Action<byte[]>? Root { get; init; }

    /// <summary>The nonce before the lookups.</summary>
    public Func<ulong, ulong>? LookupNonce { get; init; }

    /// <summary>The four values of level 1.</summary>
    public Action<Ext4[]>? GkrRoot { get; init; }

    /// <summary>Layer, bit, round message.</summary>
    public Action<int, int, Ext4[]>? GkrRound { get; init; }

    /// <summary>Layer, λ, what the verifier holds, the four values.</summary>
    public Action<int, Ext4, Ext4, Ext4[]>? GkrValues { get; init; }

    /// <summary>v_i of many runs, with the points and θ.</summary>
    public Action<PoolPoints, Ext4, Ext4[]>? Values { get; init; }

    /// <summary>The sum of what inner products equal.</summary>
    public Action<Ext4[]>? Sum { get; init; }

    /// <summary>Bit and round message.</summary>
    public Action<int, Ext4[]>? ProductRound { get; init; }

    /// <summary>The factor of each instance in the last check, what the verifier holds, the values A_l, M_l.</summary>
    public Action<Ext4[], Ext4, Ext4[]>? ProductValues { get; init; }

    /// <summary>Bit and round message.</summary>
    public Action<int, Ext4[]>? ReduceRound { get; init; }

    /// <summary>eq of the low bits, what <c>Σ eq u</c> must be for the verifier, u.</summary>
    public Action<Ext4[], Ext4, Ext4[]>? WitnessFold { get; init; }

    /// <summary>The low factors, what their sum with u must be for the verifier, u.</summary>
    public Action<Ext4[], Ext4, Ext4[]>? WeightFold { get; init; }

    /// <summary>The nonce before the openings.</summary>
    public Func<ulong, ulong>? Nonce { get; init; }

    /// <summary>Positions, codewords, opened symbols of W.</summary>
    public Action<int[], uint[][], uint[]>? WitnessSymbols { get; init; }

    /// <summary>Positions, codewords, opened symbols of the weights.</summary>
    public Action<int[], uint[][], uint[]>? WeightSymbols { get; init; }

    /// <summary>The siblings of W's tree.</summary>
    public Func<byte[], byte[]>? WitnessSiblings { get; init; }

    /// <summary>The siblings of the weights' tree.</summary>
    public Func<byte[], byte[]>? WeightSiblings { get; init; }

    /// <summary>The bytes at last.</summary>
    public Func<byte[], byte[]>? Proof { get; init; }
}
