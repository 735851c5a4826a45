using Assay.Receipts;

namespace Assay.Verification.Advising;

/// <summary>From what could go wrong to the cheapest levels that cover it. Pure and table-driven: see <see cref="CoverageTable"/>.</summary>
public static class Advisor
{
    // Above this, an answer that only the operator vouches for is called out even if no threat asked for more.
    private const decimal ConsiderableValue = 100m;

    /// <summary>Judges every level that could be asked for.</summary>
    /// <param name="request">What the person said.</param>
    /// <param name="offers">One offer for each of the four levels; a joined level costs the sum of its parts, <c>signed</c> included.</param>
    /// <returns>The recommendation, the best that is available today if that differs, and all levels, cheapest first.</returns>
    public static Advice Advise(AdviceRequest request, IReadOnlyList<LevelOffer> offers)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(offers);
        List<LevelAdvice> all = [.. VerificationLevel.All.Select(level => Judge(request, level, offers))];

        all.Sort(static (a, b) => (a.Price, a.Milliseconds ?? double.MaxValue, a.Level.Evidence.Count).CompareTo((b.Price, b.Milliseconds ?? double.MaxValue, b.Level.Evidence.Count)));

        // Fewest threats left first; among equals the cheapest, then the fastest, then the shortest: the order of the list.
        LevelAdvice recommended = all.OrderBy(static a => a.Left.Count()).ThenByDescending(static a => a.WithinLimits).ThenByDescending(static a => a.Available).First();
        LevelAdvice availableNow = all.Where(static a => a.Available).OrderByDescending(static a => a.WithinLimits).ThenBy(static a => a.Left.Sum(static c => c.Coverage == Coverage.Open ? 2 : 1)).First();
        List<string> warnings = [];
        if (request.Value >= ConsiderableValue && availableNow.Level == VerificationLevel.Signed)
        {
            warnings.Add("A wrong answer costs you much, and with 'signed' alone nobody independent checks it.");
        }

        if (!availableNow.WithinLimits)
        {
            warnings.Add("No level that is available keeps to the time and price that you gave.");
        }

        return new Advice(recommended, availableNow, all, warnings);
    }

    private static LevelAdvice Judge(AdviceRequest request, VerificationLevel level, IReadOnlyList<LevelOffer> offers)
    {
        LevelOffer[] needed = [.. offers.Where(o => level.AtLeast(o.Level))];

        // Evidence of several levels is gathered side by side: the slowest decides. One unmeasured part leaves the time unknown.
        double? time = needed.Any(static o => o.Milliseconds is null) ? null : needed.Max(static o => o.Milliseconds);
        decimal price = needed.Sum(static o => o.Price);
        bool within = (request.MaximumMilliseconds is null || time <= request.MaximumMilliseconds)
            && (request.MaximumPrice is null || price <= request.MaximumPrice);
        return new LevelAdvice(level, needed.All(static o => o.Available), within, time, price,
            [.. request.Threats.Select(t => CoverageTable.Best(t, level))]);
    }
}
