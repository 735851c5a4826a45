using System.CommandLine;
using System.Globalization;
using Assay.Cli.Console;
using Assay.Files;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay keyset</c>: the keys with which a node signs, on a folder where no node is running.</summary>
internal static class KeySetCommands
{
    internal static Command Create() => new("keyset", "The node's own keys: show, rotate, revoke. Stop the node first.") { Show(), Rotate(), Revoke(), KeyProtectCommand.Create() };

    private static Command Show() => new Command("show", "List the node's key sets, first to last.") { NodeFolder.Option, NodeKeyOptions.PassphraseFile }.Do(async (parsed, output, cancellation) =>
    {
        using KeyPassphrase? passphrase = NodeKeyOptions.Passphrase(parsed);
        NodeKeyHistory history = await KeyChange.HistoryAsync(NodeFolder.Of(parsed), TimeProvider.System, passphrase).ConfigureAwait(false);
        output.Line($"node     {history.Current.Origin}");
        foreach (KeySet set in history.Sets)
        {
            string state = history.RevocationOf(set) is { } revocation ? $"revoked from {Time(revocation.From)}: {revocation.Reason}"
                : set.Digest == history.Current.Digest ? "in force" : "retired";
            output.Line($"keys     {set.Digest}  valid {Time(set.NotBefore)} to {Time(set.NotAfter)}, {state}");
        }

        output.Json(json =>
        {
            json.WriteString("origin", history.Current.Origin);
            json.WriteStartArray("keySets");
            foreach (KeySet set in history.Sets)
            {
                json.WriteStartObject();
                json.WriteString("digest", set.Digest.ToString());
                json.WriteString("notBefore", Time(set.NotBefore));
                json.WriteString("notAfter", Time(set.NotAfter));
                json.WriteBoolean("inForce", set.Digest == history.Current.Digest);
                json.WriteString("revokedFrom", history.RevocationOf(set) is { } revocation ? Time(revocation.From) : null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        return ExitCodes.Met;
    });

    private static Command Rotate() => new Command("rotate", "Go on with a new receipt key. Earlier receipts stay good; the old key's file is deleted.") { NodeFolder.Option, NodeKeyOptions.PassphraseFile }.Do(async (parsed, output, cancellation) =>
    {
        using KeyPassphrase? passphrase = NodeKeyOptions.Passphrase(parsed);
        (KeySet keySet, ulong index) = await KeyChange.RotateAsync(NodeFolder.Of(parsed), TimeProvider.System, passphrase: passphrase).ConfigureAwait(false);
        output.Line($"keys     {keySet.Digest}  in force from entry {index} of the log on");
        output.Line("next     start the node. Trust files that name an earlier key set go on working: receipts bring the rotation with them.");
        output.Json(json =>
        {
            json.WriteString("keySet", keySet.Digest.ToString());
            json.WriteNumber("logIndex", index);
        });
        return ExitCodes.Met;
    });

    private static Command Revoke()
    {
        Argument<string> digest = new("key-set") { Description = "The key set's digest, as 'assay keyset show' prints it." };
        Option<string> from = new("--from") { Description = "From when on its signatures don't count, for example 2026-11-20T08:00:00Z.", Required = true };
        Option<string> reason = new("--reason") { Description = "Why, in a few words; public.", Required = true };
        return new Command("revoke", "Say that what a key set signed doesn't count from a moment on. Rotate first if it is the one in force.") { digest, from, reason, NodeFolder.Option, NodeKeyOptions.PassphraseFile }.Do(async (parsed, output, cancellation) =>
        {
            if (!Digest32.TryParseHex(parsed.GetRequiredValue(digest), out Digest32 keySet))
            {
                throw CliException.Usage("a key set is named by 64 hexadecimal digits; 'assay keyset show' prints them");
            }

            if (!DateTimeOffset.TryParseExact(parsed.GetRequiredValue(from), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment))
            {
                throw CliException.Usage("--from is a time in UTC like 2026-11-20T08:00:00Z");
            }

            using KeyPassphrase? passphrase = NodeKeyOptions.Passphrase(parsed);
            ulong index;
            KeySet inForce;
            try
            {
                (index, inForce) = await KeyChange.RevokeAsync(NodeFolder.Of(parsed), keySet, moment, parsed.GetRequiredValue(reason), TimeProvider.System, passphrase).ConfigureAwait(false);
            }
            catch (ArgumentException)
            {
                throw CliException.Usage("--reason has up to 200 printable ASCII characters, and --from lies between 1970 and 9999");
            }

            output.Line($"revoked  {keySet} from {Time(moment.ToUnixTimeMilliseconds())}, by entry {index} of the log");
            output.Line($"tell     those who verify: receipts fetched from now on bring it with them; for older files the trust file takes these lines");
            output.Line($"         node {inForce.Digest}");
            output.Line($"         revoked {keySet} {Time(moment.ToUnixTimeMilliseconds())}");
            output.Json(json =>
            {
                json.WriteString("keySet", keySet.ToString());
                json.WriteString("from", Time(moment.ToUnixTimeMilliseconds()));
                json.WriteNumber("logIndex", index);
                json.WriteString("inForce", inForce.Digest.ToString());
            });
            return ExitCodes.Met;
        });
    }

    private static string Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
