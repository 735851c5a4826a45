using Google.Protobuf;
using Onnx;

namespace Assay.Models.Import;

/// <summary>
/// Reads an ONNX file (operator sets 1 to 21, inference graphs of the operators in docs/models.md) into a
/// <see cref="Graph.FloatGraph"/>: decodes it by ONNX's own message definition, folds constants and shapes, lowers
/// operators to a small set of nodes, and folds scales, offsets and chains of element-wise functions. Never throws on hostile bytes; memory and
/// time are bounded by <see cref="ImportLimits"/>.
/// </summary>
public static class OnnxImporter
{
    private static readonly MessageParser<ModelProto> Parser = ModelProto.Parser.WithDiscardUnknownFields(true);

    /// <summary>A graph, or errors that each name a code and, where one is at fault, the node and its operator.</summary>
    /// <param name="onnx">The file.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="options">What the file leaves open: symbolic dimensions, inputs bound to constants, the reading of shapes.</param>
    public static ImportResult Import(ReadOnlySpan<byte> onnx, ImportLimits? limits = null, ImportOptions? options = null)
    {
        limits ??= new ImportLimits();
        options ??= new ImportOptions();
        if (WireScan.Check(onnx, limits) is { } code)
        {
            return Failed(code, code == OnnxErrors.Limits ? "the file is larger, or has more parts, than the importer's limit" : "the file is not an ONNX model");
        }

        ModelProto model;
        try
        {
            model = Parser.ParseFrom(onnx);
        }
        catch (InvalidProtocolBufferException)
        {
            return Failed(OnnxErrors.Decode, "the file is not an ONNX model");
        }

        if (model.Graph is null || model.Graph.Output.Count == 0)
        {
            return Failed(OnnxErrors.Incomplete, "the file has no graph, or a graph without outputs");
        }

        OperatorSetIdProto? set = model.OpsetImport.FirstOrDefault(o => IsStandard(o.Domain));
        if (set is null || set.Version is < 1 or > 21)
        {
            string found = set is null ? "none" : NodeContext.Printable(set.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return Failed(OnnxErrors.OperatorSet, $"operator set version {found}; 1 to 21 are supported", "export with opset_version=17");
        }

        if (model.Graph.Node.Count > limits.MaxNodes)
        {
            return Failed(OnnxErrors.Limits, $"the graph has {model.Graph.Node.Count} nodes, at most {limits.MaxNodes} are allowed");
        }

        int version = (int)set.Version;
        int bytes = onnx.Length;
        return options.Shapes switch
        {
            ShapeReading.Batch => Run(hidden: true),
            ShapeReading.Literal => Run(hidden: false),
            _ => Either(Run(hidden: true)),
        };

        ImportResult Run(bool hidden) => new GraphImport(model.Graph, version, options, limits, bytes, hidden).Run();

        // What mixes items of a batch may still make sense for one item.
        ImportResult Either(ImportResult batch)
        {
            if (batch.Graph is not null || batch.Errors.All(e => e.Code is OnnxErrors.Limits or OnnxErrors.DuplicateName or OnnxErrors.UnsupportedOperator))
            {
                return batch;
            }

            ImportResult literal = Run(hidden: false);
            return literal.Graph is not null || batch.Errors.Any(e => e.Code == OnnxErrors.Batch) ? literal : batch;
        }
    }

    internal static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    private static ImportResult Failed(string code, string message, string? hint = null) =>
        ImportResult.Failed(new ImportError(code, null, null, message, hint));
}
