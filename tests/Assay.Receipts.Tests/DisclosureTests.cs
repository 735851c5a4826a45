using Assay.Primitives;

namespace Assay.Receipts.Tests;

public sealed class DisclosureTests
{
    private static readonly Bundle Whole = Sample.Bundle();

    [Fact]
    public void Redact_Anything_KeepsTheRoots()
    {
        Random random = new(5);
        string[] names = [.. ClaimRegistry.Fields.Select(static f => f.Name), "outputs.class", "outputs.scores", "attachments.request", "attachments.response", "attachments.statement"];
        for (int i = 0; i < 200; i++)
        {
            string[] keep = [.. names.Where(_ => random.Next(3) == 0)];
            Bundle shown = Redact(Whole, keep);
            Bundle? read = Bundle.TryDecode(shown.Encode(), out string? error);

            Assert.Null(error);
            Assert.Equal(Whole.Envelope.Statement.ClaimsRoot, read!.Claims.Root());
            Assert.Equal(Whole.Envelope.Statement.OutputRoot, read.Output.Root());
            foreach (ClaimField field in ClaimRegistry.Fields)
            {
                bool kept = keep.Contains(field.Name) || NamesKeptAttachment(keep, field);
                Assert.Equal(kept ? Whole.Claims.State(field) : LeafState.Redacted, read.Claims.State(field));
            }

            Assert.Equal(keep.Contains("outputs.scores"), read.Output.Parts[0] is not null);
            Assert.Equal(keep.Contains("outputs.class"), read.Output.Parts[1] is not null);
            Assert.Equal(keep.Count(static k => k is "attachments.request" or "attachments.response"), read.Attachments.Count);
        }
    }

    [Fact]
    public void Redact_GroupsAndAllOutputs_CanBeNamedAtOnce()
    {
        Bundle shown = Redact(Whole, "model", "outputs");

        Assert.Equal(ClaimRegistry.Fields.Count - 5, shown.Claims.RedactedCount);
        Assert.Equal(0, shown.Output.RedactedCount);
        Assert.Empty(shown.Attachments);
    }

    [Fact]
    public void Redact_Everything_LeavesNoContentInTheBytes()
    {
        byte[] shown = Redact(Whole).Encode();

        foreach (byte[] secret in new[] { "digits"u8.ToArray(), Sample.Request, Sample.Response, Sample.Inputs[0].Data.ToArray(), Sample.Outputs[0].Data.ToArray(), Digest32.Sha256(Sample.Request).ToArray(), "team-a"u8.ToArray() })
        {
            Assert.Equal(-1, shown.AsSpan().IndexOf(secret));
        }
    }

    [Fact]
    public void Redact_Redacted_StaysRedacted()
    {
        Bundle shown = Redact(Redact(Whole, "model.name"), "model", "request", "attachments.request");

        Assert.Equal(LeafState.Disclosed, shown.Claims.State(ClaimRegistry.ModelName));
        Assert.Equal(ClaimRegistry.Fields.Count - 1, shown.Claims.RedactedCount);
        Assert.Empty(shown.Attachments);
        Assert.Equal(Whole.Envelope.Statement.ClaimsRoot, shown.Claims.Root());
    }

    [Fact]
    public void Redact_UnknownField_IsRefused()
    {
        foreach (string name in new[] { "model.nome", "", "outputs.other", "attachments", "attachments.other" })
        {
            Assert.Null(Whole.Redact([name], out string? error, out string? field));
            Assert.Equal(ReceiptErrors.DiscloseUnknownField, error);
            Assert.Equal(name, field);
        }
    }

    private static Bundle Redact(Bundle bundle, params string[] keep) =>
        bundle.Redact(keep, out string? error, out string? field) ?? throw new InvalidOperationException($"{error} {field}");

    private static bool NamesKeptAttachment(string[] keep, ClaimField field) =>
        (field == ClaimRegistry.RequestWireDigest && keep.Contains("attachments.request"))
        || (field == ClaimRegistry.OutputWireDigest && keep.Contains("attachments.response"))
        || (field == ClaimRegistry.ModelStatement && keep.Contains("attachments.statement"));
}
