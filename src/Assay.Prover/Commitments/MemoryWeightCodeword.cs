using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>The codeword in native memory.</summary>
internal sealed unsafe class MemoryWeightCodeword : IWeightCodeword
{
    private readonly NativeBuffer<uint> _symbols;
    private readonly NativeBuffer<byte> _nodes;
    private readonly int _depth;

    private MemoryWeightCodeword(RowCode code)
    {
        Pitch = code.Pitch;
        _depth = code.Bits + 2;
        _symbols = new(code.Words);
        _nodes = new(MerkleTree.BytesFor(_depth));
    }

    /// <inheritdoc/>
    public uint* Symbols => _symbols.Pointer;

    /// <inheritdoc/>
    public int Pitch { get; }

    /// <inheritdoc/>
    public MerkleTree Tree => new(_nodes.Pointer, _depth);

    /// <summary>Encodes and hashes tiles.</summary>
    public static MemoryWeightCodeword Create(WeightTileSet tiles, WorkerTeam team, VectorPath path)
    {
        using RowCode code = new(tiles.Bits, tiles.Tiles.Length, path);
        MemoryWeightCodeword codeword = new(code);
        code.Encode(tiles.Numbers, tiles.Count, codeword.Symbols, team);
        codeword.Tree.Build((byte*)codeword.Symbols, (nint)code.Pitch * sizeof(uint), code.Rows * sizeof(uint), path, team);
        return codeword;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _symbols.Dispose();
        _nodes.Dispose();
    }
}
