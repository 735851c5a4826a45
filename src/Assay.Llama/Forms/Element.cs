namespace Assay.Llama;

/// <summary>A piece of a grammar over bytes.</summary>
internal abstract class Element
{
    internal const int Endless = int.MaxValue;

    /// <summary>The fewest bytes that match; <see cref="Endless"/>: none do, or not known yet.</summary>
    internal int Least { get; set; } = Endless;

    internal static int Sum(int a, int b) => a == Endless || b == Endless || a + (long)b >= Endless ? Endless : a + b;

    internal abstract int Compute();

    /// <summary>One byte of a set.</summary>
    internal sealed class Bytes : Element
    {
        private readonly bool[] _set = new bool[256];

        internal Bytes(params (int First, int Last)[] ranges)
        {
            foreach ((int first, int last) in ranges)
            {
                _set.AsSpan(first, last - first + 1).Fill(true);
            }

            Least = 1;
        }

        internal bool Has(int value) => _set[value];

        internal override int Compute() => 1;
    }

    /// <summary>One after the other; none: nothing.</summary>
    internal sealed class Sequence(params Element[] parts) : Element
    {
        internal Element[] Parts { get; } = parts;

        internal override int Compute() => Parts.Aggregate(0, static (sum, part) => Sum(sum, part.Least));
    }

    /// <summary>One of several.</summary>
    internal sealed class Either(params Element[] options) : Element
    {
        internal Element[] Options { get; } = options;

        internal override int Compute() => Options.Length == 0 ? Endless : Options.Min(static option => option.Least);
    }

    /// <summary>Something a number of times; what it repeats matches at least one byte.</summary>
    internal sealed class Repeat(Element part, int min, int max) : Element
    {
        internal Element Part { get; } = part;

        internal int Min { get; } = min;

        /// <summary><see cref="Endless"/>: any number.</summary>
        internal int Max { get; } = max;

        internal override int Compute() => Min == 0 ? 0 : Part.Least == Endless || (long)Part.Least * Min >= Endless ? Endless : Part.Least * Min;
    }

    /// <summary>Something that is defined later, or by itself.</summary>
    internal sealed class Reference : Element
    {
        internal Element? Target { get; set; }

        internal override int Compute() => Target?.Least ?? Endless;
    }
}
