using System.Numerics;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>How a model is paid for, and what its levels cost.</summary>
public sealed record ModelPrices
{
    /// <summary>A model that costs nothing.</summary>
    public static ModelPrices Free { get; } = new() { Modes = PaymentModes.Off, Recommended = VerificationLevel.Signed, Stated = new Dictionary<VerificationLevel, LevelPrice>() };

    /// <summary>How.</summary>
    public required PaymentModes Modes { get; init; }

    /// <summary>The level whose offer comes first where a request names none.</summary>
    public required VerificationLevel Recommended { get; init; }

    /// <summary>The prices that the file states.</summary>
    public required IReadOnlyDictionary<VerificationLevel, LevelPrice> Stated { get; init; }

    /// <summary>A level's price: as it is stated, or of a joined level the sum of its parts; null: that level isn't sold.</summary>
    public LevelPrice? Of(VerificationLevel level)
    {
        if (Stated.TryGetValue(level, out LevelPrice? stated) || level.Evidence.Count < 2)
        {
            return stated;
        }

        LevelPrice? sum = null;
        foreach (VerificationLevel part in new[] { VerificationLevel.Replay, VerificationLevel.Tee, VerificationLevel.Zk }.Where(level.AtLeast))
        {
            if (!Stated.TryGetValue(part, out LevelPrice? price))
            {
                return null;
            }

            sum = sum?.Plus(price) ?? price;
        }

        return sum;
    }

    /// <summary>Levels that are sold, the recommended first, then those that ask for less first.</summary>
    public IReadOnlyList<VerificationLevel> Levels =>
        [.. VerificationLevel.All.Where(level => Of(level) is not null).OrderBy(level => level != Recommended).ThenBy(static level => level.Evidence.Count)];

    /// <summary>
    /// Two levels that would have one amount for some number of items, which the payer's signature couldn't tell apart; null if there are none.
    /// </summary>
    public (VerificationLevel, VerificationLevel, string Why)? FindEqual(int mostItems)
    {
        VerificationLevel[] sold = [.. Levels];
        for (int i = 0; i < sold.Length; i++)
        {
            for (int j = i + 1; j < sold.Length; j++)
            {
                LevelPrice a = Of(sold[i])!, b = Of(sold[j])!;
                if (a.IsExact && b.IsExact && SameFor(a, b, mostItems) is { } items)
                {
                    return (sold[i], sold[j], $"cost the same for {items} item{(items == 1 ? "" : "s")}");
                }

                if (a.Most is { } most && most == b.Most)
                {
                    return (sold[i], sold[j], "have the same 'most'");
                }
            }
        }

        return null;
    }

    // Where two straight lines meet.
    private static BigInteger? SameFor(LevelPrice a, LevelPrice b, int mostItems)
    {
        BigInteger slope = a.PerItem - b.PerItem, gap = b.PerRequest - a.PerRequest;
        if (slope.IsZero)
        {
            return gap.IsZero ? BigInteger.One : null;
        }

        BigInteger items = BigInteger.DivRem(gap, slope, out BigInteger rest);
        return rest.IsZero && items >= 1 && items <= mostItems ? items : null;
    }
}
