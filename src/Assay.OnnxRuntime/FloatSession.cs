using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Assay.OnnxRuntime;

/// <summary>
/// A model that ONNX Runtime has loaded: any number of inputs and outputs of float32 and int64. Runs may overlap. One thread
/// a run, the caller's. Loading and runs are bounded by <see cref="FloatRuntimeOptions"/>.
/// </summary>
/// <remarks>
/// Pointers into managed memory are pinned for the call that gets them; names are native copies that live as long as the
/// session. ONNX Runtime keeps nothing of the model's bytes. It isn't a sandbox: see SECURITY.md.
/// </remarks>
public sealed unsafe class FloatSession : IDisposable
{
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private readonly OrtApi _api;
    private readonly FloatRuntimeOptions _options;
    private readonly OrtHandle _session;
    private readonly OrtHandle _memory;
    private readonly nint[] _inputNames;
    private readonly nint[] _outputNames;
    private readonly Lock _gate = new();
    private int _running;
    private bool _disposed;

    private FloatSession(OrtApi api, FloatRuntimeOptions options, OrtHandle session, OrtHandle memory, ImmutableArray<SessionPort> inputs, ImmutableArray<SessionPort> outputs)
    {
        _api = api;
        _options = options;
        _session = session;
        _memory = memory;
        Inputs = inputs;
        Outputs = outputs;
        _inputNames = [.. inputs.Select(static port => Marshal.StringToCoTaskMemUTF8(port.Name))];
        _outputNames = [.. outputs.Select(static port => Marshal.StringToCoTaskMemUTF8(port.Name))];
    }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<SessionPort> Inputs { get; }

    /// <summary>In the file's order.</summary>
    public ImmutableArray<SessionPort> Outputs { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="runtime">The library.</param>
    /// <param name="onnx">An ONNX file that refers to no other files; the caller has made sure of that. Not kept.</param>
    /// <param name="fault">Null exactly when a session is returned.</param>
    public static FloatSession? TryOpen(FloatRuntime runtime, ReadOnlySpan<byte> onnx, out FloatFault? fault)
    {
        OrtApi api = runtime.Api;
        OrtHandle? session = null;
        OrtHandle? memory = null;
        try
        {
            session = Create(runtime, onnx);
            ImmutableArray<SessionPort> inputs = SessionPorts.Read(api, session.Value, isInput: true);
            ImmutableArray<SessionPort> outputs = SessionPorts.Read(api, session.Value, isInput: false);
            nint value;
            api.Check(api.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, &value), FloatErrors.Load);
            memory = new OrtHandle(value, api.ReleaseMemoryInfo);
            fault = null;
            return new FloatSession(api, runtime.Options, session, memory, inputs, outputs);
        }
        catch (OnnxRuntimeException refused)
        {
            memory?.Dispose();
            session?.Dispose();
            fault = new FloatFault(refused.Code, refused.Message);
            return null;
        }
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">One for each of <see cref="Inputs"/>, of its type and rank; fixed dimensions as there.</param>
    /// <exception cref="ArgumentException">They aren't so.</exception>
    public SessionResult Run(IReadOnlyList<SessionTensor> inputs)
    {
        RequireFit(inputs);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _running++;
        }

        try
        {
            return RunOpen(inputs);
        }
        finally
        {
            bool last;
            lock (_gate)
            {
                last = --_running == 0 && _disposed;
            }

            if (last)
            {
                Release();
            }
        }
    }

    /// <summary>Runs in flight end first; the last one releases.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_running > 0)
            {
                return;
            }
        }

        Release();
    }

    private static OrtHandle Create(FloatRuntime runtime, ReadOnlySpan<byte> onnx)
    {
        const int OptimizeBasic = 1;
        OrtApi api = runtime.Api;
        nint value;
        api.Check(api.CreateSessionOptions(&value), FloatErrors.Load);
        using OrtHandle options = new(value, api.ReleaseSessionOptions);
        api.Check(api.SetSessionGraphOptimizationLevel(options.Value, OptimizeBasic), FloatErrors.Load);
        api.Check(api.DisablePerSessionThreads(options.Value), FloatErrors.Load);
        api.Check(api.DisableMemPattern(options.Value), FloatErrors.Load);
        api.Check(api.DisableCpuMemArena(options.Value), FloatErrors.Load);
        Configure(api, options, "session.use_env_allocators\0"u8, "1\0"u8);

        // Never ORT's own format, which would bypass whoever looked at the file as ONNX.
        Configure(api, options, "session.load_model_format\0"u8, "ONNX\0"u8);
        nint settings = options.Value;
        using CancellationTokenSource limit = new(runtime.Options.LoadTimeout);

        // Leaving the block waits for a callback that has begun, so it never sees released options.
        using (limit.Token.Register(() => api.TakeMessage(api.SessionOptionsSetLoadCancellationFlag(settings, 1))))
        {
            fixed (byte* bytes = onnx)
            {
                string? message = api.TakeMessage(api.CreateSessionFromArray(runtime.Environment, bytes, (nuint)onnx.Length, settings, &value));
                if (message is not null)
                {
                    throw limit.IsCancellationRequested
                        ? new OnnxRuntimeException(FloatErrors.Timeout, $"loading took longer than {runtime.Options.LoadTimeout.TotalSeconds:0.#} s")
                        : new OnnxRuntimeException(FloatErrors.Load, message);
                }
            }
        }

        return new OrtHandle(value, api.ReleaseSession);
    }

    private static void Configure(OrtApi api, OrtHandle options, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* k = key, v = value)
        {
            api.Check(api.AddSessionConfigEntry(options.Value, k, v), FloatErrors.Load);
        }
    }

    private SessionResult RunOpen(IReadOnlyList<SessionTensor> inputs)
    {
        List<OrtHandle> tensors = [];
        List<GCHandle> pins = [];
        nint[] outputs = new nint[Outputs.Length];
        try
        {
            nint value;
            _api.Check(_api.CreateRunOptions(&value));
            using OrtHandle options = new(value, _api.ReleaseRunOptions);
            foreach (SessionTensor input in inputs)
            {
                pins.Add(GCHandle.Alloc(input.Values, GCHandleType.Pinned));
                tensors.Add(CreateTensor(input, pins[^1].AddrOfPinnedObject()));
            }

            nint[] values = [.. tensors.Select(static tensor => tensor.Value)];
            nint run = options.Value;
            using CancellationTokenSource limit = new(_options.RunTimeout);
            string? message;
            using (limit.Token.Register(() => _api.TakeMessage(_api.RunOptionsSetTerminate(run))))
            {
                fixed (nint* inputNames = _inputNames, outputNames = _outputNames, ins = values, outs = outputs)
                {
                    message = _api.TakeMessage(_api.Run(_session.Value, run, inputNames, ins, (nuint)values.Length, outputNames, (nuint)outputs.Length, outs));
                }
            }

            return message is null ? Read(outputs)
                : limit.IsCancellationRequested ? Failed(FloatErrors.Timeout, $"the run took longer than {_options.RunTimeout.TotalSeconds:0.#} s")
                : Failed(FloatErrors.Run, message);
        }
        catch (OnnxRuntimeException refused)
        {
            return Failed(refused.Code, refused.Message);
        }
        finally
        {
            foreach (nint output in outputs)
            {
                if (output != 0)
                {
                    _api.ReleaseValue(output);
                }
            }

            tensors.ForEach(static tensor => tensor.Dispose());
            pins.ForEach(static pin => pin.Free());
        }
    }

    private OrtHandle CreateTensor(SessionTensor input, nint data)
    {
        long[] shape = [.. input.Shape.Select(static dim => (long)dim)];
        nint value;
        nuint bytes = (nuint)input.Values.LongLength * (input.Type == ElementType.Float32 ? 4u : 8u);

        // A scalar has no dimensions, but the pointer to them may not be null.
        fixed (long* dims = shape.Length == 0 ? new long[1] : shape)
        {
            _api.Check(_api.CreateTensorWithData(_memory.Value, (void*)data, bytes, dims, (nuint)shape.Length, (int)input.Type, &value));
        }

        return new OrtHandle(value, _api.ReleaseValue);
    }

    private SessionResult Read(nint[] outputs)
    {
        SessionTensor[] read = new SessionTensor[outputs.Length];
        long total = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            nint value;
            _api.Check(_api.GetTensorTypeAndShape(outputs[i], &value));
            using OrtHandle info = new(value, _api.ReleaseTensorTypeAndShapeInfo);
            (int type, long[] dims) = SessionPorts.ReadShape(_api, info.Value);
            long count = 1;
            foreach (long dim in dims)
            {
                count = dim is < 0 or > int.MaxValue || (dim > 0 && count > _options.MaxOutputElements) ? long.MaxValue : count * dim;
            }

            total = count > _options.MaxOutputElements ? long.MaxValue : total + count;
            if (total > _options.MaxOutputElements)
            {
                return Failed(FloatErrors.Output, $"the outputs have more than {_options.MaxOutputElements:N0} elements");
            }

            if (type != (int)Outputs[i].Type)
            {
                return Failed(FloatErrors.Output, $"output '{PrintableText.Of(Outputs[i].Name)}' has another element type than the file says");
            }

            _api.Check(_api.GetTensorMutableData(outputs[i], &value));
            ImmutableArray<int> shape = [.. dims.Select(static dim => (int)dim)];
            read[i] = Outputs[i].Type == ElementType.Float32
                ? new SessionTensor.Floats(shape, new ReadOnlySpan<float>((void*)value, (int)count).ToArray())
                : new SessionTensor.Integers(shape, new ReadOnlySpan<long>((void*)value, (int)count).ToArray());
        }

        return new SessionResult(read, null);
    }

    private void RequireFit(IReadOnlyList<SessionTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != Inputs.Length)
        {
            throw new ArgumentException($"The session has {Inputs.Length} inputs.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Count; i++)
        {
            SessionPort port = Inputs[i];
            bool fits = inputs[i].Type == port.Type && inputs[i].Shape.Length == port.Shape.Length
                && !port.Shape.Where((dim, d) => inputs[i].Shape[d] < 1 || (dim > 0 && inputs[i].Shape[d] != dim)).Any();
            if (!fits)
            {
                throw new ArgumentException($"Input {i} isn't of its port's type and shape.", nameof(inputs));
            }
        }
    }

    private static SessionResult Failed(string code, string message) => new(null, new FloatFault(code, message));

    private void Release()
    {
        _session.Dispose();
        _memory.Dispose();
        foreach (nint name in (nint[])[.. _inputNames, .. _outputNames])
        {
            Marshal.FreeCoTaskMem(name);
        }
    }
}
