using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.OnnxRuntime;

/// <summary>
/// ONNX Runtime's library, loaded: one environment with one thread pool and one bounded arena for all sessions. A process
/// loads it once, since the library keeps its environment; receipts name it by the digest of its file.
/// </summary>
public sealed unsafe class FloatRuntime
{
    private const int LogFatal = 4;
    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;

    /// <summary>Grow by what is asked for, not to the next power of two.</summary>
    private const int ExtendAsRequested = 1;

    private static readonly Lock Gate = new();
    private static FloatRuntime? _loaded;

    // Kept for as long as the process runs.
    private readonly OrtHandle _environment;

    private FloatRuntime(string path, FloatRuntimeOptions options)
    {
        Path = path;
        Options = options;
        using (FileStream file = File.OpenRead(path))
        {
            Digest = Digest32.From(SHA256.HashData(file));
        }

        Api = new OrtApi(path);
        _environment = CreateEnvironment();
        InstructionSet = ProcessorFeatures.Detect();
    }

    /// <summary>The library's file.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the library's file: which build it is.</summary>
    public Digest32 Digest { get; }

    /// <summary>For example 1.30.0.</summary>
    public string Version => Api.Version;

    /// <summary>What receipts call the backend: release, build, optimisation level, threads.</summary>
    public string Backend => $"onnxruntime/{Version} sha256:{Digest} opt=basic threads=1";

    /// <summary>What the kernels choose by: <c>avx512</c>, <c>avx2</c>, <c>avx</c>, <c>sse</c> or <c>neon</c>.</summary>
    public string InstructionSet { get; }

    /// <summary>The bounds.</summary>
    public FloatRuntimeOptions Options { get; }

    internal OrtApi Api { get; }

    internal nint Environment => _environment.Value;

    /// <summary>Finds and loads the library.</summary>
    /// <param name="named">A path that the user gave; null: as <see cref="OnnxRuntimeLibrary.Find"/> says.</param>
    /// <param name="options">Count for the first call of a process; later ones get the same runtime.</param>
    /// <exception cref="OnnxRuntimeException">It isn't installed, can't be loaded, or another file is loaded already.</exception>
    public static FloatRuntime Load(string? named = null, FloatRuntimeOptions? options = null)
    {
        lock (Gate)
        {
            string path = OnnxRuntimeLibrary.Find(named) ?? throw new OnnxRuntimeException(FloatErrors.NotInstalled,
                named is null ? "ONNX Runtime isn't installed, and float models need it." : $"There is no library {named}.", OnnxRuntimeLibrary.HowToInstall);
            try
            {
                _loaded ??= new FloatRuntime(path, options ?? new FloatRuntimeOptions());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new OnnxRuntimeException(FloatErrors.Library, $"{path} can't be read: {e.Message}", OnnxRuntimeLibrary.HowToInstall);
            }

            return _loaded.Path == path ? _loaded : throw new OnnxRuntimeException(FloatErrors.Library, $"{_loaded.Path} is loaded already; a process can't use a second library.");
        }
    }

    private OrtHandle CreateEnvironment()
    {
        nint value;
        Api.Check(Api.CreateThreadingOptions(&value), FloatErrors.Library);
        using OrtHandle threads = new(value, Api.ReleaseThreadingOptions);
        Api.Check(Api.SetGlobalIntraOpNumThreads(threads.Value, 1), FloatErrors.Library);
        Api.Check(Api.SetGlobalInterOpNumThreads(threads.Value, 1), FloatErrors.Library);
        fixed (byte* name = "assay\0"u8)
        {
            Api.Check(Api.CreateEnvWithGlobalThreadPools(LogFatal, name, threads.Value, &value), FloatErrors.Library);
        }

        OrtHandle environment = new(value, Api.ReleaseEnv);
        Api.Check(Api.DisableTelemetryEvents(environment.Value), FloatErrors.Library);
        Api.Check(Api.CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &value), FloatErrors.Library);
        using OrtHandle memory = new(value, Api.ReleaseMemoryInfo);
        Api.Check(Api.CreateArenaCfg((nuint)Options.MaxTensorBytes, ExtendAsRequested, -1, -1, &value), FloatErrors.Library);
        using OrtHandle arena = new(value, Api.ReleaseArenaCfg);
        Api.Check(Api.CreateAndRegisterAllocator(environment.Value, memory.Value, arena.Value), FloatErrors.Library);
        return environment;
    }
}
