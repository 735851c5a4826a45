using System.Collections.Immutable;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Testing.Proofs;

/// <summary>Forms of requantisations for small models: tables stay short, whatever could happen with other weights.</summary>
public static class SmallChooser
{
    /// <summary>More than this isn't expected before or after the range.</summary>
    private const int MostBeyond = 300;

    /// <summary>Plain where nothing can be clamped; otherwise direct and split in turns.</summary>
    public static TailChoice? Choose(TailQuestion question)
    {
        int channels = question.Shifts.Length;
        long lo = question.Result.Lo;
        long width = question.Result.Hi - lo;
        int[] before = new int[channels];
        int[] after = new int[channels];
        for (int i = 0; i < channels; i++)
        {
            Interval total = question.TotalAt(i);
            before[i] = (int)Int128.Max(0, Int128.Min(MostBeyond + i, lo - (total.Lo >> question.Shifts[i])));
            after[i] = (int)Int128.Max(0, Int128.Min(MostBeyond, (total.Hi >> question.Shifts[i]) - question.Result.Hi));
        }

        if (before.Max() == 0 && after.Max() == 0)
        {
            return new TailChoice.Plain();
        }

        if (question.Operation % 2 == 0)
        {
            TailChoice direct = new TailChoice.Direct([.. before], [.. after]);
            return question.Admits(direct) ? direct : null;
        }

        int lowBits = Bits.Ceiling((int)width + 1);
        ImmutableArray<int> lowest = [.. before.Select(n => -((n >> lowBits) + 1))];
        ImmutableArray<int> highest = [.. after.Select(n => (n >> lowBits) + 1)];
        TailChoice split = new TailChoice.Split(lowBits, lowest, highest);
        return question.Admits(split) ? split : null;
    }
}
