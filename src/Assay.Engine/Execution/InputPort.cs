using System.Collections.Immutable;
using Assay.Engine.Kernels;
using Assay.Engine.Memory;
using Assay.Engine.Plan;
using Assay.Programs;

namespace Assay.Engine.Execution;

/// <summary>Brings the items of one input into an arena.</summary>
/// <remarks>Safety: the caller's spans were checked to hold the batch; the buffer holds a tile. Offsets and multipliers are read by
/// vectors only for runs of at least eight elements, or from eight copies.</remarks>
internal sealed unsafe class InputPort
{
    /// <summary>Copies of an offset that a whole run shares: a vector's worth and more.</summary>
    private const int Copies = 8;

    private readonly ProgramInput _input;
    private readonly ArenaBuffer _buffer;
    private readonly double* _offsets;
    private readonly double* _multipliers;
    private readonly bool _vectors;

    /// <summary>Elements in a row whose offsets are beside each other, or the same.</summary>
    private readonly int _runLength;

    /// <summary>Where the offsets of the runs begin: every <see cref="_pitch"/> doubles, modulo <see cref="_period"/> runs.</summary>
    private readonly int _pitch;
    private readonly int _period;
    private readonly int _step;

    public InputPort(ProgramInput input, int number, ArenaBuffer buffer, PlanMemory memory, bool vectors)
    {
        _input = input;
        Number = number;
        _buffer = buffer;
        _vectors = vectors;
        ImmutableArray<int> shape = input.Type.Shape;
        int perChannel = 1;
        for (int axis = input.ChannelAxis + 1 ?? 0; axis < shape.Length; axis++)
        {
            perChannel *= shape[axis];
        }

        int channels = input.Offsets.Length;
        if (perChannel == 1)
        {
            (_runLength, _pitch, _period, _step) = (channels, 0, 1, 1);
            _offsets = memory.Copy(input.Offsets.AsSpan());
            _multipliers = memory.Copy(input.Multipliers.AsSpan());
            return;
        }

        (_runLength, _pitch, _period, _step) = (perChannel, Copies, channels, 0);
        _offsets = memory.Allocate<double>((long)channels * Copies);
        _multipliers = memory.Allocate<double>((long)channels * Copies);
        for (int i = 0; i < channels * Copies; i++)
        {
            _offsets[i] = input.Offsets[i / Copies];
            _multipliers[i] = input.Multipliers[i / Copies];
        }
    }

    /// <summary>The input's number.</summary>
    public int Number { get; }

    /// <summary>Elements per item.</summary>
    public int Count => _buffer.Count;

    /// <summary>The range that every element must be in.</summary>
    public TensorType Type => _input.Type;

    /// <summary>Copies integers, which the caller has checked.</summary>
    public void Load(short* x, short* arena, int items)
    {
        long length = (long)items * Count;
        new ReadOnlySpan<short>(x, checked((int)length)).CopyTo(new Span<short>(arena + _buffer.Offset, (int)length));
    }

    /// <summary>Converts one item; a refused one is replaced by elements in range.</summary>
    /// <param name="item">Its index in the arena.</param>
    public ItemOutcome Quantize(float* x, short* arena, int item)
    {
        short* q = arena + _buffer.Offset + ((nint)item * Count);
        short lo = _input.Type.Lo;
        short hi = _input.Type.Hi;
        int clamped = 0;
        bool finite = true;
        for (int at = 0, run = 0; at < Count; at += _runLength)
        {
            finite &= BoundaryKernel.Quantize(
                x + at, _runLength, _offsets + (run * _pitch), _multipliers + (run * _pitch), _step, lo, hi, q + at, ref clamped, _vectors);
            run = run + 1 == _period ? 0 : run + 1;
        }

        return finite && (clamped == 0 || _input.Rule == OutOfRange.Clamp)
            ? new(BoundaryRefusal.None, -1, -1, clamped)
            : Refuse(new(x, Count), new(q, Count));
    }

    /// <summary>Lets the specification say which element is the first to blame.</summary>
    private ItemOutcome Refuse(ReadOnlySpan<float> x, Span<short> q)
    {
        BoundaryResult result = Boundary.Quantize(_input, x, q);
        q.Fill(_input.Type.Lo);
        return new(
            result.Error == ProgramErrorCodes.NotFinite ? BoundaryRefusal.NotFinite : BoundaryRefusal.OutOfRange,
            Number,
            result.Position,
            0);
    }
}
