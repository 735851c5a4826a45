using Assay.Engine.Kernels;
using Assay.Engine.Memory;
using Assay.Engine.Plan.Layouts;
using Assay.Engine.Plan.Steps;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine.Plan;

/// <summary>
/// Compiles a program into steps. Every value has a <see cref="Layout"/>: images are stored channels last from the first
/// convolution or pool on, operations on elements keep their operands' layout, and elements are copied only where a kernel needs
/// another one. A flattened image goes into a linear layer by permuting the layer's weights, and a clamp (Relu) is merged into
/// the operation before it.
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
    private readonly Dictionary<(ArenaBuffer, Layout, Layout), ArenaBuffer> _copies = [];
    private readonly Dictionary<(ArenaBuffer, Pads), ArenaBuffer> _padded = [];
    private readonly nint[] _tables;
    private int _value;

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
            _values[i] = RowMajor(inputBuffers[i]);
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
                _value = value;
                int before = _steps.Count;
                _values[value] = Add(_program.Operations[i], _uses.ResultOf(value));
                if (_steps.Count > before)
                {
                    _steps[^1].MultiplyAdds = MultiplyAdds(_program.Operations[i]);
                }
            }
        }

        ArenaBuffer[] outputs = [.. _program.Outputs.Select(output => Flat(output.Value))];
        foreach (ArenaBuffer output in outputs)
        {
            output.LastStep = _steps.Count;
        }

        KeptValue[] kept = _keepValues ? [.. _values.Select(Keep)] : [];
        long perItem = ArenaPlan.Assign(_buffers, 1);
        int items = (int)Math.Clamp(ArenaTarget / perItem, 1, MaxItemsPerTile);
        return new([.. _steps], inputBuffers, outputs, items, ArenaPlan.Assign(_buffers, items), _program.Work, kept);
    }

    private long MultiplyAdds(Operation operation) => operation.Result.Count * operation switch
    {
        LinearOperation op => _program.Weights[op.Weights].Shape[1],
        ConvOperation op => (long)_program.Weights[op.Weights].Shape[1] * _program.Weights[op.Weights].Shape[2] * _program.Weights[op.Weights].Shape[3],
        MatMulOperation op => _program.TypeOf(op.A).Shape[^1],
        _ => 1,
    };

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
        MulOperation op => AddMul(op, result),
        MaxOperation op => AddElements<Larger<TS, TV>>("max", default, op.A, op.B, result),
        MinOperation op => AddElements<Smaller<TS, TV>>("min", default, op.A, op.B, result),
        DivideOperation op => AddScalars("divide", new Quotient(op.Bits), op.A, op.B, op.B, result),
        SelectOperation op => AddScalars<Choice>("select", default, op.Condition, op.A, op.B, result),
        AffineOperation op => AddAffine(op, result),
        MatMulOperation op => AddMatMul(op, result),
        ReduceSumOperation op => AddReduceSum(op, result),
        ReduceMaxOperation op => AddReduceMax(op, result),
        RootSumOperation op => AddRootSum(op, result),
        NormalizeOperation op => AddNormalize(op, result),
        TopKOperation op => AddTopK(op, result),
        EmbeddingOperation op => AddEmbedding(op, result),
        TransposeOperation op => AddTranspose(op),
        SliceOperation op => AddSlice(op),
        GatherOperation op => AddGather(op, result),
        ConcatOperation op => AddConcat(op, result),
        PadOperation op => AddPad(op, result),
        ConstantOperation op => AddConstant(op, result),
        _ => throw new ArgumentException("No such operation.", nameof(operation)),
    };

    /// <summary>Elements only have to be there, in any order.</summary>
    private PlanValue AddLookup(LookupOperation op)
    {
        PlanValue x = Dense(op.X);
        ArenaBuffer y = Result(x.Buffer.Count, x.Buffer);
        Emit(new LookupStep(x.Buffer, y, Table(op.Table), _program.TypeOf(op.X).Lo));
        return new(y, x.Layout);
    }

    private PlanValue AddSoftmax(SoftmaxOperation op)
    {
        ArenaBuffer x = Flat(op.X);
        ArenaBuffer y = Result(x.Count, x);
        Emit(new SoftmaxStep(x, y, op.Result.Shape[^1], Table(op.Table), op));
        return RowMajor(y);
    }

    /// <summary>The buffer that the step added next writes, and the ones that it reads.</summary>
    private ArenaBuffer Result(int count, params ReadOnlySpan<ArenaBuffer> operands)
    {
        Touch(operands);
        ArenaBuffer y = new(count, _steps.Count);
        _buffers.Add(y);
        return y;
    }

    /// <summary>Buffers that the step added next uses.</summary>
    private void Touch(params ReadOnlySpan<ArenaBuffer> buffers)
    {
        foreach (ArenaBuffer buffer in buffers)
        {
            buffer.LastStep = Math.Max(buffer.LastStep, _steps.Count);
        }
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

    private void Emit(Step step)
    {
        step.Value = _value;
        _steps.Add(step);
    }

    private ImageShape ImageOf(int value)
    {
        TensorType type = _program.TypeOf(value);
        return new(type.Shape[0], type.Shape[1], type.Shape[2]);
    }
}
