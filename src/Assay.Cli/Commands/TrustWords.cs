using System.Globalization;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>A trust file's statements, each with what it means.</summary>
internal static class TrustWords
{
    internal sealed record Statement(string Line, string Meaning);

    /// <summary>Every statement, as it would be written, in words; the quorum with what it comes to.</summary>
    internal static IReadOnlyList<Statement> Of(TrustFile file)
    {
        List<Statement> statements = [];
        statements.AddRange(file.Nodes.Select(static node => new Statement($"node {node}", "receipts of this key set count")));
        statements.AddRange(file.Logs.Select(static log => new Statement($"log {log.Key}{Address(log.Url)}", $"checkpoints of the log {log.Key.Name} count")));
        statements.AddRange(file.Witnesses.Select(static w => new Statement($"witness {w.Name} {w.Key}{Address(w.Url)}", $"cosignatures of {w.Key.Name} count, as {w.Name}")));
        statements.AddRange(file.Groups.Select(static g => new Statement(
            string.Create(CultureInfo.InvariantCulture, $"group {g.Name} {g.Threshold} {string.Join(' ', g.Members)}"),
            string.Create(CultureInfo.InvariantCulture, $"{g.Name} has cosigned if {g.Threshold} of these {g.Members.Count} have"))));
        statements.Add(new Statement($"quorum {file.Quorum ?? "none"}", file.Quorum is { } quorum
            ? $"a logged receipt counts only if its checkpoint was cosigned by {Expression(file, quorum)}"
            : "no witness is needed: that everybody sees the same log, and when a receipt was logged, is the operator's word"));
        statements.AddRange(file.Replayers.Select(static p => new Statement($"replayer {p.Name} {Hex(p)}", $"statements of {p.Name} about re-execution count")));
        statements.AddRange(file.Auditors.Select(static p => new Statement($"auditor {p.Name} {Hex(p)}", $"audits by {p.Name} count")));
        statements.AddRange(file.Publishers.Select(static p => new Statement($"publisher {p.Name} {p.Thumbprint}", $"what {p.Name} signs about models, and about the keys of their proofs, counts")));
        statements.AddRange(file.PolicyIssuers.Select(static p => new Statement(
            string.Create(CultureInfo.InvariantCulture, $"policy-issuer {p.Name} {p.Thumbprint}{(p.LeastVersion > 1 ? $" {p.LeastVersion}" : "")}"),
            string.Create(CultureInfo.InvariantCulture, $"what attested hardware must show may be said by {p.Name}{(p.LeastVersion > 1 ? $", in version {p.LeastVersion} or a later one" : "")}"))));
        statements.AddRange(file.PlatformEndorsers.Select(static p => new Statement($"platform-endorser {p.Name} {p.Thumbprint}", $"what {p.Name} signs about who holds a machine counts")));
        statements.AddRange(file.Ends.Select(static end => new Statement(
            string.Create(CultureInfo.InvariantCulture, $"{(end.Revoked ? "revoked" : "retired")} {end.KeySet} {end.At:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            $"receipts of this key set count only if the quorum of witnesses saw them before{(end.Revoked ? ", and it vouches for no other keys" : "")}")));
        return statements;
    }

    private static string Expression(TrustFile file, string name)
    {
        if (file.Groups.FirstOrDefault(g => g.Name == name) is not { } group)
        {
            return name;
        }

        string members = string.Join(", ", group.Members.Select(member => Expression(file, member)));
        return group.Members.Count == 1 ? members
            : group.Threshold == group.Members.Count ? $"all of ({members})"
            : string.Create(CultureInfo.InvariantCulture, $"{group.Threshold} of ({members})");
    }

    private static string Address(string? url) => url is null ? "" : " " + url;

    private static string Hex(TrustedParty party) => Convert.ToHexStringLower(party.Key.ToArray());
}
