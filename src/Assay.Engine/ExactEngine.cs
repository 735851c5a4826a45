using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Engine.Execution;
using Assay.Engine.Kernels;
using Assay.Engine.Memory;
using Assay.Engine.Plan;
using Assay.Engine.Simd;
using Assay.Programs;

namespace Assay.Engine;

/// <summary>
/// A model of <c>fixed-point/v1</c>, compiled for this machine. Every path, batch size and number of threads gives the bytes of
/// <see cref="ReferenceInterpreter"/>.
/// </summary>
/// <remarks>
/// <para>Thread-safe: any number of calls may run at once, each with its own scratch memory, which later calls reuse; a call
/// allocates nothing once as many ran at the same time before. <see cref="Dispose"/> may be called while calls run; memory is
/// freed after the last of them.</para>
/// <para>Tensors of a batch are laid out <c>[batch, item's shape]</c>, row-major; several inputs (or outputs) follow each other in
/// the program's order.</para>
/// </remarks>
public sealed unsafe class ExactEngine : IDisposable
{
    private readonly PlanMemory _memory;
    private readonly PlanRunner _runner;
    private readonly TimeProvider? _clock;
    private readonly bool _keepsValues;

    private ExactEngine(ExactModel model, EngineOptions options, PlanMemory memory)
    {
        Model = model;
        Path = options.Path == SimdPath.Auto ? BestPath() : options.Path;
        InstructionSet = Path switch
        {
            SimdPath.Vector512 when Avx512BW.IsSupported => "avx512",
            SimdPath.Vector512 or SimdPath.Vector256 when Avx2.IsSupported => "avx2",
            _ => "portable",
        };
        _memory = memory;
        _clock = options.Clock;
        _keepsValues = options.KeepValues;
        EnginePlan plan = Path switch
        {
            SimdPath.Vector512 => PlanBuilder<Simd512, Vector512<int>>.Build(model, memory, options.KeepValues),
            SimdPath.Vector256 => PlanBuilder<Simd256, Vector256<int>>.Build(model, memory, options.KeepValues),
            _ => PlanBuilder<ScalarSimd, int>.Build(model, memory, options.KeepValues),
        };
        _runner = new PlanRunner(model.Program, plan, memory, options, vectors: Path != SimdPath.Portable);
        foreach (InputPort input in _runner.Inputs)
        {
            InputCount += input.Count;
        }

        foreach (OutputPort output in _runner.Outputs)
        {
            OutputCount += output.Count;
        }
    }

    /// <summary>The model that this engine runs.</summary>
    public ExactModel Model { get; }

    /// <summary>The path that it runs on; never <see cref="SimdPath.Auto"/>.</summary>
    public SimdPath Path { get; }

    /// <summary><c>avx512</c>, <c>avx2</c> or <c>portable</c>: the instructions that the path's kernels use on this machine.</summary>
    public string InstructionSet { get; }

    /// <summary>Elements of all inputs of one item.</summary>
    public long InputCount { get; }

    /// <summary>Elements of all outputs of one item.</summary>
    public long OutputCount { get; }

    /// <summary>Items of a batch that pass through the steps together.</summary>
    public int ItemsPerPass => _runner.ItemsPerTile;

    /// <summary>Bytes of native memory in use.</summary>
    public long MemoryBytes => _memory.Bytes;

    /// <summary>Compiles a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option has no meaning.</exception>
    /// <exception cref="EngineMemoryException">The model needs more memory than <see cref="EngineOptions.MemoryLimit"/>.</exception>
    public static ExactEngine Compile(ExactModel model, EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= EngineOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ParallelWork, 1);
        if (!Enum.IsDefined(options.Path))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Path, "No such path.");
        }

        PlanMemory memory = new(options.MemoryLimit);
        try
        {
            return new ExactEngine(model, options, memory);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Runs a batch of integers.</summary>
    /// <param name="inputs">Elements in the ranges of their inputs.</param>
    /// <param name="batch">Items, at least 1.</param>
    /// <param name="outputs">Receives the outputs.</param>
    /// <exception cref="ArgumentException">A span hasn't the right length, or an element is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed.</exception>
    public EngineTranscript Run(ReadOnlySpan<short> inputs, int batch, Span<short> outputs) => Run(inputs, batch, outputs, null);

    /// <summary>Runs a batch of integers and shows all values of all items to an observer, some items at a time, in order, on
    /// the caller's thread.</summary>
    /// <param name="observer">Needs <see cref="EngineOptions.KeepValues"/>; what it throws ends the call.</param>
    /// <exception cref="InvalidOperationException">The engine doesn't keep values.</exception>
    /// <inheritdoc cref="Run(ReadOnlySpan{short}, int, Span{short})"/>
    public EngineTranscript Run(ReadOnlySpan<short> inputs, int batch, Span<short> outputs, ValueObserver? observer)
    {
        if (observer is not null && !_keepsValues)
        {
            throw new InvalidOperationException("The engine was compiled without EngineOptions.KeepValues.");
        }

        CheckLengths(inputs.Length, batch, outputs.Length);
        CheckRanges(inputs, batch);
        fixed (short* x = inputs, y = outputs)
        {
            BatchCall call = new() { Inputs = x, Outputs = y, Integers = true, Batch = batch, Refused = int.MaxValue, Observer = observer };
            return Execute(ref call);
        }
    }

    /// <summary>Runs a batch of binary32 elements through the program's boundary.</summary>
    /// <param name="inputs">Any values; what can't be represented is clamped or refused by the input's rule.</param>
    /// <param name="batch">Items, at least 1.</param>
    /// <param name="outputs">Receives the outputs; zeros for refused items.</param>
    /// <inheritdoc cref="Run(ReadOnlySpan{short}, int, Span{short})" path="/exception"/>
    public EngineTranscript RunBatch(ReadOnlySpan<float> inputs, int batch, Span<float> outputs) =>
        RunBatch(inputs, batch, outputs, []);

    /// <summary>Runs a batch whose items belong to different requests: one that is refused doesn't touch the others.</summary>
    /// <param name="outcomes">Receives how each item passed the boundary; empty if nobody asks.</param>
    /// <inheritdoc cref="RunBatch(ReadOnlySpan{float}, int, Span{float})"/>
    public EngineTranscript RunBatch(ReadOnlySpan<float> inputs, int batch, Span<float> outputs, Span<ItemOutcome> outcomes)
    {
        CheckLengths(inputs.Length, batch, outputs.Length);
        if (outcomes.Length != 0 && outcomes.Length != batch)
        {
            throw new ArgumentException($"{outcomes.Length} outcomes for {batch} items.", nameof(outcomes));
        }

        fixed (float* x = inputs, y = outputs)
        {
            fixed (ItemOutcome* each = outcomes)
            {
                BatchCall call = new() { Inputs = x, Outputs = y, Batch = batch, Outcomes = each, Refused = int.MaxValue };
                return Execute(ref call);
            }
        }
    }

    /// <summary>Times each step on the caller's thread.</summary>
    /// <param name="inputs">As for <see cref="Run(ReadOnlySpan{short}, int, Span{short})"/>.</param>
    /// <param name="batch">Items, at most <see cref="ItemsPerPass"/>.</param>
    /// <param name="rounds">How often; at least 1.</param>
    /// <param name="clock">Measures.</param>
    /// <exception cref="ArgumentException">A span hasn't the right length, or an element is out of range.</exception>
    public IReadOnlyList<StepTime> Profile(ReadOnlySpan<short> inputs, int batch, int rounds, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, ItemsPerPass);
        short[] outputs = new short[OutputCount * batch];
        CheckLengths(inputs.Length, batch, outputs.Length);
        CheckRanges(inputs, batch);
        bool held = false;
        try
        {
            _memory.DangerousAddRef(ref held);
            fixed (short* x = inputs, y = outputs)
            {
                BatchCall call = new() { Inputs = x, Outputs = y, Integers = true, Batch = batch, Refused = int.MaxValue };
                return _runner.Profile(ref call, rounds, clock);
            }
        }
        finally
        {
            if (held)
            {
                _memory.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private static SimdPath BestPath() =>
        Avx512BW.IsSupported && Vector512.IsHardwareAccelerated ? SimdPath.Vector512
        : Vector128.IsHardwareAccelerated ? SimdPath.Vector256
        : SimdPath.Portable;

    private EngineTranscript Execute(ref BatchCall call)
    {
        long started = _clock?.GetTimestamp() ?? 0;
        bool held = false;
        try
        {
            _memory.DangerousAddRef(ref held);
            _runner.Run(ref call);
        }
        finally
        {
            if (held)
            {
                _memory.DangerousRelease();
            }
        }

        bool refused = call.Refused != int.MaxValue;
        return new(
            refused ? call.Refused : -1,
            refused ? call.Refusal : new(BoundaryRefusal.None, -1, -1, 0),
            call.Clamped,
            call.Batch,
            InstructionSet,
            started,
            _clock?.GetTimestamp() ?? 0);
    }

    private void CheckRanges(ReadOnlySpan<short> inputs, int batch)
    {
        ReadOnlySpan<short> rest = inputs;
        foreach (InputPort input in _runner.Inputs)
        {
            if (!BoundaryKernel.InRange(rest[..(input.Count * batch)], input.Type.Lo, input.Type.Hi))
            {
                throw new ArgumentException($"Input {input.Number} has elements that aren't {input.Type}.", nameof(inputs));
            }

            rest = rest[(input.Count * batch)..];
        }
    }

    private void CheckLengths(int inputs, int batch, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        if (inputs != InputCount * batch || outputs != OutputCount * batch)
        {
            throw new ArgumentException(
                $"{batch} items have {InputCount * batch} elements in and {OutputCount * batch} out, not {inputs} and {outputs}.");
        }
    }
}
