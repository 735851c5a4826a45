using System.Collections.Immutable;
using Onnx;
using AttributeType = Onnx.AttributeProto.Types.AttributeType;

namespace Assay.Models.Import.Operators;

/// <summary>Constants, shapes, and what changes nothing.</summary>
internal static class Constants
{
    /// <summary>A tensor, number or list that an attribute holds.</summary>
    public static ImportValue? Constant(NodeContext node)
    {
        if (node.Attribute("value", AttributeType.Tensor) is { T: { } tensor })
        {
            return Decode(node, tensor);
        }

        if (node.Attribute("value_float", AttributeType.Float) is { } single)
        {
            return new Constant([], [single.F]);
        }

        if (node.Attribute("value_int", AttributeType.Int) is { } integer)
        {
            return new Constant([], [integer.I]);
        }

        if (node.Attribute("value_floats", AttributeType.Floats) is { } floats)
        {
            return new Constant([floats.Floats.Count], floats.Floats.ToArray());
        }

        if (node.Attribute("value_ints", AttributeType.Ints) is { } integers)
        {
            return new Constant([integers.Ints.Count], integers.Ints.ToArray());
        }

        return node.Fail(OnnxErrors.Attribute, "it has no dense numeric value", "attribute 'value' with a dense tensor");
    }

    /// <summary>One value for all elements of a constant shape.</summary>
    public static ImportValue? ConstantOfShape(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.KnownIntegers(0, "shape") is not { } dimensions)
        {
            return null;
        }

        Constant value = new([1], [0f]);
        if (node.Attribute("value", AttributeType.Tensor) is { T: { } tensor })
        {
            if (Decode(node, tensor) is not { Constant: { Count: 1 } given })
            {
                return node.Fail(OnnxErrors.Attribute, "attribute 'value' must hold one element");
            }

            value = given;
        }

        long count = 1;
        foreach (long dimension in dimensions)
        {
            if (dimension == Import.Constant.Batch)
            {
                return node.Fail(OnnxErrors.Batch, "it fills a constant of the batch's size", "export with a fixed batch of 1");
            }

            if (dimension is < 0 or > int.MaxValue || dimensions.Length > ImportLimits.MaxRank || (count *= dimension) > node.Budget.Constants)
            {
                return node.Fail(OnnxErrors.Limits, "the constant's shape is out of range");
            }
        }

        return node.Take(count) && !node.Failed ? value.Pick([.. dimensions.Select(d => (int)d)], new int[count]) : null;
    }

    /// <summary>The dimensions of a value, or those from start to end.</summary>
    public static ImportValue? Shape(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImmutableArray<long> full = node.FullShape(node.Input(0));
        long start = Limit(node.Integer("start", 0), full.Length);
        long end = Limit(node.Integer("end", full.Length), full.Length);
        long[] picked = start < end ? full[(int)start..(int)end].ToArray() : [];
        return node.Failed ? null : new Constant([picked.Length], picked);

        static long Limit(long value, int rank) => Math.Clamp(value < 0 && value >= -rank ? value + rank : value, 0, rank);
    }

    /// <summary>The number of elements of a value.</summary>
    public static ImportValue? Size(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImmutableArray<long> full = node.FullShape(node.Input(0));
        return full.Contains(Import.Constant.Batch)
            ? node.Fail(OnnxErrors.Batch, "it computes with the batch's size", "export with a fixed batch of 1")
            : new Constant([], [full.Aggregate(1L, (a, b) => a * b)]);
    }

    /// <summary>The numbers from start to limit (not included) in steps of delta, all constant.</summary>
    public static ImportValue? Range(NodeContext node)
    {
        if (!node.Arity(3, 3))
        {
            return null;
        }

        (double start, double limit, double delta) = (node.Number(0, "start", 0), node.Number(1, "limit", 0), node.Number(2, "delta", 1));
        double length = Math.Max(0, Math.Ceiling((limit - start) / delta));
        if (node.Failed || delta == 0 || !(length <= int.MaxValue) || !node.Take((long)length))
        {
            return node.Fail(OnnxErrors.Limits, "its numbers are too many");
        }

        IEnumerable<int> places = Enumerable.Range(0, (int)length);
        return node.Input(0).Constant!.IsFloat
            ? new Constant([(int)length], places.Select(i => (float)(start + i * delta)).ToArray())
            : new Constant([(int)length], places.Select(i => (long)(start + i * delta)).ToArray());
    }

    /// <summary>The operand.</summary>
    public static ImportValue? Identity(NodeContext node) => node.Arity(1, 1) ? node.Input(0) : null;

    /// <summary>The operand, and a mask of ones: nothing is dropped at inference.</summary>
    public static ImportValue? Dropout(NodeContext node)
    {
        if (!node.Arity(1, 3))
        {
            return null;
        }

        if (node.Integer("is_test", node.Version < 7 ? 0 : 1) == 0)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it is in training mode, as is_test = 0 says (the default before version 7)", "is_test = 1, or a later operator set");
        }

        bool drops = node.Version >= 12 && node.Number(1, "ratio", 0.5) != 0;
        if (drops && node.Has(2) && node.Known(2, "training_mode") is not { Integers: [0] })
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it is in training mode", "export the model in evaluation mode");
        }

        ImportValue x = node.Input(0);
        if (node.Wants(1) && x.Node is { } kept && node.Take(kept.Count))
        {
            node.Set(1, node.Value(node.Fixed(x.Item, Arithmetic.Filled(kept.Count, 1)), x.Item, ElementKind.Boolean));
        }

        return node.Failed ? null : x;
    }

    private static ImportValue? Decode(NodeContext node, TensorProto tensor)
    {
        (Constant? constant, string code, string message) = TensorDecoder.Decode(tensor, node.Budget.Constants);
        if (constant is null)
        {
            return node.Fail(code, "its value can't be used: " + message);
        }

        return node.Take(constant.Count) ? constant : null;
    }
}
