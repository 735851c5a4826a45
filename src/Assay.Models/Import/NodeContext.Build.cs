using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import;

/// <content>
/// Makes the float graph's nodes: each is checked against the budget before it exists. After an error nothing is made
/// and <see cref="Nothing"/> comes back, whose shape means nothing.
/// </content>
internal sealed partial class NodeContext
{
    private const string Smaller = "a model with smaller inputs, or fewer steps";

    /// <summary>What builders give after an error.</summary>
    public static FloatNode Nothing { get; } = new ConstantNode("nothing", "Constant", [1], [0]);

    /// <summary>A computed value: <paramref name="item"/> may have no dimensions where the node has [1].</summary>
    public ImportValue? Value(FloatNode made, ImmutableArray<int> item, ElementKind kind = ElementKind.Float) =>
        Failed ? null : new ImportValue(null, Reshape(made, NodeShape(item)), item, kind);

    /// <summary>A node has one dimension at least.</summary>
    public static ImmutableArray<int> NodeShape(ImmutableArray<int> item) => item.Length == 0 ? [1] : item;

    /// <summary>Takes a node that the caller has checked with <see cref="Fits"/>.</summary>
    public FloatNode Made(FloatNode made)
    {
        if (!Failed && !Budget.TryTake(made is ReshapeNode or ConstantNode ? 0 : made.Count, made.Work))
        {
            Fail(OnnxErrors.Limits, "one item needs more values, memory or multiplications than the importer's limit", Smaller);
        }

        return Failed ? Nothing : made;
    }

    public FloatNode Reshape(FloatNode x, ImmutableArray<int> shape) =>
        Failed ? Nothing : Shapes.Same(x.Shape, shape) ? x : Made(new ReshapeNode(Name, Operator, x, shape));

    public FloatNode Transpose(FloatNode x, ImmutableArray<int> permutation)
    {
        if (Failed)
        {
            return Nothing;
        }

        // Moving axes of size 1 about moves no data.
        int[] moved = [.. permutation.Where(a => x.Shape[a] != 1)];
        return moved.SequenceEqual(moved.Order())
            ? Reshape(x, [.. permutation.Select(a => x.Shape[a])])
            : Made(new TransposeNode(Name, Operator, x, permutation));
    }

    /// <summary>Moves an axis to the end.</summary>
    public FloatNode AxisLast(FloatNode x, int axis) =>
        Failed ? Nothing : Transpose(x, [.. Enumerable.Range(0, x.Shape.Length).Where(a => a != axis), axis]);

    /// <summary>Moves the last axis to a place.</summary>
    public FloatNode LastTo(FloatNode x, int axis)
    {
        if (Failed)
        {
            return Nothing;
        }

        int last = x.Shape.Length - 1;
        return Transpose(x, [.. Enumerable.Range(0, axis), last, .. Enumerable.Range(axis, last - axis)]);
    }

    public FloatNode Slice(FloatNode x, ImmutableArray<int> starts, ImmutableArray<int> steps, ImmutableArray<int> shape)
    {
        if (Failed || !Fits([.. shape.Select(d => (long)d)]))
        {
            return Nothing;
        }

        bool whole = Shapes.Same(shape, x.Shape) && starts.All(s => s == 0) && Enumerable.Range(0, steps.Length).All(a => steps[a] == 1 || shape[a] == 1);
        return whole ? x : Made(new SliceNode(Name, Operator, x, starts, steps, shape));
    }

    /// <summary>A stretch of one axis.</summary>
    public FloatNode Cut(FloatNode x, int axis, int start, int length)
    {
        if (Failed)
        {
            return Nothing;
        }

        int rank = x.Shape.Length;
        return Slice(x, Filled(rank, 0).SetItem(axis, start), Filled(rank, 1), x.Shape.SetItem(axis, length));
    }

    /// <summary>The places of an axis in the order of a list.</summary>
    public FloatNode Gather(FloatNode x, int axis, ImmutableArray<int> indices)
    {
        if (Failed || !Fits([.. x.Shape.SetItem(axis, indices.Length).Select(d => (long)d)]))
        {
            return Nothing;
        }

        int step = indices.Length > 1 ? indices[1] - indices[0] : 1;
        for (int i = 1; i < indices.Length; i++)
        {
            if (indices[i] - indices[i - 1] != step)
            {
                return Made(new GatherNode(Name, Operator, x, axis, indices));
            }
        }

        int rank = x.Shape.Length;
        return Slice(x, Filled(rank, 0).SetItem(axis, indices[0]), Filled(rank, 1).SetItem(axis, step), x.Shape.SetItem(axis, indices.Length));
    }

    public FloatNode Concat(ImmutableArray<FloatNode> parts, int axis) =>
        Failed || !Fits([.. parts[0].Shape.SetItem(axis, 1).Select(d => (long)d), parts.Sum(p => (long)p.Shape[axis])]) ? Nothing
        : parts.Length == 1 ? parts[0]
        : Made(new ConcatNode(Name, Operator, parts, axis));

    public FloatNode Function(FloatNode x, ScalarFunction function) => Failed ? Nothing : Made(new FunctionNode(Name, Operator, x, function));

    public FloatNode Clamp(FloatNode x, float lo, float hi) => Failed ? Nothing : Made(new ClampNode(Name, Operator, x, lo, hi));

    /// <summary><c>x * scale + offset</c> with one scale and offset.</summary>
    public FloatNode Affine(FloatNode x, float scale, float offset) => Affine(x, -1, [scale], [offset]);

    public FloatNode Affine(FloatNode x, int axis, float[] scale, float[] offset)
    {
        if (!Failed && (scale.AsSpan().ContainsAnyNotFinite() || offset.AsSpan().ContainsAnyNotFinite()))
        {
            Fail(OnnxErrors.NotFinite, "its constants give a division by zero, NaN or an infinity");
        }

        return Failed ? Nothing : Made(new AffineNode(Name, Operator, x, axis, scale, offset));
    }

    public FloatNode Fixed(ImmutableArray<int> shape, float[] values)
    {
        if (!Failed && values.AsSpan().ContainsAnyNotFinite())
        {
            Fail(OnnxErrors.NotFinite, "a constant that it combines with computed values holds NaN or an infinity", "a large finite number");
        }

        return Failed ? Nothing : Made(new ConstantNode(Name, Operator, NodeShape(shape), values));
    }

    public FloatNode Add(FloatNode a, FloatNode b) => Combine(a, b, (u, v) => new AddNode(Name, Operator, u, v, subtract: false));

    public FloatNode Subtract(FloatNode a, FloatNode b) => Combine(a, b, (u, v) => new AddNode(Name, Operator, u, v, subtract: true));

    public FloatNode Multiply(FloatNode a, FloatNode b) => Combine(a, b, (u, v) => new MulNode(Name, Operator, u, v));

    public FloatNode Divide(FloatNode a, FloatNode b) => Combine(a, b, (u, v) => new DivideNode(Name, Operator, u, v));

    public FloatNode Extremum(FloatNode a, FloatNode b, bool minimum) => Combine(a, b, (u, v) => new ExtremumNode(Name, Operator, u, v, minimum));

    public FloatNode Select(FloatNode condition, FloatNode a, FloatNode b)
    {
        if (Failed)
        {
            return Nothing;
        }

        int rank = Math.Max(condition.Shape.Length, Math.Max(a.Shape.Length, b.Shape.Length));
        (condition, a, b) = (Raised(condition, rank), Raised(a, rank), Raised(b, rank));
        return Common(condition, a) is { } first && Meets(first, b.Shape) ? Made(new SelectNode(Name, Operator, condition, a, b)) : Nothing;
    }

    /// <summary>Reductions of one axis, which stays with length 1.</summary>
    public FloatNode Reduce(FloatNode x, int axis, Reduction reduction) =>
        Failed ? Nothing : Made(new ReduceNode(Name, Operator, x, axis, reduction));

    public FloatNode Linear(FloatNode x, int outputs, float[] weights, float[] bias) =>
        Failed || !Fits(x.Count / x.Shape[^1], outputs) ? Nothing : Made(new LinearNode(Name, Operator, x, outputs, weights, bias));

    /// <summary>The same value with dimensions of 1 in front.</summary>
    public FloatNode Raised(FloatNode x, int rank) =>
        Failed || x.Shape.Length >= rank ? x : Reshape(x, [.. Filled(rank - x.Shape.Length, 1), .. x.Shape]);

    public static ImmutableArray<int> Filled(int count, int value) => [.. Enumerable.Repeat(value, count)];

    private FloatNode Combine(FloatNode a, FloatNode b, Func<FloatNode, FloatNode, FloatNode> make)
    {
        if (Failed)
        {
            return Nothing;
        }

        int rank = Math.Max(a.Shape.Length, b.Shape.Length);
        (a, b) = (Raised(a, rank), Raised(b, rank));
        return Common(a, b) is not null ? Made(make(a, b)) : Nothing;
    }

    private ImmutableArray<int>? Common(FloatNode a, FloatNode b) => !Failed && Meets(a.Shape, b.Shape) ? Broadcast.Shape(a.Shape, b.Shape) : null;

    private bool Meets(ImmutableArray<int> a, ImmutableArray<int> b)
    {
        if (Broadcast.Shape(a, b) is not { } shape)
        {
            Fail(OnnxErrors.Shape, $"values of {Shapes.Text(a)} and {Shapes.Text(b)} can't be combined", "operands of equal shapes, or of length 1 where they differ");
            return false;
        }

        return Fits([.. shape.Select(d => (long)d)]);
    }
}
