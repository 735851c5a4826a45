using Assay.Cli.Console;
using Assay.Cli.Hub;
using Assay.Models.Registration;
using Assay.Models.Store;

namespace Assay.Cli.Commands;

/// <summary>A float model in words; what it can't do comes first.</summary>
internal static class FloatModelText
{
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
        papers.Lines(output);
        output.Json(json =>
        {
            json.WriteString("name", name);
            json.WriteString("modelId", model.Id.ToString());
            json.WriteString("kind", "float");
            json.WriteString("minimumLevel", minimum);
            json.WriteString("declaredUse", use);
            json.WritePropertyName("statement");
            json.WriteRawValue(model.StatementBytes.Span);
            papers.Json(json);
        });
    }

    private static string Describe(FloatTensor tensor) => $"{tensor.Name} {tensor.ElementType} [{string.Join(", ", tensor.Shape.Select(static d => d < 0 ? "any" : d.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
