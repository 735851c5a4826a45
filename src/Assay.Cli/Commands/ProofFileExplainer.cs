using Assay.Cli.Console;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>What a proof file shows (spec/proofs.md, "A proof file"): the checks of a receipt's proof, without a receipt.</summary>
internal static class ProofFileExplainer
{
    /// <summary>Exit 0: proved for a model that somebody vouches for; 2: proved for the committed weights, and nobody does; 1: not proved; 3: unreadable.</summary>
    internal static int Show(Output output, byte[] bytes, TrustFile? trust, ExactModel? here)
    {
        if (ProofFile.TryDecode(bytes, out string? error) is not { } file)
        {
            throw new CliException(ExitCodes.CannotEvaluate, error!, "The proof file can't be read.");
        }

        if (ProofKey.Read(file.Proof.Key.Span, out ProofError? unreadable) is not { } key)
        {
            throw new CliException(ExitCodes.CannotEvaluate, unreadable!.Code, $"The proof key can't be read: {unreadable.Message}");
        }

        LocalWeights.Require(here, key.ModelId);
        IModelWeights? weights = here is null ? null : new LocalWeights(here);
        string? broken = ProofAppraisal.Holds(file.Proof, key, file.Inputs, file.Outputs, null, out int bits);
        IReadOnlyList<RegistrationFact> registrations = ProofAppraisal.Registrations(file.Proof, key, trust, []);
        string? untied = ProofAppraisal.Tie(key, registrations, weights, out bool byWeights);
        output.Line($"model    {key.ModelId}");
        output.Line($"key      {key.Digest}");
        output.Line($"proof    {file.Proof.Proof.Length:N0} bytes, {file.Proof.Batch} {(file.Proof.Batch == 1 ? "run" : "runs")}");
        foreach (RegistrationFact fact in registrations)
        {
            output.Line($"signed   {(fact.Name is { } name ? $"'{name}'" : fact.Issuer.ToString())}: the key's weights are the model's; {(fact.Status == RegistrationStatus.Counts ? "counts" : $"DOESN'T COUNT [{VerdictNames.Id(fact.Status)}]")}");
        }

        output.Line(broken is null
            ? $"PROVED   With the weights that the key commits to, these inputs give these outputs ({bits} bits)."
            : $"NOT PROVED. {Words(broken)} [{broken}]");
        output.Line(untied is null
            ? $"         These are the model's weights: {(byWeights ? "computed again here." : "a publisher that you name says so.")}"
            : $"         Whether these are the model's weights: {Words(untied)} [{untied}]{(weights is null ? " 'assay trust add publisher NAME THUMBPRINT' names who says so; '--weights FOLDER' computes it here." : "")}");
        output.Line("         Nobody signed inputs and outputs, and nothing says when. A proof shows that nothing was changed, and hides nothing:");
        output.Line("         treat the inputs, and the model's weights, as known to whoever holds proofs.");
        output.Line();
        if (broken is null)
        {
            TensorPrinter.Print(output, file.Outputs);
        }

        output.Json(json =>
        {
            json.WriteString("modelId", key.ModelId.ToString());
            json.WriteString("key", key.Digest.ToString());
            json.WriteNumber("bytes", file.Proof.Proof.Length);
            json.WriteNumber("runs", file.Proof.Batch);
            json.WriteString("proof", broken ?? "pass");
            json.WriteString("model", untied ?? "pass");
            json.WriteNumber("bits", bits);
        });
        return broken is not null ? ExitCodes.Untrusted : untied is not null ? ExitCodes.PolicyNotMet : ExitCodes.Met;
    }

    // The verdict's own sentences, with a receipt's words where they fit a file too.
    private static string Words(string code) => VerdictWords.OfDetail(code);
}
