namespace Assay.Engine.Kernels;

/// <summary>A reduction: every element of the result is made of the operand's elements at the same places.</summary>
internal unsafe struct ReduceArguments
{
    /// <summary>Operand and result of one item, each at its layout's offset.</summary>
    public short* X;
    public short* Y;

    /// <summary>Over the result; <see cref="Loop.A"/> is the operand's step.</summary>
    public Loop* Loops;
    public int Count;

    /// <summary>From an element's first place, where the others are.</summary>
    public int* Places;
    public int Length;

    public short Multiplier;
    public int Rounding;
    public int Shift;

    /// <summary>The result's range.</summary>
    public short Lo;
    public short Hi;
}
