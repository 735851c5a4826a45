using Assay.Proofs.Fields;

namespace Assay.Proofs.Verifying;

/// <summary>Polynomials of degree 2 as sumchecks send them.</summary>
internal static class Quadratic
{
    /// <summary>The value at r of the polynomial with these values at 0 and 1 and this coefficient of X^2.</summary>
    public static Ext4 At(Ext4 r, Ext4 zero, Ext4 one, Ext4 leading) => zero + (r * (one - zero - leading + (r * leading)));
}
