using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Comparisons, logic and choice. Truth is 1, falsehood 0.</summary>
internal static class Comparisons
{
    private static readonly ScalarFunction X = ScalarFunction.X;

    /// <summary>1 where a = b.</summary>
    public static ImportValue? Equal(NodeContext node) => Compare(node, '=', ScalarFunction.Of(BinaryFunction.Equal, X, 0));

    /// <summary>1 where a &lt; b.</summary>
    public static ImportValue? Less(NodeContext node) => Compare(node, 'l', ElementWise.Less(X, 0));

    /// <summary>1 where a is at most b.</summary>
    public static ImportValue? LessOrEqual(NodeContext node) => Compare(node, 'm', ScalarFunction.Of(BinaryFunction.LessOrEqual, X, 0));

    /// <summary>1 where a &gt; b.</summary>
    public static ImportValue? Greater(NodeContext node) => Compare(node, 'l', ElementWise.Less(0, X), swapped: true);

    /// <summary>1 where a is at least b.</summary>
    public static ImportValue? GreaterOrEqual(NodeContext node) => Compare(node, 'm', ScalarFunction.Of(BinaryFunction.LessOrEqual, 0, X), swapped: true);

    /// <summary>1 where both are true.</summary>
    public static ImportValue? And(NodeContext node) => Logic(node, '&', '*');

    /// <summary>1 where one at least is true.</summary>
    public static ImportValue? Or(NodeContext node) => Logic(node, '|', '>');

    /// <summary>1 where exactly one is true.</summary>
    public static ImportValue? Xor(NodeContext node) =>
        Logic(node, '^', '-') is { } difference && difference.Node is { } d
            ? node.Value(node.Function(d, ElementWise.Truth), difference.Item, ElementKind.Boolean)
            : node.Outputs[0];

    /// <summary>1 where the operand is false.</summary>
    public static ImportValue? Not(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        return node.Input(0) is { Node: { } x } value
            ? node.Value(node.Affine(x, -1, 1), value.Item, ElementKind.Boolean)
            : IntegerFolding.Fold(node, node.Input(0).Constant!, new Constant([], [0L]), '=');
    }

    /// <summary>The second operand where the first is true, else the third; all are broadcast over each other.</summary>
    public static ImportValue? Where(NodeContext node)
    {
        if (!node.Arity(3, 3))
        {
            return null;
        }

        (ImportValue condition, ImportValue a, ImportValue b) = (node.Input(0), node.Input(1), node.Input(2));
        if (condition.Constant is { Integers: { } truth } && truth.Length != 0 && Array.TrueForAll(truth, t => (t != 0) == (truth[0] != 0)))
        {
            // One branch for all: it stands for itself if it isn't broadcast.
            (ImportValue taken, ImportValue other) = truth[0] != 0 ? (a, b) : (b, a);
            if (taken.Node is not null && Covers(node, taken, condition) && Covers(node, taken, other))
            {
                return taken;
            }

            if (a.Constant is not null && b.Constant is not null && truth.Length == 1 && other.Constant!.Count == 1)
            {
                return taken.Constant;
            }
        }

        if (condition.Constant is { } c && a.Constant is { } x && b.Constant is { } y)
        {
            return c.IsFloat || x.IsFloat || y.IsFloat ? node.Fail(OnnxErrors.UnsupportedForm, "its constants are of these types") : Constants(node, c, x, y);
        }

        int rank = Math.Max(condition.Item.Length, Math.Max(a.Item.Length, b.Item.Length));
        if (node.Hidden)
        {
            int[] ranks = [.. new[] { condition, a, b }.Where(v => v.Node is not null).Select(v => v.Item.Length).Distinct()];
            if (ranks.Length != 1)
            {
                return node.Fail(OnnxErrors.Batch, "it combines values of different ranks across the batch", "operands of equal ranks");
            }

            rank = ranks[0];
        }

        if (Part(condition) is not { } first || Part(a) is not { } second || Part(b) is not { } third)
        {
            return null;
        }

        FloatNode made = node.Select(first, second, third);
        return node.Value(made, rank == 0 ? [] : made.Shape, a.Kind);

        FloatNode? Part(ImportValue value) => value.Node ?? Arithmetic.AsNode(node, value.Constant!, rank);
    }

    private static bool Covers(NodeContext node, ImportValue taken, ImportValue other)
    {
        var (full, rest) = (node.FullShape(taken), node.FullShape(other));
        int shift = full.Length - rest.Length;
        return shift >= 0 && Enumerable.Range(0, rest.Length).All(i => rest[i] == 1 || rest[i] == full[i + shift]);
    }

    /// <summary>Whole numbers: c*x + (1-c)*y would meet the batch's size, so they are picked.</summary>
    private static ImportValue? Constants(NodeContext node, Constant condition, Constant x, Constant y)
    {
        int count = Math.Max(condition.Count, Math.Max(x.Count, y.Count));
        Constant widest = condition.Count == count ? condition : x.Count == count ? x : y;
        foreach (Constant part in (ReadOnlySpan<Constant>)[condition, x, y])
        {
            if (part.Count != 1 && !part.Shape.SequenceEqual(widest.Shape))
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "its constants are of different shapes", "constants of one shape");
            }
        }

        if (!node.Take(count))
        {
            return null;
        }

        long[] result = new long[count];
        for (int i = 0; i < count; i++)
        {
            result[i] = At(condition, i) != 0 ? At(x, i) : At(y, i);
        }

        return new Constant(widest.Shape, result);

        static long At(Constant constant, int i) => constant.Integers![constant.Count == 1 ? 0 : i];
    }

    private static ImportValue? Compare(NodeContext node, char folded, ScalarFunction ofDifference, bool swapped = false)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (ImportValue a, ImportValue b) = (node.Input(0), node.Input(1));
        if (a.Constant is { } x && b.Constant is { } y)
        {
            return swapped ? IntegerFolding.Fold(node, y, x, folded) : IntegerFolding.Fold(node, x, y, folded);
        }

        return Arithmetic.Combine(node, a, b, '-') is { } difference
            ? node.Value(node.Function(difference.Node!, ofDifference), difference.Item, ElementKind.Boolean)
            : null;
    }

    private static ImportValue? Logic(NodeContext node, char folded, char operation)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (ImportValue a, ImportValue b) = (node.Input(0), node.Input(1));
        if (a.Constant is { } x && b.Constant is { } y)
        {
            ImportValue? known = IntegerFolding.Fold(node, x, y, folded);
            node.Set(0, known);
            return known;
        }

        return Arithmetic.Combine(node, a, b, operation) is { } made ? made with { Kind = ElementKind.Boolean } : null;
    }
}
