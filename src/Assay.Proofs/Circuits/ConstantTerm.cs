using System.Collections.Immutable;

namespace Assay.Proofs.Circuits;

/// <summary>A public tensor over a box that is a product of one vector per axis.</summary>
/// <param name="Factors">One vector per axis of the box; an empty one stands for ones.</param>
public sealed record ConstantTerm(ImmutableArray<ImmutableArray<long>> Factors)
{
    /// <summary>A constant everywhere.</summary>
    public static ConstantTerm Everywhere(int axes, long value)
    {
        ImmutableArray<long>[] factors = new ImmutableArray<long>[axes];
        Array.Fill(factors, []);
        ConstantTerm ones = new([.. factors]);
        return ones.Scaled(value);
    }

    /// <summary>A vector along one axis, constant along the others.</summary>
    public static ConstantTerm Along(int axes, int axis, ImmutableArray<long> values)
    {
        ImmutableArray<long>[] factors = new ImmutableArray<long>[axes];
        Array.Fill(factors, []);
        factors[axis] = values;
        return new([.. factors]);
    }

    /// <summary>A scalar that multiplies the product; 1 unless set.</summary>
    public long Scale { get; init; } = 1;

    private ConstantTerm Scaled(long value) => this with { Scale = value };
}
