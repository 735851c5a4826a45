using System.Numerics;

namespace Assay.Node.Paying;

/// <summary>What a level of a model costs, in the token's smallest unit.</summary>
/// <param name="PerRequest">For each request.</param>
/// <param name="PerItem">For each item in it (the batch dimension).</param>
/// <param name="PerSecond">Scheme <c>upto</c>: for each second of the model's run; null: isn't sold so.</param>
/// <param name="Most">Scheme <c>upto</c>: at most; null if and only if <paramref name="PerSecond"/> is.</param>
public sealed record LevelPrice(BigInteger PerRequest, BigInteger PerItem, BigInteger? PerSecond, BigInteger? Most)
{
    /// <summary>Whether it is sold at an exact price.</summary>
    public bool IsExact => !(PerRequest.IsZero && PerItem.IsZero);

    /// <summary>The exact price of a request.</summary>
    public BigInteger Exact(int items) => PerRequest + (PerItem * items);

    /// <summary>What a run costs by scheme <c>upto</c>, rounded up to the smallest unit; nothing where the clock was set back meanwhile.</summary>
    public BigInteger Measured(TimeSpan run) =>
        PerSecond is { } rate && Most is { } most ? BigInteger.Min(most, ((rate * Math.Max(0, run.Ticks)) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond) : throw new InvalidOperationException("not sold by use");

    /// <summary>The price of two levels joined.</summary>
    public LevelPrice Plus(LevelPrice other)
    {
        ArgumentNullException.ThrowIfNull(other);

        // By use only if all of it is.
        return PerSecond is null || other.PerSecond is null
            ? new LevelPrice(PerRequest + other.PerRequest, PerItem + other.PerItem, null, null)
            : new LevelPrice(PerRequest + other.PerRequest, PerItem + other.PerItem, PerSecond + other.PerSecond, Most + other.Most);
    }
}
