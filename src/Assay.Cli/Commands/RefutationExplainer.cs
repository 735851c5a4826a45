using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>Says what an endorsement's file shows (an item as a peer gives it out): who says what about which receipt, and what that is worth.</summary>
internal static class RefutationExplainer
{
    /// <summary>Whether a file claims to be one: CBOR, an array of four. Bundles are maps.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> file) => file.Length > 0 && file[0] == 0x84;

    internal static int Show(Output output, byte[] file, byte[]? receiptFile, TrustFile? trust)
    {
        AttachedEndorsement item = AttachedEndorsement.TryDecode(file, out string? error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, "This begins like a peer's endorsement and can't be read as one.");
        Bundle? receipt = receiptFile is null ? null : Bundle.TryDecode(receiptFile, out error)
            ?? throw new CliException(ExitCodes.CannotEvaluate, error!, "The file after --receipt isn't a receipt.");
        Endorsement said = item.Endorsement;
        ReplayEvidence? evidence = item.Evidence is { } bytes ? ReplayEvidence.TryDecode(bytes, out _) : null;
        string? fault = FaultOf(item, evidence);
        string? mismatch = fault is null && receipt is not null ? MismatchOf(item, evidence!, receipt) : null;
        bool refutes = fault is null && mismatch is null && said.Finding == EndorsementFinding.Refuted;

        output.Line($"by       {said.Issuer.Thumbprint()}{NameOf(said, trust)}");
        output.Line($"at       {DateTimeOffset.FromUnixTimeMilliseconds(said.At):yyyy-MM-dd HH:mm:ss} UTC by its own clock");
        output.Line($"receipt  {said.Receipt}{(receipt is null ? "" : said.Receipt == receipt.Envelope.Digest ? "  (the file that you gave)" : $"\n         the file that you gave is {receipt.Envelope.Digest}")}");
        if (evidence is not null)
        {
            output.Line($"peer's   {evidence.Commitment.Outputs?.ToString() ?? "none: the program refuses these inputs"}");
            output.Line($"node's   {evidence.NodeOutputs}  (salted digests of the outputs)");
        }

        foreach (string line in Conclude(fault, mismatch, said.Finding))
        {
            output.Line(line);
        }

        output.Json(json =>
        {
            json.WriteString("kind", "endorsement");
            json.WriteString("result", fault is not null ? "worthless" : mismatch is not null ? "other-receipt" : EndorsementNames.Id(said.Finding));
            json.WriteString("code", fault ?? mismatch);
            json.WriteString("peer", said.Issuer.Thumbprint().ToString());
            json.WriteString("name", trust?.Replayers.FirstOrDefault(r => r.Key == said.Issuer)?.Name);
            json.WriteNumber("at", said.At);
            json.WriteString("endorsement", said.Digest.ToString());
            json.WriteString("receipt", said.Receipt.ToString());
            json.WriteString("inputs", evidence?.Commitment.Inputs.ToString());
            json.WriteString("peerOutputs", evidence?.Commitment.Outputs?.ToString());
            json.WriteString("nodeOutputs", evidence?.NodeOutputs.ToString());
        });

        // As with a fork proof: only a refutation that holds is a reason to distrust. What doesn't hold, or refutes nothing, says nothing about the node.
        return refutes ? ExitCodes.Untrusted : ExitCodes.CannotEvaluate;
    }

    // Null, or why nothing follows from the file.
    private static string? FaultOf(AttachedEndorsement item, ReplayEvidence? evidence)
    {
        Endorsement said = item.Endorsement;
        return said.Verify()
            ?? (said.By != Basis.Replay || said.Finding == EndorsementFinding.Expired ? "endorsement/basis"
            : evidence is null || said.Evidence != Digest32.Sha256(item.Evidence!.Value.Span) || evidence.Finding != said.Finding || evidence.Commitment.Receipt != said.Receipt ? "endorsement/evidence"
            : evidence.Commitment.Verify(said.Issuer));
    }

    // Null, or what doesn't fit the receipt at hand. Redacted fields can't be compared, nor inputs and outputs without the opening.
    private static string? MismatchOf(AttachedEndorsement item, ReplayEvidence evidence, Bundle receipt)
    {
        if (item.Endorsement.Receipt != receipt.Envelope.Digest)
        {
            return "endorsement/other-receipt";
        }

        bool fits = true;
        if (item.Opening is { } opening)
        {
            fits &= !(receipt.Claims.Digest(ClaimRegistry.ModelModelId) is { } model && TensorDigest.Of(opening.Span, new ModelId(model)) != evidence.Commitment.Model);
            fits &= !(receipt.Claims.Tensors(ClaimRegistry.RequestInputs) is { } inputs && TensorDigest.Of(opening.Span, inputs) != evidence.Commitment.Inputs);
            fits &= !(receipt.Output.AllParts is { } outputs && TensorDigest.Of(opening.Span, outputs) != evidence.NodeOutputs);
        }

        return fits ? null : "endorsement/evidence";
    }

    private static string[] Conclude(string? fault, string? mismatch, EndorsementFinding finding) => fault is not null
        ? [$"nothing  The file is worth nothing: it isn't what its issuer signed, or its parts contradict each other [{fault}]. It says nothing about the node."]
        : mismatch is not null
        ? [mismatch == "endorsement/other-receipt"
            ? $"other    This is about another receipt than the one that you gave [{mismatch}]."
            : $"nothing  It names the receipt that you gave, and isn't about what that holds [{mismatch}]."]
        : finding == EndorsementFinding.Established
        ? ["right    This peer says: it ran that program, before it saw the node's outputs, and got the same. It refutes nothing.",
            "         It counts for a receipt whose bundle holds it, if your trust file names the peer: assay verify <receipt>."]
        : ["REFUTED  This peer says: it ran that program on the receipt's inputs, bound itself to what came out, and was then",
            "         shown other outputs that the node had signed. The two digests differ: one of the two is wrong.",
            "         The signature shows who says so, and not who is right. With the receipt and the program anyone can see:",
            "         assay verify <receipt> --replay <folder>. The file shows no inputs, no outputs, and not who asked."];

    private static string NameOf(Endorsement said, TrustFile? trust) => trust is null ? ""
        : trust.Replayers.FirstOrDefault(r => r.Key == said.Issuer) is { } named ? $"  ('{named.Name}' in your trust file)"
        : "  (not in your trust file: whoever it is, its word needn't count)";
}
