using System.Numerics;
using Assay.Node.Serving;

namespace Assay.Node.Paying;

/// <summary>What a level of a model costs, in the token's smallest unit.</summary>
/// <param name="PerRequest">For each request.</param>
/// <param name="PerItem">For each item in it (the batch dimension).</param>
/// <param name="PerSecond">By use (scheme <c>upto</c>): for each second of the model's run; null: isn't sold so.</param>
/// <param name="Most">By use: at most; null where nothing is sold so.</param>
public sealed record LevelPrice(BigInteger PerRequest, BigInteger PerItem, BigInteger? PerSecond, BigInteger? Most)
{
    private const long Million = 1_000_000;

    /// <summary>By use: for a million tokens that a language model reads, and that it says; null: isn't sold so.</summary>
    public (BigInteger Input, BigInteger Output)? PerMillionTokens { get; init; }

    /// <summary>Whether it is sold at an exact price.</summary>
    public bool IsExact => !(PerRequest.IsZero && PerItem.IsZero);

    /// <summary>The exact price of a request.</summary>
    public BigInteger Exact(int items) => PerRequest + (PerItem * items);

    /// <summary>What a run costs by use, rounded up to the smallest unit; nothing where the clock was set back meanwhile.</summary>
    internal BigInteger Measured(RunMeasure done) => BigInteger.Min(Most!.Value, Used(done));

    /// <summary>Whether work by tokens can come to more than what is charged at most: then it isn't sold so.</summary>
    internal bool IsOverMost(RunMeasure? worst) => PerMillionTokens is not null && (worst is not { } known || Used(known) > Most!.Value);

    private BigInteger Used(RunMeasure done) => PerMillionTokens is { } tokens ? ((tokens.Input * done.InputTokens) + (tokens.Output * done.OutputTokens) + Million - 1) / Million
        : PerSecond is { } rate ? ((rate * Math.Max(0, done.Run.Ticks)) + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond
        : throw new InvalidOperationException("not sold by use");

    /// <summary>The price of two levels joined.</summary>
    public LevelPrice Plus(LevelPrice other)
    {
        ArgumentNullException.ThrowIfNull(other);

        // By use only if all of it is, by the same use.
        (BigInteger Input, BigInteger Output)? tokens = PerMillionTokens is { } mine && other.PerMillionTokens is { } theirs ? (mine.Input + theirs.Input, mine.Output + theirs.Output) : null;
        BigInteger? second = PerSecond + other.PerSecond;
        return new LevelPrice(PerRequest + other.PerRequest, PerItem + other.PerItem, second, second is null && tokens is null ? null : Most + other.Most) { PerMillionTokens = tokens };
    }
}
