using System.Collections.Immutable;
using Assay.Programs;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>A circuit while operations are added to it. The first error stays; what is added after it isn't looked at. Sizes are
/// checked before anything is allocated for them.</summary>
internal sealed class CircuitDraft
{
    private readonly List<Column> _columns = [];
    private readonly List<ProofTable> _tables = [];
    private readonly Dictionary<ProofTable, int> _tableNumbers = [];
    private readonly List<LookupItem> _items = [];
    private readonly List<Identity> _identities = [];
    private readonly List<Instance> _instances = [];
    private readonly List<WeightMatrix> _matrices = [];
    private readonly List<WitnessStep> _steps = [];
    private readonly Dictionary<(int Axis, int Length), AxisMap> _sameMaps = [];

    // The column of each value that has one, by the value's number.
    private readonly int[] _columnOf;
    private readonly Func<TailQuestion, TailChoice?>? _chooser;
    private readonly TailChoice[] _choices;
    private long _leaves;
    private long _cells;
    private long _views;
    private long _places;

    /// <summary>Nothing is added yet.</summary>
    /// <param name="chooser">Chooses in place of the choices given, or null.</param>
    public CircuitDraft(ExactProgram program, int limbBits, int batch, Func<TailQuestion, TailChoice?>? chooser = null)
    {
        _chooser = chooser;
        _choices = [.. program.Operations.Select(_ => new TailChoice.None())];
        Program = program;
        LimbBits = limbBits;
        Batch = batch;
        _columnOf = new int[program.ValueCount];
    }

    public ExactProgram Program { get; }

    public int LimbBits { get; }

    public int Batch { get; }

    /// <summary>The operation that is added now; -1 before the first.</summary>
    public int Operation { get; private set; } = -1;

    public ProofError? Error { get; private set; }

    public bool IsChoosing => _chooser is not null;

    /// <summary>One for each operation: what was given or chosen.</summary>
    public ImmutableArray<TailChoice> Choices => [.. _choices];

    public void Start(int operation) => Operation = operation;

    public void Fail(string code, string message) =>
        Error ??= new(code, Operation < 0 ? message : $"operation {Operation} ({OperationNames.Of(Program.Operations[Operation])}): {message}");

    /// <summary>A requantisation by one shift, rounding half up.</summary>
    public TailQuestion Question(ImmutableArray<int> dims, int shift, TensorType result, Interval accumulator) =>
        new(Operation, dims, -1, [shift], true, result, accumulator, false);

    /// <summary>The choice that was given, or the chooser's.</summary>
    public TailChoice Choose(TailQuestion question, TailChoice given)
    {
        TailChoice? choice = _chooser is null ? given : _chooser(question);
        if (choice is null)
        {
            Fail(
                ProofErrorCodes.Bounds,
                $"no form of a result of {question.Result.Lo}..{question.Result.Hi} and a shift of {question.Shifts.Max()} is unique in the field; "
                + "a narrower range, a smaller shift or smaller weights would do");
            choice = given;
        }

        return _choices[Operation] = choice;
    }

    /// <summary>The dimensions of the column of a value.</summary>
    public ImmutableArray<int> Dims(ImmutableArray<int> shape) => shape.Add(Batch);

    /// <summary>The box of a value: axis d with pool P_d, the batch with pool B.</summary>
    public ImmutableArray<BoxAxis> Box(ImmutableArray<int> shape)
    {
        ImmutableArray<BoxAxis>.Builder box = ImmutableArray.CreateBuilder<BoxAxis>(shape.Length + 1);
        for (int d = 0; d < shape.Length; d++)
        {
            box.Add(new(shape[d], Pool.P0 + d));
        }

        box.Add(new(Batch, Pool.B));
        return box.MoveToImmutable();
    }

    public int AddColumn(ImmutableArray<int> dims)
    {
        _cells += CellCount(dims);
        if (_cells > CircuitLimits.Cells)
        {
            Fail(ProofErrorCodes.Limit, $"more than {CircuitLimits.Cells} committed numbers; prove fewer runs at once");
        }

        _columns.Add(new(_columns.Count, dims));
        return _columns.Count - 1;
    }

    public ImmutableArray<int> DimsOf(int column) => _columns[column].Dims;

    /// <summary>A table's number; the same for the same table.</summary>
    public int Table(ProofTable table)
    {
        if (_tableNumbers.TryGetValue(table, out int number))
        {
            return number;
        }

        _leaves += table.Rows;
        if (table.Rows > CircuitLimits.TableRows || _tables.Count >= CircuitLimits.Tables || _leaves > CircuitLimits.Leaves)
        {
            Fail(ProofErrorCodes.Limit, $"too many tables, or rows of tables: {_tables.Count + 1} tables, the last one of {table.Rows} rows");
        }

        _tables.Add(table);
        _tableNumbers.Add(table, _tables.Count - 1);
        return _tables.Count - 1;
    }

    public int AddItem(ImmutableArray<int> dims, ProofTable table, params ReadOnlySpan<Expression> expressions) =>
        AddItem(dims, -1, [Table(table)], expressions);

    /// <summary>An item whose table may depend on the position along an axis.</summary>
    public int AddItem(ImmutableArray<int> dims, int tableAxis, ImmutableArray<int> tables, params ReadOnlySpan<Expression> expressions)
    {
        _leaves += CellCount(dims);
        if (_leaves > CircuitLimits.Leaves)
        {
            Fail(ProofErrorCodes.Limit, $"more than {CircuitLimits.Leaves} lookups; prove fewer runs at once");
        }

        foreach (Expression expression in expressions)
        {
            Count(expression.Views);
        }

        bool isOne = !tables.AsSpan().ContainsAnyExcept(tables[0]);
        _items.Add(new(dims, isOne ? -1 : tableAxis, isOne ? [tables[0]] : tables, [.. expressions]));
        return _items.Count - 1;
    }

    public Relation AddIdentity(
        ImmutableArray<BoxAxis> box, ImmutableArray<View> views, ImmutableArray<FlatView> flatViews, ImmutableArray<ConstantTerm> constants)
    {
        Count(views);
        _identities.Add(new(box, views, flatViews, constants));
        return Relation.Identity(_identities.Count - 1);
    }

    public Relation AddInstance(Instance instance)
    {
        Count(instance.Views);
        CountVectors(instance);
        if (instance.IndexBits > CircuitLimits.IndexBits)
        {
            Fail(ProofErrorCodes.Limit, $"an inner product over 2^{instance.IndexBits} places");
        }

        _instances.Add(instance);
        return Relation.Instance(_instances.Count - 1);
    }

    public int AddMatrix(WeightMatrix matrix)
    {
        _matrices.Add(matrix);
        return _matrices.Count - 1;
    }

    public void AddStep(WitnessStep step) => _steps.Add(step);

    /// <summary>Gives a value its column.</summary>
    public void SetColumn(int value, int column) => _columnOf[value] = column;

    /// <summary>Gives the operation's result its column.</summary>
    public void SetResult(int column) => SetColumn(Program.Inputs.Length + Operation, column);

    /// <summary>A value's column, whatever its dimensions.</summary>
    public int AnyColumn(int value) => _columnOf[value];

    /// <summary>A value's column with the value's shape; realigned first if it has another.</summary>
    public int Aligned(int value)
    {
        ImmutableArray<int> shape = Program.TypeOf(value).Shape;
        ImmutableArray<int> dims = Dims(shape);
        int old = _columnOf[value];
        if (DimsOf(old).AsSpan().SequenceEqual(dims.AsSpan()))
        {
            return old;
        }

        int column = AddColumn(dims);
        Relation identity = AddIdentity(Box(shape), [View(column, 1)], [new(old, -1)], []);
        AddStep(new WitnessStep.Determined(Operation, column, identity.Index));
        _columnOf[value] = column;
        return column;
    }

    /// <summary>A view of a column over a box of the same dimensions.</summary>
    public View View(int column, long coefficient) => View(column, coefficient, DimsOf(column));

    /// <summary>A view of a column over a box with as many axes: along each the same place, or the only one where the column has length 1
    /// and the box hasn't.</summary>
    public View View(int column, long coefficient, ImmutableArray<int> box)
    {
        ImmutableArray<int> dims = DimsOf(column);
        ImmutableArray<AxisMap>.Builder axes = ImmutableArray.CreateBuilder<AxisMap>(dims.Length);
        for (int d = 0; d < dims.Length; d++)
        {
            axes.Add(dims[d] == 1 && box[d] != 1 ? AxisMap.Fixed(0) : Same(d, dims[d]));
        }

        return new(column, coefficient, axes.MoveToImmutable());
    }

    /// <summary>A view of a column over a box of its dimensions but for one axis, which is read by a map.</summary>
    public View View(int column, long coefficient, int axis, AxisMap map)
    {
        View view = View(column, coefficient);
        return view with { Axes = view.Axes.SetItem(axis, map) };
    }

    /// <summary>The map that reads places in order; one object for each axis and length. After an error nothing is allocated.</summary>
    public AxisMap Same(int axis, int length)
    {
        if (Error is not null)
        {
            return AxisMap.Fixed(0);
        }

        if (!_sameMaps.TryGetValue((axis, length), out AxisMap? map))
        {
            map = AxisMap.Same(axis, length);
            _sameMaps.Add((axis, length), map);
        }

        return map;
    }

    /// <summary>Whether so many more views with as many places each are within the limits; asked before many are made.</summary>
    public bool HasRoom(long views, long placesEach)
    {
        if (_views + views > CircuitLimits.Views || _places + (views * placesEach) > CircuitLimits.Places)
        {
            Fail(ProofErrorCodes.Limit, $"{views} places or windows are read one by one; smaller windows or shorter axes would do");
        }

        return Error is null;
    }

    public Circuit? Finish()
    {
        Operation = -1;
        if (_items.Count == 0)
        {
            Fail(ProofErrorCodes.Nothing, "the program has no operation whose result is looked up: there is nothing to prove");
        }

        ImmutableArray<int> outputs = [.. Program.Outputs.Select(output => _columnOf[output.Value])];
        foreach (ProofTable table in _tables)
        {
            AddColumn([table.Rows]);
        }

        return Error is not null ? null : new(
            Program,
            Batch,
            LimbBits,
            [.. _columns],
            [.. _tables],
            [.. _items],
            [.. _identities],
            [.. _instances],
            [.. _matrices],
            [.. Enumerable.Range(0, Program.Inputs.Length)],
            outputs) { Steps = [.. _steps] };
    }

    private void Count(ImmutableArray<View> views)
    {
        _views += views.Length;
        foreach (View view in views)
        {
            ImmutableArray<int> dims = DimsOf(view.Column);
            for (int d = 0; d < dims.Length; d++)
            {
                // A claim on one place is a vector over the whole dimension.
                _places += Math.Max(view.Axes[d].Places.Length, dims[d]);
            }
        }

        CheckViews();
    }

    /// <summary>What the factors of an inner product are evaluated with.</summary>
    private void CountVectors(Instance instance)
    {
        switch (instance)
        {
            case Contraction c:
                _places += ((long)c.Groups * c.ChannelsPerGroup) + SumOfDims(c.Column) + Slides(c.Y) + Slides(c.X);
                break;
            case Product product:
                foreach ((int column, _) in product.A.Concat(product.B))
                {
                    _places += SumOfDims(column);
                }

                break;
        }

        CheckViews();

        long Slides(Window window) => window.Dim < 0 ? 0 : (long)window.Taps * instance.Box[window.Dim].Length;
    }

    private long SumOfDims(int column) => DimsOf(column).Sum(static length => (long)length);

    private void CheckViews()
    {
        if (_views > CircuitLimits.Views || _places > CircuitLimits.Places)
        {
            Fail(ProofErrorCodes.Limit, $"more than {CircuitLimits.Views} views, or {CircuitLimits.Places} numbers to evaluate them with");
        }
    }

    /// <summary>The cells of a box, cut off at 2^31.</summary>
    private static long CellCount(ImmutableArray<int> dims)
    {
        long product = 1;
        foreach (int length in dims)
        {
            product = Math.Min(product * length, int.MaxValue);
        }

        return product;
    }
}
