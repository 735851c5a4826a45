using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Activation functions.</summary>
internal static class ElementOperators
{
    public static ImportValue? Relu(NodeContext node) =>
        node.Arity(1, 1) && node.Activation(0) is { } x ? new ClampNode(node.Name, node.Operator, x, 0, float.PositiveInfinity) : null;

    public static ImportValue? Clip(NodeContext node)
    {
        if (!node.Arity(1, 3) || node.Activation(0) is not { } x)
        {
            return null;
        }

        float lo = node.Version < 11 ? node.Float("min", float.NegativeInfinity) : Bound(node, 1, "min", float.NegativeInfinity);
        float hi = node.Version < 11 ? node.Float("max", float.PositiveInfinity) : Bound(node, 2, "max", float.PositiveInfinity);
        if (!node.Failed && !(lo < hi && lo < float.PositiveInfinity && hi > float.NegativeInfinity))
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its lower bound is not below its upper bound");
        }

        return node.Failed ? null : new ClampNode(node.Name, node.Operator, x, lo, hi);
    }

    public static ImportValue? Sigmoid(NodeContext node) => Function(node, ScalarFunction.Sigmoid);

    public static ImportValue? Tanh(NodeContext node) => Function(node, ScalarFunction.Tanh);

    public static ImportValue? Softmax(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Activation(0) is not { } x)
        {
            return null;
        }

        bool joins = node.Version < 13;
        int axis = node.Axis(node.Integer("axis", joins ? 1 : -1), x.Shape.Length + 1) - 1;
        if (node.Failed)
        {
            return null;
        }

        if (axis < 0)
        {
            return node.Fail(OnnxErrors.Batch, "axis 0 is the batch", "axis = -1");
        }

        int last = x.Shape.Length - 1;
        int after = Shapes.Product(x.Shape, axis + 1, x.Shape.Length);
        if (axis == last)
        {
            return new SoftmaxNode(node.Name, node.Operator, x);
        }

        if (!joins && after != 1)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, $"axis {axis + 1} of {last + 2} is not the last", "axis = -1");
        }

        // Before version 13 everything from the axis on is one vector; from it on, what follows is of size 1 here.
        ImmutableArray<int> shape = [.. x.Shape[..axis], x.Shape[axis] * after];
        FloatNode flat = new ReshapeNode(node.Name, node.Operator, x, shape);
        return new ReshapeNode(node.Name, node.Operator, new SoftmaxNode(node.Name, node.Operator, flat), x.Shape);
    }

    private static ImportValue? Function(NodeContext node, ScalarFunction function) =>
        node.Arity(1, 1) && node.Activation(0) is { } x ? new FunctionNode(node.Name, node.Operator, x, function) : null;

    private static float Bound(NodeContext node, int index, string what, float otherwise)
    {
        Constant? bound = node.KnownFloats(index, what, required: false, finite: false);
        if (bound is not null && (bound.Count != 1 || float.IsNaN(bound.Floats![0])))
        {
            node.Fail(OnnxErrors.Shape, $"'{what}' is not one number");
            return otherwise;
        }

        return bound?.Floats![0] ?? otherwise;
    }
}
