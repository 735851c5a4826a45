using System.Collections.Immutable;
using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Models.Import.Operators;
using Onnx;

namespace Assay.Models.Import;

/// <summary>
/// Evaluates a node whose operands are all known: its first operand becomes a constant of the float graph, the operator
/// builds what it would build for a computed value, and the float interpreter runs that.
/// </summary>
internal static class ConstantEvaluation
{
    // Whole numbers beyond this are not exact as floats.
    private const long MaxExact = 1 << 24;

    public static NodeContext Run(NodeProto proto, ImportValue?[] inputs, ImportScope scope, OperatorImport import)
    {
        NodeContext context = new(proto, inputs, scope, hidden: false);
        if (inputs[0]?.Constant is not { } constant)
        {
            context.Fail(OnnxErrors.Arity, "input 0 is missing");
            return context;
        }

        if (constant.Integers is { } integers && Array.Exists(integers, i => Math.Abs(Math.Max(i, -long.MaxValue)) > MaxExact))
        {
            bool batch = Array.Exists(integers, i => i == Constant.Batch);
            context.Fail(
                batch ? OnnxErrors.Batch : OnnxErrors.UnsupportedForm,
                batch ? "it computes with the batch's size" : "it computes with constants above 2^24",
                batch ? "export with a fixed batch of 1" : null);
            return context;
        }

        if (constant.Count == 0 || !context.Take(constant.Count))
        {
            context.Fail(OnnxErrors.UnsupportedForm, "it computes with an empty constant");
            return context;
        }

        float[] floats = constant.Floats ?? Array.ConvertAll(constant.Integers!, i => (float)i);
        ConstantNode lifted = new(context.Name, "Constant", NodeContext.NodeShape(constant.Shape), floats);
        inputs[0] = new ImportValue(null, lifted, constant.Shape, inputs[0]!.Kind);
        GraphImport.Call(context, import);
        if (!context.Failed)
        {
            Evaluate(context, scope.Run.Budget);
        }

        return context;
    }

    private static void Evaluate(NodeContext context, ImportBudget budget)
    {
        ImmutableArray<FloatOutput> wanted = [.. context.Outputs.ToArray().Where(o => o?.Node is not null).Select(o => new FloatOutput(string.Empty, o!.Node!))];
        FloatGraph graph = FloatGraph.Build([], wanted);
        if (!budget.TryFold(graph.Nodes.Sum(n => n.Work + n.Count)))
        {
            context.Fail(OnnxErrors.Limits, "constants take more computing than the importer's limit");
            return;
        }

        FloatInterpreter interpreter = new(graph);
        interpreter.Run([]);
        for (int i = 0; i < context.Outputs.Length; i++)
        {
            if (context.Outputs[i] is not { Node: { } node } value || !context.Take(node.Count))
            {
                continue;
            }

            float[] floats = interpreter.Value(node).ToArray();
            // The limit itself may be what a larger number was rounded to.
            if (value.Kind != ElementKind.Float && !Array.TrueForAll(floats, f => Math.Abs(f) < MaxExact))
            {
                context.Fail(OnnxErrors.UnsupportedForm, "it computes whole numbers of 2^24 or more from constants");
                return;
            }

            Constant result = value.Kind == ElementKind.Float
                ? new Constant(value.Item, floats)
                : new Constant(value.Item, Array.ConvertAll(floats, f => (long)f));
            context.Set(i, ImportValue.Of(result, value.Kind));
        }
    }
}
