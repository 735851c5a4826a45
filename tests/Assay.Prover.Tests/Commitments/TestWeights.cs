using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Layouts;
using Assay.Prover.Commitments;

namespace Assay.Prover.Tests.Commitments;

/// <summary>Matrices of random numbers, the ends of their range among them, without a program.</summary>
internal sealed class TestWeights : IWeightTileReader
{
    private readonly int _seed;

    /// <param name="seed">Other numbers.</param>
    /// <param name="a">Bits of k in a tile.</param>
    /// <param name="b">Bits of j in a tile.</param>
    /// <param name="matrices">Rows, input channels, groups, taps and bits of dy of each.</param>
    public TestWeights(int seed, int a, int b, params (int Rows, int Channels, int Groups, int Taps, int YBits)[] matrices)
    {
        _seed = seed;
        ImmutableArray<Instance>.Builder instances = ImmutableArray.CreateBuilder<Instance>();
        ImmutableArray<WeightMatrix>.Builder described = ImmutableArray.CreateBuilder<WeightMatrix>();
        foreach ((int rows, int channels, int groups, int taps, int yBits) in matrices)
        {
            Window x = new(-1, taps, 1, 1, 0);
            Contraction contraction = new([], [], [], 0, 0, false, groups, channels, rows, Window.None, x, yBits, [], described.Count);
            instances.Add(contraction);
            described.Add(new(0, WeightLimb.Whole, rows, contraction.IndexBits));
        }

        Contractions = [.. instances.Cast<Contraction>()];
        Circuit circuit = new(
            null!, 1, 8, [new(0, [1])], [], [new([1], -1, [], [])], [], instances.ToImmutable(), described.ToImmutable(), [0], [0]);
        Shape = ProofShape.Of(circuit, a, b).Shape!;
    }

    public ProofShape Shape { get; }

    public ImmutableArray<Contraction> Contractions { get; }

    public int Value(int matrix, int j, int k)
    {
        Contraction c = Contractions[matrix];
        if (j >= c.RowsPerGroup)
        {
            return 0;
        }

        ulong hash = ((((((ulong)_seed * 31) + (ulong)matrix) * 0x10001) + (ulong)j) * 0x100001) + (ulong)k;
        hash = (hash * 0x9E3779B97F4A7C15) >> 40;
        return (hash % 9) switch { 0 => short.MinValue, 1 => short.MaxValue, _ => (short)hash };
    }

    public void Read(WeightTile tile, Span<short> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (short)At(tile, i);
        }
    }

    public int At(WeightTile tile, int i)
    {
        int k = (tile.KHigh << Shape.A) | (i & ((1 << Shape.A) - 1));
        return k >= 1 << Contractions[tile.Matrix].IndexBits ? 0 : Value(tile.Matrix, (tile.JHigh << Shape.B) | (i >> Shape.A), k);
    }
}
