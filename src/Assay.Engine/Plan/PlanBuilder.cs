using Assay.Engine.Memory;
using Assay.Engine.Plan.Steps;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <summary>
/// Compiles a program into steps. Images are stored channels last from the first convolution or pool on, conversions are added
/// only where an operation needs the other layout, a flattened image goes into a linear layer by permuting the layer's weights,
/// and a clamp (Relu) is merged into the operation before it.
/// </summary>
/// <remarks>Safety: pointers here are to memory allocated a line before with the length that the loop after it fills; buffers get
/// counts from the program's checked shapes, so every step's reads and writes stay in its buffers and their slack.</remarks>
internal sealed unsafe partial class PlanBuilder<TS, TV>
    where TS : struct, ISimd<TV>
    where TV : unmanaged
{
    /// <summary>Elements of an arena to aim at: half of a usual second-level cache.</summary>
    private const int ArenaTarget = 64 * 1024;

    private const int MaxItemsPerTile = 64;

    private readonly ExactModel _model;
    private readonly ExactProgram _program;
    private readonly PlanMemory _memory;
    private readonly List<Step> _steps = [];
    private readonly List<ArenaBuffer> _buffers = [];
    private readonly PlanValue[] _values;
    private readonly ProgramUses _uses;
    private readonly bool _keepValues;
    private readonly Dictionary<(ArenaBuffer, ImageShape, bool), ArenaBuffer> _transposed = [];
    private readonly Dictionary<(ArenaBuffer, Pads), ArenaBuffer> _padded = [];
    private readonly nint[] _tables;

    private PlanBuilder(ExactModel model, PlanMemory memory, bool keepValues)
    {
        _keepValues = keepValues;
        _model = model;
        _program = model.Program;
        _memory = memory;
        _values = new PlanValue[_program.ValueCount];
        _uses = new ProgramUses(_program, keepValues);
        _tables = new nint[_program.Tables.Length];
    }

    /// <summary>Builds the plan; packed weights and tables are allocated in <paramref name="memory"/>.</summary>
    /// <param name="keepValues">Whether every value is computed, as it is in the program, and stays until the last step.</param>
    /// <exception cref="EngineMemoryException">They don't fit.</exception>
    public static EnginePlan Build(ExactModel model, PlanMemory memory, bool keepValues) =>
        new PlanBuilder<TS, TV>(model, memory, keepValues).Build();

    private EnginePlan Build()
    {
        int inputs = _program.Inputs.Length;
        ArenaBuffer[] inputBuffers = new ArenaBuffer[inputs];
        for (int i = 0; i < inputs; i++)
        {
            inputBuffers[i] = new ArenaBuffer(_program.Inputs[i].Type.Count, -1);
            _buffers.Add(inputBuffers[i]);
            _values[i] = new PlanValue(inputBuffers[i], null);
        }

        for (int i = 0; i < _program.Operations.Length; i++)
        {
            int value = inputs + i;
            if (_uses.IsMerged(value))
            {
                _values[value] = _values[((RescaleOperation)_program.Operations[i]).X];
            }
            else if (_uses.IsNeeded(value))
            {
                _values[value] = Add(_program.Operations[i], _uses.ResultOf(value));
            }
        }

        ArenaBuffer[] outputs = [.. _program.Outputs.Select(output => Flat(output.Value))];
        foreach (ArenaBuffer output in outputs)
        {
            output.LastStep = _steps.Count;
        }

        foreach (PlanValue value in _keepValues ? _values : [])
        {
            value.Buffer.LastStep = _steps.Count;
        }

        long perItem = ArenaPlan.Assign(_buffers, 1);
        int items = (int)Math.Clamp(ArenaTarget / perItem, 1, MaxItemsPerTile);
        return new([.. _steps], inputBuffers, outputs, items, ArenaPlan.Assign(_buffers, items), _program.Work, _keepValues ? _values : []);
    }

    /// <param name="result">Shape and range of the operation's result, clamps that were merged into it included.</param>
    private PlanValue Add(Operation operation, TensorType result) => operation switch
    {
        LinearOperation op => AddLinear(op, result),
        ConvOperation op => AddConv(op, result),
        LookupOperation op => AddLookup(op),
        RescaleOperation op => AddRescale(op, result),
        AddOperation op => AddAdd(op, result),
        MaxPoolOperation op => AddMaxPool(op),
        AveragePoolOperation op => AddAveragePool(op, result),
        SoftmaxOperation op => AddSoftmax(op),
        ReshapeOperation op => _values[op.X],
        _ => throw new ArgumentException("No such operation.", nameof(operation)),
    };

    private PlanValue AddLookup(LookupOperation op)
    {
        PlanValue x = _values[op.X];
        ArenaBuffer y = Result(x.Buffer.Count, x.Buffer);
        _steps.Add(new LookupStep(x.Buffer, y, Table(op.Table), _program.TypeOf(op.X).Lo));
        return new(y, x.Image);
    }

    private PlanValue AddRescale(RescaleOperation op, TensorType result)
    {
        PlanValue x = _values[op.X];
        ArenaBuffer y = Result(x.Buffer.Count, x.Buffer);
        _steps.Add(op.Multiplier == 1 && op.Shift == 0
            ? new ClampStep<TS, TV>(x.Buffer, y, result.Lo, result.Hi)
            : new CombineStep<TS, TV>(x.Buffer, x.Buffer, y, op.Multiplier, 0, op.Shift, result.Lo, result.Hi));
        return new(y, x.Image);
    }

    private PlanValue AddAdd(AddOperation op, TensorType result)
    {
        // Elements only have to meet their partners: any common layout will do.
        ImageShape? image = _values[op.A].Image;
        bool alike = image == _values[op.B].Image;
        ArenaBuffer a = alike ? _values[op.A].Buffer : Flat(op.A);
        ArenaBuffer b = alike ? _values[op.B].Buffer : Flat(op.B);
        ArenaBuffer y = Result(a.Count, a, b);
        _steps.Add(new CombineStep<TS, TV>(a, b, y, op.MultiplierA, op.MultiplierB, op.Shift, result.Lo, result.Hi));
        return new(y, alike ? image : null);
    }

    private PlanValue AddSoftmax(SoftmaxOperation op)
    {
        ArenaBuffer x = Flat(op.X);
        ArenaBuffer y = Result(x.Count, x);
        _steps.Add(new SoftmaxStep(x, y, op.Result.Shape[^1], Table(op.Table), op));
        return new(y, null);
    }

    /// <summary>The value row-major.</summary>
    private ArenaBuffer Flat(int value)
    {
        PlanValue x = _values[value];
        return x.Image is { IsFlat: false } image ? Transposed(x.Buffer, image, toChannelsLast: false) : x.Buffer;
    }

    /// <summary>The value channels last.</summary>
    private ArenaBuffer ChannelsLast(int value, ImageShape image)
    {
        if (_values[value].Image == image)
        {
            return _values[value].Buffer;
        }

        ArenaBuffer flat = Flat(value);
        return image.IsFlat ? flat : Transposed(flat, image, toChannelsLast: true);
    }

    private ArenaBuffer Transposed(ArenaBuffer x, ImageShape image, bool toChannelsLast)
    {
        if (!_transposed.TryGetValue((x, image, toChannelsLast), out ArenaBuffer? y))
        {
            int area = image.Height * image.Width;
            y = Result(x.Count, x);
            _steps.Add(toChannelsLast
                ? new TransposeStep(x, y, image.Channels, area)
                : new TransposeStep(x, y, area, image.Channels));
            _transposed.Add((x, image, toChannelsLast), y);
        }

        return y;
    }

    /// <summary>The buffer that the step added next writes, and the ones that it reads.</summary>
    private ArenaBuffer Result(int count, params ReadOnlySpan<ArenaBuffer> operands)
    {
        foreach (ArenaBuffer operand in operands)
        {
            operand.LastStep = Math.Max(operand.LastStep, _steps.Count);
        }

        ArenaBuffer y = new(count, _steps.Count);
        _buffers.Add(y);
        return y;
    }

    /// <summary>A table in native memory.</summary>
    private short* Table(int table)
    {
        if (_tables[table] == 0)
        {
            _tables[table] = (nint)_memory.Copy(_program.Tables[table].Values.AsSpan());
        }

        return (short*)_tables[table];
    }

    private ImageShape ImageOf(int value)
    {
        TensorType type = _program.TypeOf(value);
        return new(type.Shape[0], type.Shape[1], type.Shape[2]);
    }
}
