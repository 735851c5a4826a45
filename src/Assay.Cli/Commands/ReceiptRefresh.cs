using System.Text;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary><c>assay verify --refresh</c>: what a node and its peers have added to a receipt since. Whoever answers may be hostile; what it sends is judged like the rest.</summary>
internal static class ReceiptRefresh
{
    internal static async Task<byte[]> RunAsync(Output output, byte[] file, Uri node, IReadOnlyList<string> replayers, FileInfo? saved, CancellationToken cancellation)
    {
        Bundle mine = Bundle.TryDecode(file, out string? error) ?? throw CliException.Usage($"that receipt can't be read ({error}), so there is nothing to refresh.");
        Bundle refreshed = await FromNodeAsync(mine, node, cancellation).ConfigureAwait(false);
        foreach (string replayer in replayers)
        {
            refreshed = await FromReplayerAsync(refreshed, Nodes.Parse(replayer), cancellation).ConfigureAwait(false);
        }

        byte[] bytes = refreshed.Encode();
        output.Line($"refreshed: {Changes(mine, refreshed)}");
        if (saved is not null)
        {
            await File.WriteAllBytesAsync(saved.FullName, bytes, cancellation).ConfigureAwait(false);
            output.Line($"saved      {saved.FullName}");
        }

        output.Line();
        return bytes;
    }

    private static async Task<Bundle> FromNodeAsync(Bundle mine, Uri node, CancellationToken cancellation)
    {
        byte[] answer = await Nodes.Client(node).GetBundleAsync(mine.Envelope.Statement.Id, null, cancellation).ConfigureAwait(false);
        Bundle theirs = Bundle.TryDecode(answer, out string? error) ?? throw new CliException(ExitCodes.CannotEvaluate, "refresh/unreadable", $"{node} sent a receipt that can't be read ({error}).", "Verify without --refresh: your own file is untouched.");
        return BundleRefresh.Merge(mine, theirs) ?? throw new CliException(ExitCodes.CannotEvaluate, "refresh/other-receipt", $"{node} sent another receipt under this one's id.", "Keep both: two receipts under one id are the node's contradiction. Verify without --refresh: your own file is untouched.");
    }

    private static async Task<Bundle> FromReplayerAsync(Bundle mine, Uri replayer, CancellationToken cancellation)
    {
        AssayClient client = Nodes.Client(replayer);
        string list = Encoding.UTF8.GetString(await client.GetAsync("v1/refutations", cancellation).ConfigureAwait(false));
        string receipt = mine.Envelope.Digest.ToString();
        List<AttachedEndorsement> found = [];
        foreach (string line in list.Split('\n').Where(line => line.EndsWith(" " + receipt, StringComparison.Ordinal)).Take(AttachedEndorsement.MaxCount))
        {
            byte[] item = await client.GetAsync($"v1/refutations/{Uri.EscapeDataString(line.Split(' ')[0])}", cancellation).ConfigureAwait(false);
            found.Add(AttachedEndorsement.TryDecode(item, out string? error) ?? throw new CliException(ExitCodes.CannotEvaluate, "refresh/unreadable", $"{replayer} sent a refutation that can't be read ({error}).", "Leave that --replayer away."));
        }

        return BundleRefresh.Add(mine, found);
    }

    private static string Changes(Bundle before, Bundle after)
    {
        List<string> changes = [];
        if (before.LogProof is null && after.LogProof is not null)
        {
            changes.Add("log proof");
        }

        int events = after.KeyEvents.Count - before.KeyEvents.Count;
        if (events > 0)
        {
            changes.Add($"{events} about the node's keys");
        }

        int endorsements = after.Endorsements.Count(item => before.Endorsements.All(known => known.Endorsement.Digest != item.Endorsement.Digest));
        if (endorsements > 0)
        {
            changes.Add($"{endorsements} endorsement{(endorsements == 1 ? "" : "s")}");
        }

        return changes.Count == 0 ? "nothing new" : string.Join(", ", changes);
    }
}
