using Assay.Engine.Plan;

namespace Assay.Engine;

/// <summary>All values of the program for some items of a call (<see cref="EngineOptions.KeepValues"/>).</summary>
/// <remarks>Safety: only the runner makes one that reads anything, for an arena that stays rented until the observer returns.</remarks>
public readonly unsafe ref struct KeptValues
{
    private readonly KeptValue[] _values;
    private readonly short* _arena;

    internal KeptValues(KeptValue[] values, short* arena, int first, int items)
    {
        _values = values;
        _arena = arena;
        First = first;
        Items = items;
    }

    /// <summary>Index in the batch of the first of these items.</summary>
    public int First { get; }

    /// <summary>How many there are.</summary>
    public int Items { get; }

    /// <summary>Copies one value of one item, row-major.</summary>
    /// <param name="value">0 to <c>ValueCount</c> - 1.</param>
    /// <param name="item">0 to <see cref="Items"/> - 1.</param>
    /// <param name="destination">As many elements as the value has.</param>
    public void Read(int value, int item, Span<short> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(item);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(item, Items);
        KeptValue from = _values[value];
        if (destination.Length != from.Count)
        {
            throw new ArgumentException($"Value {value} has {from.Count} elements, not {destination.Length}.", nameof(destination));
        }

        from.CopyTo(_arena + from.Buffer.Offset + ((nint)item * from.Buffer.Count), destination);
    }
}
