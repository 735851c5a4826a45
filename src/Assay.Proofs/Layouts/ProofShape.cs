using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Commitments;

namespace Assay.Proofs.Layouts;

/// <summary>All sizes of a proof that follow from a circuit and its tiles: layouts, codes, rounds, messages (spec/proof-system.md,
/// sections 6 and 7). Nothing here depends on weights, inputs or the prover.</summary>
public sealed class ProofShape
{
    /// <summary>Codes have rate 1/4.</summary>
    public const int RateBits = 2;

    /// <summary>The longest row that the field has a code for.</summary>
    public const int MostRowBits = Fields.KoalaBear.TwoAdicity - RateBits;

    private ProofShape(Circuit circuit, int a, int b)
    {
        Circuit = circuit;
        A = a;
        B = b;
        Witness = BoxLayout.Of(circuit.Columns.Select(column => column.Dims));
        Leaves = BoxLayout.Of(
            [.. circuit.Items.Select(item => item.Dims), .. circuit.Tables.Select(table => ImmutableArray.Create(table.Rows))]);
        LeafBits = Math.Max(1, Leaves.Bits);
        RowBits = Math.Min(Witness.Bits, (Witness.Bits / 2) + 2);
        Rows = (int)Math.Min(int.MaxValue, ((Witness.Cells - 1) >> RowBits) + 1);
        Tiles = WeightTiles.Of(circuit, a, b);
        IndexBits = circuit.Instances.IsEmpty ? 0 : Math.Max(a, circuit.Instances.Max(instance => instance.IndexBits));
        PoolBits = PoolLengths.Of(circuit, b);
    }

    /// <summary>The circuit.</summary>
    public Circuit Circuit { get; }

    /// <summary>Bits of k in a tile of weights.</summary>
    public int A { get; }

    /// <summary>Bits of j in a tile of weights.</summary>
    public int B { get; }

    /// <summary>Where columns lie in W; boxes are the circuit's columns.</summary>
    public BoxLayout Witness { get; }

    /// <summary>Where lookups lie; boxes are the circuit's items, then its tables.</summary>
    public BoxLayout Leaves { get; }

    /// <summary>N: the bits of the leaves' numbers, at least 1.</summary>
    public int LeafBits { get; }

    /// <summary>n2: bits of a row of W.</summary>
    public int RowBits { get; }

    /// <summary>R: rows of W.</summary>
    public int Rows { get; }

    /// <summary>n_W: length of a codeword of W.</summary>
    public int WitnessCode => 1 << (RowBits + RateBits);

    /// <summary>Q_W: columns of W that are opened.</summary>
    public int WitnessQueries => CodeQueries.Count(WitnessCode);

    /// <summary>Rows of the weights' matrix; empty if there are no weights.</summary>
    public ImmutableArray<WeightTile> Tiles { get; }

    /// <summary>Whether weights are committed.</summary>
    public bool HasWeights => !Circuit.Matrices.IsEmpty;

    /// <summary>n_M: length of a codeword of weights.</summary>
    public int WeightCode => 1 << (A + B + RateBits);

    /// <summary>Q_M: columns of weights that are opened; 0 without weights.</summary>
    public int WeightQueries => HasWeights ? CodeQueries.Count(WeightCode) : 0;

    /// <summary>K: rounds of the product sumcheck; 0 without instances.</summary>
    public int IndexBits { get; }

    /// <summary>Elements drawn for each pool, by <see cref="Pool"/>.</summary>
    public ImmutableArray<int> PoolBits { get; }

    /// <summary>Elements of η.</summary>
    public int MatrixBits => HasWeights ? Bits.Ceiling(Circuit.Matrices.Length) : 0;

    /// <summary>Bits of work before the challenges of the lookups.</summary>
    public int LookupGrinding => Math.Max(0, LeafBits - 20);

    /// <summary>Claims that are batched with λ.</summary>
    public int Claims => 3 + Circuit.Identities.Length + (Circuit.Instances.IsEmpty ? 0 : 1)
        + Circuit.Instances.Sum(instance => instance is Product ? 2 : 1);

    /// <summary>The shape, or why there is none: too large for the codes or the field (<c>zk/limit</c>), without lookups
    /// (<c>zk/nothing</c>).</summary>
    /// <param name="a">Bits of k in a tile; 0 if there are no weights.</param>
    /// <param name="b">Bits of j in a tile.</param>
    public static (ProofShape? Shape, ProofError? Error) Of(Circuit circuit, int a, int b)
    {
        if (a < 0 || b < 0 || a + b > 20)
        {
            return (null, new(ProofErrorCodes.Limit, $"Tiles of 2^{a} by 2^{b} weights: at most 2^20 weights fit in a row."));
        }

        if (circuit.Items.IsEmpty)
        {
            return (null, new(ProofErrorCodes.Nothing, "The program has no operation whose result is looked up: nothing to prove."));
        }

        ProofShape shape = new(circuit, a, b);
        if (shape.Tiles.Length > WeightTiles.Most)
        {
            return (null, new(ProofErrorCodes.Limit, $"More than {WeightTiles.Most} tiles of 2^{a} by 2^{b} weights: choose larger ones."));
        }

        if (WeightTiles.AreTooMany(circuit, (long)shape.Tiles.Length << (a + b)))
        {
            return (null, new(ProofErrorCodes.Limit, $"{shape.Tiles.Length} tiles of 2^{a} by 2^{b}, nearly all of it padding: choose smaller ones."));
        }

        return shape.Witness.Bits > MostBits || shape.Leaves.Bits > MostBits
            ? (null, new(ProofErrorCodes.Limit, $"{shape.Witness.Cells} committed numbers and {shape.Leaves.Cells} lookups: at most 2^{MostBits} each. Prove fewer runs at once."))
            : (shape, null);
    }

    /// <summary>Lookups must be fewer than p, so that no multiplicity wraps around; and cells are numbered with 31 bits.</summary>
    private const int MostBits = 30;
}
