using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using Assay.Programs;
using Assay.Proofs.Circuits;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Witness;

/// <summary>A circuit's witness steps, compiled for one model and one number of runs.</summary>
internal sealed unsafe class WitnessPlan : IDisposable
{
    private readonly Circuit _circuit;
    private readonly ExactModel _model;
    private readonly VectorPath _path;
    private readonly LayerWeights?[] _weights;
    private readonly List<IWitnessTask> _tasks = [];

    /// <param name="model">The model.</param>
    /// <param name="circuit">Its circuit.</param>
    /// <param name="weights">The weights of each matrix; made where there is none. Shared by plans of several batches.</param>
    /// <param name="path">The kernels.</param>
    public WitnessPlan(ExactModel model, Circuit circuit, LayerWeights?[] weights, VectorPath path)
    {
        _model = model;
        _circuit = circuit;
        _weights = weights;
        _path = VectorPaths.Resolve(path);
        foreach (WitnessStep step in circuit.Steps)
        {
            _tasks.Add(Compile(step));
        }

        Multiplicities = new MultiplicityCounter(circuit);
    }

    /// <summary>Counts lookups when all other columns are filled.</summary>
    public MultiplicityCounter Multiplicities { get; }

    /// <summary>Fills all columns but those of multiplicities.</summary>
    public void Run(int** columns, WitnessScratch scratch, WorkerTeam team)
    {
        foreach (IWitnessTask task in _tasks)
        {
            task.Run(columns, scratch, team);
        }
    }

    public void Dispose() => Multiplicities.Dispose();

    private IWitnessTask Compile(WitnessStep step) => step switch
    {
        WitnessStep.Given given => Given(given),
        WitnessStep.Determined determined => Determined(determined),
        WitnessStep.Mapped mapped => Mapped(mapped),
        WitnessStep.Digits digits => Left(digits.Relation, new DigitsSink(digits), [.. digits.Columns.Select(static c => c.Column)]),
        WitnessStep.Requantised requantised => Requantised(requantised),
        WitnessStep.Reciprocal reciprocal => new ReciprocalTask(reciprocal, Count(_circuit.Columns[reciprocal.Sum].Dims.AsSpan())),
        _ => throw new ArgumentException("No such step.", nameof(step)),
    };

    private GivenTask Given(WitnessStep.Given given)
    {
        long offset = 0;
        for (int i = 0; i < given.Input; i++)
        {
            offset += (long)_circuit.Program.Inputs[i].Type.Count * _circuit.Batch;
        }

        return new(given.Column, offset, _circuit.Program.Inputs[given.Input].Type.Count, _circuit.Batch);
    }

    private RelationTask Determined(WitnessStep.Determined step)
    {
        Identity identity = _circuit.Identities[step.Identity];
        int[] box = Lengths(identity.Box);
        BoxSum known = BoxSum.Of(_circuit, box, identity.Views.Where(view => view.Column != step.Column), identity.FlatViews, identity.Constants);
        return new(Count(box), known, null, null, [], new ColumnSink(step.Column));
    }

    private IWitnessTask Requantised(WitnessStep.Requantised step)
    {
        Requantisation tail = step.Tail;
        ImmutableArray<BoxAxis> box = step.Relation.IsInstance ? _circuit.Instances[step.Relation.Index].Box : _circuit.Identities[step.Relation.Index].Box;
        HashSet<int> unknown = [tail.Before, tail.Low, tail.Class, tail.Result, .. tail.Limbs];
        return Left(step.Relation, new RequantisedSink(tail, Lengths(box)), unknown);
    }

    /// <summary>What a relation leaves for the columns that aren't known yet.</summary>
    private IWitnessTask Left(Relation relation, IRunSink sink, HashSet<int> unknown)
    {
        if (!relation.IsInstance)
        {
            Identity identity = _circuit.Identities[relation.Index];
            int[] lengths = Lengths(identity.Box);
            BoxSum sum = BoxSum.Of(_circuit, lengths, identity.Views.Where(view => !unknown.Contains(view.Column)), identity.FlatViews, identity.Constants);
            return new RelationTask(Count(lengths), sum, null, null, [], sink);
        }

        Instance instance = _circuit.Instances[relation.Index];
        int[] box = Lengths(instance.Box);
        BoxSum known = BoxSum.Of(_circuit, box, instance.Views.Where(view => !unknown.Contains(view.Column)), null, instance.Constants);
        return instance switch
        {
            Contraction contraction => Layer(contraction, known, sink),
            Product product => Multiplied(product, box, known, sink),
            _ => throw new ArgumentException("No such instance.", nameof(relation)),
        };
    }

    private IWitnessTask Layer(Contraction contraction, BoxSum known, IRunSink sink)
    {
        ContractionShape shape = ContractionShape.Of(contraction, _circuit.Columns[contraction.Column].Dims);
        LayerWeights weights = _weights[contraction.Matrix] ??= new LayerWeights(_model, _circuit.Matrices[contraction.Matrix], shape.Products);
        return _path switch
        {
            VectorPath.Vector512 => new ContractionTask<BaseVector512, Vector512<uint>>(shape, contraction.Column, weights, known, sink),
            VectorPath.Vector256 => new ContractionTask<BaseVector256, Vector256<uint>>(shape, contraction.Column, weights, known, sink),
            _ => new ContractionTask<BaseVectorScalar, uint>(shape, contraction.Column, weights, known, sink),
        };
    }

    private RelationTask Multiplied(Product product, int[] box, BoxSum known, IRunSink sink)
    {
        List<(int, int, int)> sum = [];
        foreach (ProductAxis axis in product.Axes)
        {
            if (axis.BoxAxis < 0)
            {
                sum.Add((axis.Length, Stride(product.A[0].Column, axis.DimA), Stride(product.B[0].Column, axis.DimB)));
            }
        }

        IEnumerable<View> a = Factor(product.A, dim => product.Axes.FirstOrDefault(axis => axis.DimA == dim)?.BoxAxis ?? Kept(product.OnlyA, dim));
        IEnumerable<View> b = Factor(product.B, dim => product.Axes.FirstOrDefault(axis => axis.DimB == dim)?.BoxAxis ?? Kept(product.OnlyB, dim));
        return new(Count(box), known, BoxSum.Of(_circuit, box, a), BoxSum.Of(_circuit, box, b), [.. sum], sink);
    }

    private IEnumerable<View> Factor(ImmutableArray<(int Column, long Coefficient)> columns, Func<int, int> axisOf)
    {
        foreach ((int column, long coefficient) in columns)
        {
            ImmutableArray<int> dims = _circuit.Columns[column].Dims;
            yield return new View(column, coefficient, [.. dims.Select((length, dim) => axisOf(dim) is int axis && axis >= 0 ? AxisMap.Same(axis, length) : AxisMap.Fixed(0))]);
        }
    }

    private static int Kept(ImmutableArray<(int Dim, int BoxAxis)> only, int dim)
    {
        foreach ((int d, int axis) in only)
        {
            if (d == dim)
            {
                return axis;
            }
        }

        return -1;
    }

    private int Stride(int column, int dim)
    {
        int stride = 1;
        ImmutableArray<int> dims = _circuit.Columns[column].Dims;
        for (int d = dims.Length - 1; d > dim; d--)
        {
            stride *= dims[d];
        }

        return stride;
    }

    private MappedTask Mapped(WitnessStep.Mapped step)
    {
        LookupItem item = _circuit.Items[step.Item];
        int[] box = [.. item.Dims];
        MappedTask.Unknown[] unknown = new MappedTask.Unknown[step.Columns.Length];
        int running = -1;
        for (int i = 0; i < unknown.Length; i++)
        {
            Expression expression = item.Expressions[i + 1];
            View own = expression.Views.First(view => view.Column == step.Columns[i] && ReadsInPlace(view));
            unknown[i] = new(step.Columns[i], (int)own.Coefficient, BoxSum.Of(_circuit, box, expression.Views.Where(view => !ReferenceEquals(view, own))), (int)expression.Constant);
        }

        foreach (View view in item.Expressions.SelectMany(static e => e.Views).Where(view => step.Columns.Contains(view.Column) && !ReadsInPlace(view)))
        {
            running = view.Axes.Select(static (map, d) => (map, d)).First(static x => !InPlace(x.map)).map.BoxAxis;
        }

        int stride = running < 0 ? 0 : box.Skip(running + 1).Aggregate(1, static (product, length) => product * length);
        return new(Count(box), stride, BoxSum.Of(_circuit, box, item.Expressions[0].Views), (int)item.Expressions[0].Constant, _circuit.Tables[item.Tables[0]], unknown);
    }

    /// <summary>Whether a view reads each position at its own place.</summary>
    private static bool ReadsInPlace(View view) => view.Axes.All(InPlace);

    private static bool InPlace(AxisMap map)
    {
        for (int i = 0; i < map.Places.Length; i++)
        {
            if (map.Places[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    private static int[] Lengths(ImmutableArray<BoxAxis> box) => [.. box.Select(static axis => axis.Length)];

    private static long Count(ReadOnlySpan<int> box)
    {
        long count = 1;
        foreach (int length in box)
        {
            count *= length;
        }

        return count;
    }
}
