using System.Globalization;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Holds a reader's receipts against a history.</summary>
internal sealed class HeldReceipts(HistoryDocument document, IReadOnlyList<ConfigurationReport> configurations, ReceiptTrust trust)
{
    // A receipt says when it was finished; it is durable, and so part of a history, a moment later.
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, HashSet<Digest32>> _counted = [];

    /// <summary>Judges each; more receipts of a number than the node says are a finding.</summary>
    internal IReadOnlyList<HeldReceipt> Check(IReadOnlyList<ReadOnlyMemory<byte>> receipts, List<HistoryFinding> findings)
    {
        Dictionary<int, ConfigurationReport> byNumber = [];
        foreach (ConfigurationReport configuration in configurations)
        {
            byNumber.TryAdd(configuration.Number, configuration);
        }

        HeldReceipt[] held = [.. receipts.Select((bytes, place) => Judge(place, bytes, byNumber))];
        foreach ((int number, HashSet<Digest32> mine) in _counted)
        {
            if (byNumber.TryGetValue(number, out ConfigurationReport? configuration) && mine.Count > configuration.Receipts)
            {
                findings.Add(new HistoryFinding(HistoryCodes.Count, QuestionStatus.Refuted, number, string.Create(CultureInfo.InvariantCulture, $"You have {mine.Count} receipts of number {number}, and the node says that there are {configuration.Receipts}.")));
            }
        }

        return held;
    }

    private HeldReceipt Judge(int place, ReadOnlyMemory<byte> bytes, Dictionary<int, ConfigurationReport> byNumber)
    {
        string? problem = null;
        if (Bundle.TryDecode(bytes, out _) is not { } bundle)
        {
            return new HeldReceipt(place, null, null, QuestionStatus.NotEvaluated, HistoryCodes.NotHeld, "The receipt can't be read.");
        }

        ReceiptId id = bundle.Envelope.Statement.Id;
        ChatLineage? lineage = bundle.Claims.State(ClaimRegistry.LineageRelation) == LeafState.Redacted ? null : ChatLineage.TryRead(bundle.Claims.Text(ClaimRegistry.LineageRelation));
        int? number = lineage?.Application is null ? null : lineage.Configuration;
        HeldReceipt Not(string why) => new(place, id, number, QuestionStatus.NotEvaluated, HistoryCodes.NotHeld, why);
        if (trust.Node is { } node && bundle.KeySet.Origin != node)
        {
            return Not($"It is a receipt of the node '{Shown.Name(bundle.KeySet.Origin)}'.");
        }

        (_, QuestionStatus signed, _) = trust.Judge(bytes, (_, _, sentence) => problem = sentence);
        if (signed != QuestionStatus.Established)
        {
            return Not(problem ?? "It isn't known to be the node's.");
        }

        if (lineage is null || number is not { } named)
        {
            return Not(lineage is null ? "It doesn't show its application." : "It is of no application.");
        }

        if (lineage.Application != document.Application)
        {
            return Not($"It is of the application '{lineage.Application}'.");
        }

        DateTimeOffset issued = DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(bundle.Envelope.Statement.IssuedAt, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        if (!byNumber.TryGetValue(named, out ConfigurationReport? configuration))
        {
            return named <= document.After || (document.IsMore && named > byNumber.Keys.DefaultIfEmpty(document.After).Max())
                ? Not("Its number is in another part of the history.")
                : issued > document.AsOf - Moment
                ? Not("It was issued after the history, or less than a minute before: fetch that again.")
                : new HeldReceipt(place, id, named, QuestionStatus.Refuted, HistoryCodes.NumberMissing, string.Create(CultureInfo.InvariantCulture, $"The node signed number {named}, and the history has no such configuration."));
        }

        ChatConfiguration mine = ChatConfiguration.Of(bundle.Claims);
        if (configuration.Signed != QuestionStatus.Established || configuration.Configuration is not { } told || !mine.Leaves.Zip(told.Leaves).Any(static pair => pair.First.IsShown && pair.Second.IsShown))
        {
            return Not("Nothing that both show can be compared.");
        }

        if (mine.Differences(told) is { Count: > 0 } differences)
        {
            return new HeldReceipt(place, id, named, QuestionStatus.Refuted, HistoryCodes.ConfigurationDiffers, string.Create(CultureInfo.InvariantCulture, $"The history has another configuration under number {named}: {string.Join(", ", differences)}."));
        }

        if (issued <= document.AsOf - Moment)
        {
            if (!_counted.TryGetValue(named, out HashSet<Digest32>? counted))
            {
                _counted[named] = counted = [];
            }

            counted.Add(bundle.Envelope.Digest);
        }

        return new HeldReceipt(place, id, named, QuestionStatus.Established, HistoryCodes.Held, string.Create(CultureInfo.InvariantCulture, $"It is of number {named}, and that configuration's{(mine.IsWhole ? "" : " in all that it shows")}."));
    }
}
