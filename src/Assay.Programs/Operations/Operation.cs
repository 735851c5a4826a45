namespace Assay.Programs;

/// <summary>One step of a program. Its result is the next value; its operands are lower-numbered values.</summary>
public abstract record Operation
{
    private protected Operation(TensorType result) => Result = result;

    /// <summary>Shape and range of the result.</summary>
    public TensorType Result { get; init; }
}
