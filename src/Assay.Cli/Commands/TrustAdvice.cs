using System.Globalization;
using Assay.Primitives.Notes;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>What is wrong in a trust file's line, and the nearest thing that would work.</summary>
internal static class TrustAdvice
{
    private static readonly string[] Kinds = ["log", "witness", "group", "quorum", "node", "replayer", "auditor", "publisher", "policy-issuer", "platform-endorser", "revoked", "retired"];

    private static readonly Dictionary<string, string> Forms = new()
    {
        ["log"] = "log <verifier key> [<address>]",
        ["witness"] = "witness <name> <cosignature key> [<address>]",
        ["group"] = "group <name> <number|any|all> <name>...",
        ["quorum"] = "quorum <name of a witness or group, or none>",
        ["node"] = "node <64 digits 0-9a-f>",
        ["replayer"] = "replayer <name> <128 digits 0-9a-f>",
        ["auditor"] = "auditor <name> <128 digits 0-9a-f>",
        ["publisher"] = "publisher <name> <64 digits 0-9a-f, from 'assay publisher key'>",
        ["policy-issuer"] = "policy-issuer <name> <64 digits 0-9a-f> [<least version>]",
        ["platform-endorser"] = "platform-endorser <name> <64 digits 0-9a-f>",
        ["revoked"] = "revoked <64 digits 0-9a-f> <time like 2026-11-21T12:00:00Z>",
        ["retired"] = "retired <64 digits 0-9a-f> <time like 2026-11-21T12:00:00Z>",
    };

    /// <summary>The problem in a sentence.</summary>
    internal static string Message(string code) => code switch
    {
        TrustErrors.TooLarge => "The file is longer than 1 MiB or has more than 4096 statements.",
        TrustErrors.Utf8 => "The file isn't UTF-8.",
        TrustErrors.Control => "The line has a control character.",
        TrustErrors.UnknownKind => "The line's first word is no kind of statement.",
        TrustErrors.Words => "The line has too few or too many words.",
        TrustErrors.LogKey => "That is no key of a log.",
        TrustErrors.WitnessKey => "That is no key of a witness.",
        TrustErrors.PartyKey => "That is no P-256 key in 128 digits 0-9a-f.",
        TrustErrors.NodeDigest => "That is no key-set digest of 64 digits 0-9a-f.",
        TrustErrors.Publisher or TrustErrors.Thumbprint => "That is no thumbprint of 64 digits 0-9a-f.",
        TrustErrors.Version => "That is no version: 1 to 999999999999999.",
        TrustErrors.Time => "That is no time in the one spelling.",
        TrustErrors.Url => "That is no address.",
        TrustErrors.NameReserved => "Nothing can be called 'none'.",
        TrustErrors.Repeated => "The same statement, name or key stands above.",
        TrustErrors.WitnessIsLog => "One key can't be that of a log and of a witness: nobody is witness to itself.",
        TrustErrors.Threshold => "The number isn't one from 1 to the number of members.",
        TrustErrors.Undefined => "It names something that no line above defines as a witness or a group.",
        TrustErrors.MemberRepeated => "A name is a member of a group already.",
        TrustErrors.NoQuorum => "There are witnesses, but no line says how many of them are needed.",
        _ => "The trust file can't be read.",
    };

    /// <summary>The nearest thing that would work for a line.</summary>
    internal static string Nearest(string code, string line)
    {
        string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        string kind = words.Length > 0 ? words[0] : "";
        string form = Forms.TryGetValue(kind, out string? known) ? $"The form is: {known}" : $"Kinds are {string.Join(", ", Kinds)}.";
        return code switch
        {
            TrustErrors.UnknownKind when Similar(kind) is { } similar => $"Did you mean '{similar}'? The form is: {Forms[similar]}",
            TrustErrors.NodeDigest when words.Length > 1 && words[1].Length == 64 && words[1].All(char.IsAsciiHexDigit) => $"In lower case: {words[1].ToLowerInvariant()}",
            TrustErrors.Publisher or TrustErrors.Thumbprint when words.Length > 2 && words[2].Length == 64 && words[2].All(char.IsAsciiHexDigit) => $"In lower case: {words[2].ToLowerInvariant()}",
            TrustErrors.LogKey when words.Length > 1 && CosignatureKey.TryParse(words[1], out _) is not null => $"That is a witness's key: witness <name> {words[1]}",
            TrustErrors.WitnessKey when words.Length > 2 && NoteVerifierKey.TryParse(words[2], out _) is not null => $"That is a log's key: log {words[2]}",
            TrustErrors.Time when words.Length > 2 && DateTimeOffset.TryParse(words[2], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) =>
                string.Create(CultureInfo.InvariantCulture, $"Write {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            TrustErrors.Url => "An address begins with https:// or http://.",
            TrustErrors.Repeated when kind == "quorum" => "A file has one quorum; change the line that is there.",
            TrustErrors.Repeated or TrustErrors.WitnessIsLog => "Leave one of the two lines away.",
            TrustErrors.Undefined => "Define it on a line above: 'witness <name> <cosignature key>' or 'group …'.",
            TrustErrors.MemberRepeated => "Every witness counts in one group only.",
            TrustErrors.NameReserved => "Choose another name.",
            TrustErrors.NoQuorum => "Add 'quorum <name of a witness or group>' at the end, or 'quorum none'.",
            TrustErrors.Threshold => "'any', 'all', or a number up to the number of names that follow.",
            TrustErrors.TooLarge or TrustErrors.Utf8 or TrustErrors.Control => "It is a text file of few short lines; see spec/trust.md.",
            _ => form,
        };
    }

    private static string? Similar(string word) => Kinds.FirstOrDefault(kind => string.Equals(kind, word, StringComparison.OrdinalIgnoreCase))
        ?? Kinds.FirstOrDefault(kind => word.Length >= 3 && (kind.StartsWith(word, StringComparison.OrdinalIgnoreCase) || word.StartsWith(kind, StringComparison.OrdinalIgnoreCase) || word.Order().SequenceEqual(kind.Order())));
}
