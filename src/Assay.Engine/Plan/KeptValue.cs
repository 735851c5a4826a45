using Assay.Engine.Kernels;

namespace Assay.Engine.Plan;

/// <summary>How a kept value is read out, row-major.</summary>
/// <param name="Buffer">The buffer that its elements are in.</param>
/// <param name="Start">The first one's place in an item.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Loops">From the buffer to a row-major copy.</param>
internal sealed record KeptValue(ArenaBuffer Buffer, int Start, int Count, Loop[] Loops)
{
    /// <param name="item">The item in an arena.</param>
    /// <param name="destination"><see cref="Count"/> elements.</param>
    public unsafe void CopyTo(short* item, Span<short> destination)
    {
        fixed (Loop* loops = Loops)
        {
            fixed (short* target = destination)
            {
                CopyKernel.Copy(item + Start, target, loops, Loops.Length);
            }
        }
    }
}
