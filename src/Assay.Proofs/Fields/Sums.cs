namespace Assay.Proofs.Fields;

/// <summary>Sums over vectors of F.</summary>
public static class Sums
{
    /// <summary>Of all elements.</summary>
    public static Ext4 Of(ReadOnlySpan<Ext4> values)
    {
        // 2^33 elements below 2^31 would fit.
        ulong c0 = 0, c1 = 0, c2 = 0, c3 = 0;
        foreach (Ext4 value in values)
        {
            c0 += value.C0;
            c1 += value.C1;
            c2 += value.C2;
            c3 += value.C3;
        }

        return new((uint)(c0 % KoalaBear.P), (uint)(c1 % KoalaBear.P), (uint)(c2 % KoalaBear.P), (uint)(c3 % KoalaBear.P));
    }

    /// <summary><c>Σ a[i] b[i]</c>; both equally long.</summary>
    public static Ext4 Dot(ReadOnlySpan<Ext4> a, ReadOnlySpan<Ext4> b)
    {
        Ext4 sum = Ext4.Zero;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary><c>Σ a[i] b[i]</c> with elements of the base field; both equally long.</summary>
    public static Ext4 Dot(ReadOnlySpan<Ext4> a, ReadOnlySpan<uint> b)
    {
        // A product is below p^2 < 2^62: what is carried on stays below p^2 too, so one subtraction keeps it.
        const ulong Limit = (ulong)KoalaBear.P * KoalaBear.P;
        ulong c0 = 0, c1 = 0, c2 = 0, c3 = 0;
        for (int i = 0; i < a.Length; i++)
        {
            ulong factor = b[i];
            c0 += a[i].C0 * factor;
            c1 += a[i].C1 * factor;
            c2 += a[i].C2 * factor;
            c3 += a[i].C3 * factor;
            c0 = Math.Min(c0, c0 - Limit);
            c1 = Math.Min(c1, c1 - Limit);
            c2 = Math.Min(c2, c2 - Limit);
            c3 = Math.Min(c3, c3 - Limit);
        }

        return new((uint)(c0 % KoalaBear.P), (uint)(c1 % KoalaBear.P), (uint)(c2 % KoalaBear.P), (uint)(c3 % KoalaBear.P));
    }
}
