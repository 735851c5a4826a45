namespace Assay.Proofs.Circuits;

/// <summary>An identity or an instance of a circuit.</summary>
/// <param name="IsInstance">Whether it is an instance.</param>
/// <param name="Index">Its number.</param>
public readonly record struct Relation(bool IsInstance, int Index)
{
    /// <summary>Identity number i.</summary>
    public static Relation Identity(int index) => new(false, index);

    /// <summary>Instance number i.</summary>
    public static Relation Instance(int index) => new(true, index);
}
