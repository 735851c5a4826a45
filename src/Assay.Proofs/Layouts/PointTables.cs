using System.Runtime.CompilerServices;
using Assay.Proofs.Circuits;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Layouts;

/// <summary>Tables of <c>eq(z, ·)</c> for parts of one point, each made once.</summary>
/// <param name="point">z; element t belongs to bit t.</param>
public sealed class PointTables(Ext4[] point)
{
    private readonly Dictionary<(int Start, int Length), Ext4[]> _tables = [];

    /// <summary>The table of a point without elements: 1.</summary>
    public static Ext4[] Ones { get; } = [Ext4.One];

    /// <summary>z.</summary>
    public IReadOnlyList<Ext4> Point => point;

    /// <summary><c>eq(z[start .. start+clog(length)-1], i)</c> for i &lt; length. Shared: not to be written to.</summary>
    public Ext4[] Table(int start, int length)
    {
        if (length == 1)
        {
            return Ones;
        }

        if (!_tables.TryGetValue((start, length), out Ext4[]? table))
        {
            int bits = Bits.Ceiling(length);
            table = length == 1 << bits ? Of(point.AsSpan(start, bits)) : Table(start, 1 << bits)[..length];
            _tables.Add((start, length), table);
        }

        return table;
    }

    /// <summary><c>eq(z[start..], index)</c>.</summary>
    public Ext4 At(int start, long index) => At(point.AsSpan(start), index);

    /// <summary><c>eq(z, i)</c> for all i below 2 to the number of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Ext4[] Of(ReadOnlySpan<Ext4> point)
    {
        Ext4[] table = new Ext4[1 << point.Length];
        table[0] = Ext4.One;
        for (int t = 0; t < point.Length; t++)
        {
            int half = 1 << t;
            for (int i = 0; i < half; i++)
            {
                Ext4 high = table[i] * point[t];
                table[half + i] = high;
                table[i] -= high;
            }
        }

        return table;
    }

    /// <summary><c>eq(z, index)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static Ext4 At(ReadOnlySpan<Ext4> point, long index)
    {
        Ext4 product = Ext4.One;
        for (int t = 0; t < point.Length; t++)
        {
            product *= (index >> t & 1) != 0 ? point[t] : Ext4.One - point[t];
        }

        return product;
    }
}
