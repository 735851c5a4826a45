using Assay.Proofs.Fields;
using Assay.Proofs.Transcripts;
using Assay.Prover.Memory;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>The commitment to W (spec/proof-system.md, section 6.1): its memory is kept and used again for the next proof of the same
/// shape. One proof at a time.</summary>
internal sealed unsafe class WitnessCommitment : IDisposable
{
    private readonly RowCode _code;
    private readonly VectorPath _path;
    private readonly WorkerTeam _team;
    private readonly NativeBuffer<uint> _codeword;
    private readonly NativeBuffer<byte> _nodes;

    /// <param name="cells">N: cells of W, 1 to 2^30.</param>
    /// <param name="rowBits">n2.</param>
    /// <param name="team">Threads.</param>
    /// <param name="path">Kernels.</param>
    public WitnessCommitment(int cells, int rowBits, WorkerTeam team, VectorPath path = VectorPath.Auto)
    {
        Cells = cells;
        _team = team;
        _path = VectorPaths.Resolve(path);
        _code = new(rowBits, (int)((((long)cells - 1) >> rowBits) + 1), _path);
        _codeword = new(_code.Words);
        _nodes = new(MerkleTree.BytesFor(rowBits + 2));
    }

    /// <summary>Cells of W.</summary>
    public int Cells { get; }

    /// <summary>R.</summary>
    public int Rows => _code.Rows;

    /// <summary>n2.</summary>
    public int RowBits => _code.Bits;

    /// <summary>32 bytes, after <see cref="Commit"/>.</summary>
    public ReadOnlySpan<byte> Root => Tree.Root;

    /// <summary>Bytes of native memory.</summary>
    public long Bytes => (_codeword.Length * sizeof(uint)) + _nodes.Length;

    private MerkleTree Tree => new(_nodes.Pointer, _code.Bits + 2);

    /// <summary>Encodes and hashes W.</summary>
    /// <param name="witness">As many cells as there are; integers above -p and below p.</param>
    public void Commit(ReadOnlySpan<int> witness)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(witness.Length, Cells);
        fixed (int* cells = witness)
        {
            _code.Encode(cells, Cells, _codeword.Pointer, _team);
        }

        Tree.Build((byte*)_codeword.Pointer, (nint)_code.Pitch * sizeof(uint), Rows * sizeof(uint), _path, _team);
    }

    /// <summary>"fold.witness": <c>u[i] = Σ_r rows[r] W[row r][i]</c>.</summary>
    /// <param name="witness">W again.</param>
    /// <param name="rows">A weight for each of the R rows.</param>
    /// <param name="result">2^n2 elements.</param>
    public void Fold(ReadOnlySpan<int> witness, ReadOnlySpan<Ext4> rows, Span<Ext4> result)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(witness.Length, Cells);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, Rows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(result.Length, 1 << RowBits);
        int size = result.Length;
        int[] padded = [];
        nint[] sources = new nint[Rows];
        fixed (int* cells = witness)
        {
            for (int r = 0; r < Rows; r++)
            {
                sources[r] = (nint)(cells + ((nint)r << RowBits));
            }

            // The last row in full length, so that nothing behind W is read.
            int rest = Cells & (size - 1);
            if (rest != 0)
            {
                padded = new int[size];
                witness[^rest..].CopyTo(padded);
            }

            fixed (int* last = padded)
            fixed (Ext4* to = result)
            {
                sources[^1] = rest == 0 ? sources[^1] : (nint)last;
                Folding.Ints(sources, rows, size, to, _team, _path);
            }
        }
    }

    /// <summary>The symbols of all rows at a position.</summary>
    public ReadOnlySpan<uint> Column(int position) => new(_codeword.Pointer + ((nint)position * _code.Pitch), Rows);

    /// <summary>Sends columns and siblings (section 6.3).</summary>
    /// <param name="positions">Ascending, distinct.</param>
    /// <param name="channel">After the last draw.</param>
    public void Open(ReadOnlySpan<int> positions, ProverChannel channel)
    {
        foreach (int position in positions)
        {
            channel.SendOpening(Column(position));
        }

        Tree.SendSiblings(positions, channel);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _code.Dispose();
        _codeword.Dispose();
        _nodes.Dispose();
    }
}
