using System.Runtime.CompilerServices;
using Assay.Prover.Simd;

namespace Assay.Prover.Commitments;

/// <summary>Where a transform's values go: some neighbouring words at each of the 2^(bits+2) positions of a codeword.</summary>
internal unsafe readonly struct NttTarget
{
    /// <summary>The first word at position 0.</summary>
    public required uint* First { get; init; }

    /// <summary>Words from position to position.</summary>
    public required nint Pitch { get; init; }

    /// <summary>Words to write at each position.</summary>
    public required int Width { get; init; }

    /// <summary>Whether to write past the caches, for codewords larger than those: whole vectors only, aligned.</summary>
    public required bool Streams { get; init; }

    /// <summary>Vectors at each position; the last may be used in part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Parts<TS, TV>()
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged => (Width + TS.Lanes - 1) / TS.Lanes;

    /// <summary>Lanes of a part that are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LanesOf<TS, TV>(int part)
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged => Math.Min(TS.Lanes, Width - (part * TS.Lanes));
}
