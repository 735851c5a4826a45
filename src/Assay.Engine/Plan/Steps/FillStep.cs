namespace Assay.Engine.Plan.Steps;

/// <summary>Sets all elements of a buffer: to one value, or to those of a constant.</summary>
/// <param name="source">One element, or as many as the buffer has.</param>
internal sealed unsafe class FillStep(ArenaBuffer y, short* source, bool one) : Step
{
    public override string Name => "fill";

    public override void Run(short* arena, int items)
    {
        for (int item = 0; item < items; item++)
        {
            Span<short> target = new(arena + y.Offset + ((nint)item * y.Count), y.Count);
            if (one)
            {
                target.Fill(*source);
            }
            else
            {
                new ReadOnlySpan<short>(source, y.Count).CopyTo(target);
            }
        }
    }
}
