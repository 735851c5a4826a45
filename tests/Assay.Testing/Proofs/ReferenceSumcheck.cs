using Assay.Proofs.Fields;

namespace Assay.Testing.Proofs;

/// <summary>Steps of sumchecks over tables, highest bit first.</summary>
internal static class ReferenceSumcheck
{
    /// <summary>The table with its highest bit bound to r.</summary>
    public static Ext4[] Bind(Ext4[] table, Ext4 r)
    {
        int half = table.Length / 2;
        Ext4[] bound = new Ext4[half];
        for (int i = 0; i < half; i++)
        {
            bound[i] = table[i] + (r * (table[half + i] - table[i]));
        }

        return bound;
    }

    /// <summary>g(0) and the coefficient of X^2 of <c>Σ_x a(X, x) b(X, x)</c>.</summary>
    public static Ext4[] Round(Ext4[] a, Ext4[] b)
    {
        int half = a.Length / 2;
        Ext4[] g = new Ext4[2];
        for (int i = 0; i < half; i++)
        {
            g[0] += a[i] * b[i];
            g[1] += (a[half + i] - a[i]) * (b[half + i] - b[i]);
        }

        return g;
    }

    /// <summary>The value at r of the polynomial of degree 2 with these values at 0 and 1 and this leading coefficient.</summary>
    public static Ext4 At(Ext4 r, Ext4 zero, Ext4 one, Ext4 leading) =>
        zero + (r * (one - zero - leading)) + (r * r * leading);

    public static Ext4 Dot(Ext4[] a, Ext4[] b)
    {
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
