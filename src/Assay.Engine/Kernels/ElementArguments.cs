namespace Assay.Engine.Kernels;

/// <summary>Two or three operands that meet element by element in a result.</summary>
internal unsafe struct ElementArguments
{
    /// <summary>Result and operands of one item, each at its layout's offset. An operand that isn't used is the first one.</summary>
    public short* Y;
    public short* A;
    public short* B;
    public short* C;

    /// <summary>From the result's largest stride to its smallest.</summary>
    public Loop* Loops;
    public int Count;

    /// <summary>The result's range.</summary>
    public short Lo;
    public short Hi;
}
