using System.CommandLine;
using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Models.Float;
using Assay.Models.Registration;
using Assay.Models.Store;
using Assay.Node.Serving;
using Assay.OnnxRuntime;
using Assay.Receipts;

namespace Assay.Cli.Commands;

/// <summary><c>assay model add --float</c>, and a float model in words; what it can't do comes first.</summary>
internal static class FloatModels
{
    /// <summary><c>--onnxruntime</c>.</summary>
    internal static Option<FileInfo?> LibraryOption() => new("--onnxruntime") { Description = "ONNX Runtime's library for float models; default: ASSAY_ONNXRUNTIME, else where eng/onnxruntime.sh installs it." };

    internal static int Add(Output output, string nodeFolder, FileInfo given, FileInfo? library, string? name, VerificationLevel? minimum, string? use)
    {
        string alias = name ?? (given.Name == "model.onnx" && given.Directory is { } folder ? folder.Name : Path.GetFileNameWithoutExtension(given.Name)).ToLowerInvariant();
        ModelTerms terms = new(alias, use ?? "", minimum, WeightsPublic: true) { IsExact = false };
        if (minimum is { } level && !terms.CanMeet(level))
        {
            throw new CliException(ExitCodes.CannotEvaluate, "verification_unsatisfiable", $"A float model can't have the minimum level '{level}': {string.Join("; ", terms.WhyNot(level))}.", "--minimum-level signed, or an exact program: leave --float away.");
        }

        // The library first: without it there is nothing to do, and the file needn't be read.
        FloatRuntime runtime = FloatRuntime.Load(library?.FullName);
        byte[] onnx = PackageFile.Read(given, PackageFile.DefaultMost);
        FloatModel? model = FloatModel.TryCreate(onnx, out RegistrationError? error);
        FloatModelStatement? statement = model is null ? null : FloatRegistration.TryDescribe(model, runtime, out error);
        if (statement is null)
        {
            throw new CliException(ExitCodes.CannotEvaluate, error!.Code, $"{given.Name} can't be served: {error}");
        }

        ModelStore store = NodeFolder.Store(nodeFolder);
        StoredModel stored = ModelCommands.Require(store.Put(model!, statement.ToJson()));
        ModelCommands.Require(store.SetAlias(alias, stored.Id, minimum?.ToString(), use));
        output.Line($"registered '{alias}'");
        Show(output, alias, (StoredModel.Float)stored, minimum?.ToString(), use, PapersText.Of(store, stored, null, null, TrustFiles.PathOf(null)));
        return ExitCodes.Met;
    }

    internal static void Show(Output output, string name, StoredModel.Float model, string? minimum, string? use, PapersText papers)
    {
        output.Line($"model id {model.Id}");
        output.Line("runs     float: ONNX Runtime runs the file as it is; another machine may give other last digits, so nobody can check an answer by replay");
        output.Line("levels   signed only: receipts say who answered what, not that it was computed right");
        output.Line($"source   {model.Source.Format}, SHA-256 {model.Source.Sha256}, {model.Source.Bytes:N0} bytes");
        output.Line($"use      {use ?? "not declared"}; minimum level: {minimum ?? "none"}");
        foreach (FloatTensor tensor in model.Statement.Inputs)
        {
            output.Line($"input    {Describe(tensor)}");
        }

        foreach (FloatTensor tensor in model.Statement.Outputs)
        {
            output.Line($"output   {Describe(tensor)}");
        }

        output.Line("fidelity none claimed: there is no exact program to compare with");
        papers.Close(output, name, model.Id.ToString(), "float", minimum, use, model.StatementBytes);
    }

    private static string Describe(FloatTensor tensor) => $"{tensor.Name} {tensor.ElementType} [{string.Join(", ", tensor.Shape.Select(static d => d < 0 ? "any" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
