using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Proofs.Weights;

namespace Assay.Testing.Proofs;

/// <summary>What the parts of a circuit are over given columns, by the definitions of spec/proof-system.md, section 4, in integers. Slow.</summary>
public sealed class RelationEvaluator
{
    private readonly Circuit _circuit;
    private readonly int[][][] _matrices;

    /// <summary>Over columns, which may change afterwards.</summary>
    /// <param name="columns">All columns but the multiplicities, row-major.</param>
    public RelationEvaluator(Circuit circuit, IReadOnlyList<int[]> matrices, long[][] columns)
    {
        _circuit = circuit;
        Columns = columns;
        _matrices = [.. matrices.Select((matrix, i) => matrix.Chunk(1 << circuit.Matrices[i].IndexBits).ToArray())];
    }

    /// <summary>The columns.</summary>
    public long[][] Columns { get; }

    /// <summary>M[j][k] of all matrices, at <c>j * 2^kb + k</c>.</summary>
    public static IReadOnlyList<int[]> Matrices(ExactModel model, Circuit circuit)
    {
        WeightMatrixReader reader = new(model, circuit);
        List<int[]> matrices = [];
        foreach (WeightMatrix matrix in circuit.Matrices)
        {
            int[] elements = new int[matrix.Rows << matrix.IndexBits];
            for (int j = 0; j < matrix.Rows; j++)
            {
                reader.ReadRow(matrices.Count, j, elements.AsSpan(j << matrix.IndexBits, 1 << matrix.IndexBits));
            }

            matrices.Add(elements);
        }

        return matrices;
    }

    /// <summary>An expression at a position.</summary>
    public long Of(Expression expression, int[] position) => checked(Sum(expression.Views, position) + expression.Constant);

    /// <summary>An identity's sum, or an instance's inner product minus what it equals; 0 where it holds.</summary>
    public long Of(Relation relation, int[] position)
    {
        if (!relation.IsInstance)
        {
            Identity identity = _circuit.Identities[relation.Index];
            long flat = 0;
            foreach (FlatView view in identity.FlatViews)
            {
                flat += view.Coefficient * Columns[view.Column][Number(identity.Box, position)];
            }

            return checked(Sum(identity.Views, position) + flat + Sum(identity.Constants, position));
        }

        Instance instance = _circuit.Instances[relation.Index];
        long product = instance is Contraction contraction ? Inner(contraction, position) : Inner((Product)instance, position);
        return checked(product - Sum(instance.Views, position) - Sum(instance.Constants, position));
    }

    /// <summary>The box of a relation.</summary>
    public ImmutableArray<int> BoxOf(Relation relation) =>
        [.. (relation.IsInstance ? _circuit.Instances[relation.Index].Box : _circuit.Identities[relation.Index].Box).Select(axis => axis.Length)];

    /// <summary>A row-major number of a position.</summary>
    public static int Number(ImmutableArray<BoxAxis> box, int[] position)
    {
        int number = 0;
        for (int i = 0; i < position.Length; i++)
        {
            number = (number * box[i].Length) + position[i];
        }

        return number;
    }

    private long Sum(ImmutableArray<View> views, int[] position)
    {
        long sum = 0;
        foreach (View view in views)
        {
            checked
            {
                sum += Of(view, position);
            }
        }

        return sum;
    }

    private long Of(View view, int[] position)
    {
        ImmutableArray<int> dims = _circuit.Columns[view.Column].Dims;
        long factor = view.Coefficient;
        int number = 0;
        for (int d = 0; d < dims.Length; d++)
        {
            AxisMap map = view.Axes[d];
            int at = map.BoxAxis < 0 ? 0 : position[map.BoxAxis];
            if (map.Places[at] < 0)
            {
                return 0;
            }

            factor = checked(factor * (map.Weights.IsEmpty ? 1 : map.Weights[at]));
            number = (number * dims[d]) + map.Places[at];
        }

        return checked(factor * Columns[view.Column][number]);
    }

    private static long Sum(ImmutableArray<ConstantTerm> constants, int[] position)
    {
        long sum = 0;
        foreach (ConstantTerm constant in constants)
        {
            long product = constant.Scale;
            for (int axis = 0; axis < position.Length; axis++)
            {
                product *= constant.Factors[axis].IsEmpty ? 1 : constant.Factors[axis][position[axis]];
            }

            sum += product;
        }

        return sum;
    }

    private long Inner(Contraction c, int[] position)
    {
        int axis = 0;
        while (c.Box[axis].Pool != Pool.J)
        {
            axis++;
        }

        int group = position[axis] / c.RowsPerGroup;
        int[] row = _matrices[c.Matrix][position[axis] % c.RowsPerGroup];
        ImmutableArray<int> dims = _circuit.Columns[c.Column].Dims;
        int[] place = c.Flat ? [] : [.. position];
        long sum = 0;
        for (int dy = 0; dy < c.Y.Taps; dy++)
        {
            for (int dx = 0; dx < c.X.Taps; dx++)
            {
                if (!Move(c.Y, dy, position, dims, place) || !Move(c.X, dx, position, dims, place))
                {
                    continue;
                }

                for (int ci = 0; ci < c.ChannelsPerGroup; ci++)
                {
                    int channel = (group * c.ChannelsPerGroup) + ci;
                    int element;
                    if (c.Flat)
                    {
                        element = (channel * _circuit.Batch) + position[^1];
                    }
                    else
                    {
                        place[c.ChannelDim] = channel;
                        element = Boxes.Number(dims, place);
                    }

                    int k = (((((dy << c.XBits) | dx) << c.ChannelBits) | ci) << c.GroupBits) | group;
                    sum += row[k] * Columns[c.Column][element];
                }
            }
        }

        return _circuit.Matrices[c.Matrix].Limb == WeightLimb.High
            ? sum
            : sum + row[(c.BiasSlots[0] << c.GroupBits) | group] + (65536L * row[(c.BiasSlots[1] << c.GroupBits) | group]);
    }

    /// <summary>Goes to the place that a tap reads; false outside.</summary>
    private static bool Move(Window window, int tap, int[] position, ImmutableArray<int> dims, int[] place)
    {
        if (window.Dim < 0)
        {
            return true;
        }

        long at = ((long)position[window.Dim] * window.Stride) + ((long)tap * window.Dilation) - window.Pad;
        place[window.Dim] = (int)at;
        return at >= 0 && at < dims[window.Dim];
    }

    private long Inner(Product product, int[] position)
    {
        ImmutableArray<int> lengths = [.. product.Axes.Select(axis => axis.BoxAxis < 0 ? axis.Length : 1)];
        int[] placeA = new int[_circuit.Columns[product.A[0].Column].Dims.Length];
        int[] placeB = new int[_circuit.Columns[product.B[0].Column].Dims.Length];
        foreach ((int dim, int boxAxis) in product.OnlyA)
        {
            placeA[dim] = position[boxAxis];
        }

        foreach ((int dim, int boxAxis) in product.OnlyB)
        {
            placeB[dim] = position[boxAxis];
        }

        long sum = 0;
        foreach (int[] summed in Boxes.Indices(lengths))
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                ProductAxis axis = product.Axes[i];
                placeA[axis.DimA] = placeB[axis.DimB] = axis.BoxAxis < 0 ? summed[i] : position[axis.BoxAxis];
            }

            sum = checked(sum + (Factor(product.A, placeA) * Factor(product.B, placeB)));
        }

        return sum;
    }

    private long Factor(ImmutableArray<(int Column, long Coefficient)> columns, int[] place)
    {
        long sum = 0;
        foreach ((int column, long coefficient) in columns)
        {
            sum += coefficient * Columns[column][Boxes.Number(_circuit.Columns[column].Dims, place)];
        }

        return sum;
    }
}
