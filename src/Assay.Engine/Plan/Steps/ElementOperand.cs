namespace Assay.Engine.Plan.Steps;

/// <summary>An operand that loops step through.</summary>
/// <param name="Start">Its first element in an item.</param>
internal sealed unsafe record ElementOperand(ArenaBuffer Buffer, int Start)
{
    public short* At(short* arena, int item) => arena + Buffer.Offset + ((nint)item * Buffer.Count) + Start;
}
