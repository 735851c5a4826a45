using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>The commitment to a model's weights (spec/proof-system.md, section 6.2), made once for each model. Any number of proofs
/// may use it at once, each with its own threads.</summary>
internal sealed unsafe class WeightCommitment : IDisposable
{
    private readonly WeightTileSet _tiles;
    private readonly IWeightCodeword _codeword;
    private readonly VectorPath _path;

    private WeightCommitment(WeightTileSet tiles, IWeightCodeword codeword, VectorPath path)
    {
        _tiles = tiles;
        _codeword = codeword;
        _path = path;
    }

    /// <summary>32 bytes.</summary>
    public ReadOnlySpan<byte> Root => _codeword.Tree.Root;

    /// <summary>Why the file that was there wasn't used and has been written anew; null if it was used, or there was none.</summary>
    public string? RebuiltBecause { get; private init; }

    /// <summary>The commitment in memory: 16 bytes a number for the codeword.</summary>
    /// <param name="shape">A shape with weights; its batch doesn't matter.</param>
    /// <param name="reader">Called for different tiles at the same time.</param>
    /// <param name="team">Threads.</param>
    /// <param name="path">Kernels.</param>
    public static WeightCommitment Create(ProofShape shape, IWeightTileReader reader, WorkerTeam team, VectorPath path = VectorPath.Auto)
    {
        VectorPath resolved = VectorPaths.Resolve(path);
        WeightTileSet tiles = new(shape, reader, team);
        return new(tiles, MemoryWeightCodeword.Create(tiles, team, resolved), resolved);
    }

    /// <summary>The commitment with its codeword in a file: the one that is there, if it is intact and of these weights; else the
    /// file is written anew.</summary>
    /// <param name="file">Its folder is there.</param>
    /// <inheritdoc cref="Create"/>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public static WeightCommitment OpenOrCreate(
        string file, ProofShape shape, IWeightTileReader reader, WorkerTeam team, VectorPath path = VectorPath.Auto)
    {
        VectorPath resolved = VectorPaths.Resolve(path);
        WeightTileSet tiles = new(shape, reader, team);
        byte[] digest = tiles.Digest(team, resolved);
        FileWeightCodeword codeword = FileWeightCodeword.TryOpen(file, tiles, digest, out string? problem, team, resolved)
            ?? FileWeightCodeword.Create(file, tiles, digest, team, resolved);
        return new(tiles, codeword, resolved) { RebuiltBecause = problem };
    }

    /// <inheritdoc cref="WeightTileSet.FoldRows"/>
    public void FoldRows(int matrix, ReadOnlySpan<Ext4> rows, Span<Ext4> result, WorkerTeam team) =>
        _tiles.FoldRows(matrix, rows, result, team, _path);

    /// <inheritdoc cref="WeightTileSet.FoldTiles"/>
    public void FoldTiles(ReadOnlySpan<Ext4> weights, Span<Ext4> result, WorkerTeam team) =>
        _tiles.FoldTiles(weights, result, team, _path);

    /// <summary>The symbols of all tiles at a position.</summary>
    public ReadOnlySpan<uint> Column(int position) => new(_codeword.Symbols + ((nint)position * _codeword.Pitch), _tiles.Tiles.Length);

    /// <summary>Sends columns and siblings (section 6.3).</summary>
    /// <param name="positions">Ascending, distinct.</param>
    /// <param name="channel">After the last draw.</param>
    public void Open(ReadOnlySpan<int> positions, ProverChannel channel)
    {
        foreach (int position in positions)
        {
            channel.SendOpening(Column(position));
        }

        _codeword.Tree.SendSiblings(positions, channel);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _codeword.Dispose();
        _tiles.Dispose();
    }
}
