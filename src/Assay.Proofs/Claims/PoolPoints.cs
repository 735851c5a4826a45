using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;
using Assay.Proofs.Transcripts;

namespace Assay.Proofs.Claims;

/// <summary>The shared random points and the weights that they give the axes of boxes (spec/proof-system.md, section 4).</summary>
public sealed class PoolPoints
{
    private readonly PointTables[] _tables;
    private readonly Dictionary<BoxAxis, Ext4[]> _weights = [];

    private PoolPoints(ImmutableArray<Ext4[]> points)
    {
        Points = points;
        _tables = [.. points.Select(point => new PointTables(point))];
    }

    /// <summary>The elements of each pool, by <see cref="Pool"/>.</summary>
    public ImmutableArray<Ext4[]> Points { get; }

    /// <summary>Draws all pools in their order.</summary>
    public static PoolPoints Draw(Transcript transcript, ProofShape shape) =>
        new([.. shape.PoolBits.Select((bits, pool) => transcript.Draw("point." + (Pool)pool, bits))]);

    /// <summary>The elements of one pool.</summary>
    public Ext4[] Of(Pool pool) => Points[(int)pool];

    /// <summary><c>eq(pool, i)</c> for i &lt; length. Shared: not to be written to.</summary>
    public Ext4[] Weights(Pool pool, int length) => _tables[(int)pool].Table(0, length);

    /// <summary>The weights of an axis of a box. Shared: not to be written to.</summary>
    public Ext4[] Weights(BoxAxis axis)
    {
        if (axis.Groups == 1)
        {
            return Weights(axis.Pool, axis.Length);
        }

        if (!_weights.TryGetValue(axis, out Ext4[]? weights))
        {
            weights = Outer(Weights(Pool.G, axis.Groups), Weights(axis.Pool, axis.Length / axis.Groups));
            _weights.Add(axis, weights);
        }

        return weights;
    }

    /// <summary>The weights of all axes of a box.</summary>
    public Ext4[][] Weights(ImmutableArray<BoxAxis> box) => [.. box.Select(Weights)];

    /// <summary><c>high[i] * low[j]</c> at <c>i * low.Length + j</c>.</summary>
    internal static Ext4[] Outer(Ext4[] high, Ext4[] low)
    {
        Ext4[] product = new Ext4[high.Length * low.Length];
        for (int i = 0; i < high.Length; i++)
        {
            for (int j = 0; j < low.Length; j++)
            {
                product[(i * low.Length) + j] = high[i] * low[j];
            }
        }

        return product;
    }
}
