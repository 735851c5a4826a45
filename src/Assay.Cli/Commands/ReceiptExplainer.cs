using System.Globalization;
using System.Text;
using Assay.Chat;
using Assay.Cli.Console;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary>A receipt's fields, one a line: what the node stated, whether shown, absent or only there as a hash.</summary>
internal static class ReceiptExplainer
{
    internal static void Explain(Output output, Bundle bundle)
    {
        ReceiptStatement statement = bundle.Envelope.Statement;
        List<(string Name, string State, string Value)> fields =
        [
            ("statement.id", "signed", statement.Id.ToString()),
            ("statement.issued_at", "signed", Time(statement.IssuedAt)),
            ("statement.counter", "signed", statement.Counter.ToString(CultureInfo.InvariantCulture)),
            ("statement.level", "signed", PolicyDocument.Find(statement.Policy)?.Level.ToString() ?? $"unknown policy {statement.Policy}"),
            ("statement.level_source", "signed", LevelSources.Text(statement.LevelSource)),
            ("statement.phase", "signed", statement.Phase.ToString().ToLowerInvariant()),
            ("statement.digest", "derived", bundle.Envelope.Digest.ToString()),
            ("batch", "signed", $"statement {bundle.Envelope.Index + 1} of {bundle.Envelope.Size} under one signature"),
            ("keyset.origin", "signed", bundle.KeySet.Origin),
            ("keyset.digest", "derived", bundle.KeySet.Digest.ToString()),
        ];
        foreach (ClaimField field in ClaimRegistry.Fields)
        {
            LeafState state = bundle.Claims.State(field);
            fields.Add((field.Name, state.ToString().ToLowerInvariant(), state == LeafState.Redacted ? "(only its salted hash is here)" : Value(bundle.Claims, field) ?? "-"));
        }

        for (int i = 0; i < bundle.Output.Parts.Count; i++)
        {
            TensorValue? part = bundle.Output.Parts[i];
            fields.Add(($"output part {i + 1}", part is null ? "redacted" : "present", part is null ? "(only its salted hash is here)" : part.Datatype == TensorValue.Text ? $"{part.Name}: {Excerpt(part.Data.Span)}" : Shape(part)));
        }

        IReadOnlyList<Digest32> messages = bundle.Claims.Digests(ClaimRegistry.RequestMessages) ?? [];
        for (int i = 0; i < messages.Count; i++)
        {
            SealedMessage? shown = bundle.FindAttachment(messages[i]) is { } sealedOne ? SealedMessage.TryDecode(sealedOne.Content) : null;
            fields.Add(($"messages.{i}", shown is null ? "sealed" : "present", shown is null ? "(only its salted digest is here)" : $"{shown.Role}: {Excerpt(shown.Raw.Span)}"));
        }

        foreach (Attachment attachment in bundle.Attachments.Where(attachment => !messages.Contains(attachment.Digest)))
        {
            fields.Add(("attachment", "present", $"{attachment.Content.Length:N0} bytes, SHA-256 {attachment.Digest}"));
        }

        fields.Add(("log", bundle.LogProof is null ? "absent" : "present", bundle.LogProof is { } proof ? $"entry {proof.Index}, with an inclusion proof of {proof.Path.Length} hashes" : "not yet in a checkpoint when this file was fetched"));
        foreach (AttachedEndorsement item in bundle.Endorsements)
        {
            string evidence = item.Evidence is { } bytes ? $"evidence of {bytes.Length:N0} bytes" : "its evidence isn't here";
            fields.Add(("endorsement", "present", $"{EndorsementNames.Id(item.Endorsement.Finding)} by {PolicyNames.Id(item.Endorsement.By)}, by {item.Endorsement.Issuer.Thumbprint()}; {evidence}{Settlement(item)}"));
        }

        if (bundle.Material is { } material)
        {
            fields.Add(("material", "present", $"{material.Length:N0} bytes for the evidence of attested hardware: the vendors' collateral, policies"));
        }

        int width = fields.Max(static f => f.Name.Length);
        foreach ((string name, string state, string value) in fields)
        {
            output.Line($"{name.PadRight(width)}  {state,-8}  {value}");
        }

        output.Line();
        output.Line("This is what the node stated. Whether it holds is another question: assay verify.");
        output.Json(json =>
        {
            json.WriteStartArray("fields");
            foreach ((string name, string state, string value) in fields)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("state", state);
                json.WriteString("value", value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static string Settlement(AttachedEndorsement item) =>
        item.Endorsement.By == Basis.Settlement && item.Evidence is { } bytes && SettlementEvidence.TryDecode(bytes.Span) is { } settlement
            ? $": {EvmAmount.Text(settlement.Amount)} of token {settlement.Token} on {settlement.Network}, from {settlement.Payer} to {settlement.Payee}, {(settlement.Transaction is { } hash ? $"transaction 0x{hash}" : "no transaction")}"
            : "";

    private static string? Value(DisclosedClaims claims, ClaimField field) => field.Type switch
    {
        ClaimType.Text => claims.Text(field),
        ClaimType.Digest => claims.Digest(field)?.ToString(),
        ClaimType.Bytes => claims.Bytes(field) is { } bytes ? Convert.ToHexStringLower(bytes) : null,
        ClaimType.UInt when claims.UInt(field) is { } number => field.Label is "received" or "started" or "finished"
            ? Time((long)(number / 1000))
            : number.ToString(CultureInfo.InvariantCulture),
        ClaimType.Texts => claims.Texts(field) is { } texts ? string.Join("; ", texts) : null,
        ClaimType.Digests when field == ClaimRegistry.RequestMessages => claims.Digests(field) is { } sealedOnes ? string.Create(CultureInfo.InvariantCulture, $"{sealedOnes.Count}, each by itself: messages.0 …") : null,
        ClaimType.Digests => claims.Digests(field) is { } digests ? string.Join("; ", digests) : null,
        ClaimType.Tensors => claims.Tensors(field) is { } tensors ? string.Join("; ", tensors.Select(Shape)) : null,
        _ => null,
    };

    // Enough to recognise a text; the whole one is in the answer.
    private static string Excerpt(ReadOnlySpan<byte> utf8)
    {
        const int Most = 160;
        string text = Encoding.UTF8.GetString(utf8).ReplaceLineEndings(" ");
        return Output.Harmless(text.Length <= Most ? text : string.Concat(text.AsSpan(0, Most), "…"));
    }

    private static string Shape(TensorValue tensor) => $"{tensor.Name} {tensor.Datatype} [{string.Join(',', tensor.Shape)}], {tensor.Data.Length:N0} bytes";

    private static string Time(long unixMilliseconds) => unixMilliseconds is >= 0 and <= ReceiptStatement.MaxUnixMilliseconds
        ? DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", CultureInfo.InvariantCulture) + " (the node's clock)"
        : "out of range";
}
