using Assay.Proofs.Circuits;
using Assay.Proofs.Claims;
using Assay.Proofs.Fields;
using Assay.Proofs.Layouts;

namespace Assay.Proofs.Verifying;

/// <summary>The coefficients with which tiles of weights are folded, and what the fold must give (spec/proof-system.md, section 7,
/// step 8).</summary>
public static class WeightFold
{
    /// <summary>α of each tile.</summary>
    /// <param name="eta">η.</param>
    /// <param name="points">For J.</param>
    /// <param name="index">The point of the product sumcheck.</param>
    public static Ext4[] Coefficients(ProofShape shape, Ext4[] eta, PoolPoints points, Ext4[] index)
    {
        Ext4[] matrices = PointTables.Of(eta);
        Ext4[] coefficients = new Ext4[shape.Tiles.Length];
        int matrix = -1;
        Ext4[] rows = [];
        Ext4[] columns = [];
        for (int i = 0; i < coefficients.Length; i++)
        {
            WeightTile tile = shape.Tiles[i];
            if (tile.Matrix != matrix)
            {
                matrix = tile.Matrix;
                WeightMatrix shapeOf = shape.Circuit.Matrices[matrix];
                rows = PointTables.Of(Part(points.Of(Pool.J), shape.B, Bits.Ceiling(shapeOf.Rows)));
                columns = PointTables.Of(Part(index, shape.A, shapeOf.IndexBits));
            }

            coefficients[i] = matrices[matrix] * rows[tile.JHigh] * columns[tile.KHigh];
        }

        return coefficients;
    }

    /// <summary><c>eq(J[0..b-1], j_lo) eq(r_k[0..a-1], k_lo)</c> at <c>j_lo*2^a + k_lo</c>.</summary>
    public static Ext4[] Low(ProofShape shape, PoolPoints points, Ext4[] index) => PointTables.Of(
        [.. index.AsSpan(0, shape.A), .. points.Of(Pool.J).AsSpan(0, shape.B)]);

    /// <summary>What <c>Σ Low * u_M</c> must be.</summary>
    /// <param name="value">M_l of each matrix.</param>
    internal static Ext4 Expected(ProofShape shape, Ext4[] eta, PoolPoints points, Ext4[] index, Func<int, Ext4> value)
    {
        Ext4[] matrices = PointTables.Of(eta);
        Ext4 sum = Ext4.Zero;
        for (int matrix = 0; matrix < shape.Circuit.Matrices.Length; matrix++)
        {
            WeightMatrix shapeOf = shape.Circuit.Matrices[matrix];
            Ext4 product = matrices[matrix] * value(matrix);
            foreach (Ext4 unused in Part(points.Of(Pool.J), Bits.Ceiling(shapeOf.Rows), shape.B))
            {
                product *= Ext4.One - unused;
            }

            foreach (Ext4 unused in Part(index, shapeOf.IndexBits, shape.A))
            {
                product *= Ext4.One - unused;
            }

            sum += product;
        }

        return sum;
    }

    /// <summary>Elements from one on and before another; none if that is before it.</summary>
    private static ReadOnlySpan<Ext4> Part(Ext4[] point, int from, int to) => from < to ? point.AsSpan(from, to - from) : [];
}
