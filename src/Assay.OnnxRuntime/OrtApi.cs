using System.Runtime.InteropServices;

namespace Assay.OnnxRuntime;

/// <summary>
/// The functions of onnxruntime_c_api.h that a float session on one processor needs. <c>OrtApi</c> is a table of
/// function pointers to which releases only append, so an index means the same function in every release.
/// A function returns null or a status, which <see cref="Check"/> turns into an exception. Names and texts that go in
/// are UTF-8 and end with a zero byte.
/// </summary>
internal sealed unsafe class OrtApi
{
    /// <summary>The first version of the table with every function used here (release 1.22).</summary>
    private const uint TableVersion = 22;

    private readonly void** table;

    /// <exception cref="OnnxRuntimeException">The file can't be loaded, isn't ONNX Runtime, or is too old.</exception>
    public OrtApi(string libraryPath)
    {
        // Never unloaded: its threads and static destructors may outlive any session.
        if (!NativeLibrary.TryLoad(libraryPath, out nint library) || !NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint entry))
        {
            throw new OnnxRuntimeException(FloatErrors.Library, $"{libraryPath} can't be loaded, or isn't ONNX Runtime.", OnnxRuntimeLibrary.HowToInstall);
        }

        void** apiBase = ((delegate* unmanaged<void**>)entry)();
        Version = PrintableText.Of(Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "");
        table = ((delegate* unmanaged<uint, void**>)apiBase[0])(TableVersion);
        if (table is null)
        {
            throw new OnnxRuntimeException(FloatErrors.Library, $"ONNX Runtime {Version} is too old: 1.22 or later is needed.", OnnxRuntimeLibrary.HowToInstall);
        }
    }

    public string Version { get; }

    public delegate* unmanaged<int, byte*, nint*, nint> CreateEnv =>
        (delegate* unmanaged<int, byte*, nint*, nint>)table[3];

    public delegate* unmanaged<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray =>
        (delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)table[8];

    public delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint> Run =>
        (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)table[9];

    public delegate* unmanaged<nint*, nint> CreateSessionOptions => (delegate* unmanaged<nint*, nint>)table[10];

    public delegate* unmanaged<nint, nint> DisableTelemetryEvents => (delegate* unmanaged<nint, nint>)table[6];

    public delegate* unmanaged<nint, nint> DisableMemPattern => (delegate* unmanaged<nint, nint>)table[17];

    public delegate* unmanaged<nint, nint> DisableCpuMemArena => (delegate* unmanaged<nint, nint>)table[19];

    public delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel => (delegate* unmanaged<nint, int, nint>)table[23];

    public delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads => (delegate* unmanaged<nint, int, nint>)table[24];

    public delegate* unmanaged<nint, int, nint> SetInterOpNumThreads => (delegate* unmanaged<nint, int, nint>)table[25];

    public delegate* unmanaged<nint, nuint*, nint> SessionGetInputCount =>
        (delegate* unmanaged<nint, nuint*, nint>)table[30];

    public delegate* unmanaged<nint, nuint*, nint> SessionGetOutputCount =>
        (delegate* unmanaged<nint, nuint*, nint>)table[31];

    public delegate* unmanaged<nint, nuint, nint*, nint> SessionGetInputTypeInfo =>
        (delegate* unmanaged<nint, nuint, nint*, nint>)table[33];

    public delegate* unmanaged<nint, nuint, nint*, nint> SessionGetOutputTypeInfo =>
        (delegate* unmanaged<nint, nuint, nint*, nint>)table[34];

    public delegate* unmanaged<nint, nuint, nint, nint*, nint> SessionGetInputName =>
        (delegate* unmanaged<nint, nuint, nint, nint*, nint>)table[36];

    public delegate* unmanaged<nint, nuint, nint, nint*, nint> SessionGetOutputName =>
        (delegate* unmanaged<nint, nuint, nint, nint*, nint>)table[37];

    public delegate* unmanaged<nint*, nint> CreateRunOptions => (delegate* unmanaged<nint*, nint>)table[39];

    public delegate* unmanaged<nint, nint> RunOptionsSetTerminate => (delegate* unmanaged<nint, nint>)table[46];

    public delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithData =>
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];

    public delegate* unmanaged<nint, nint*, nint> GetTensorMutableData => (delegate* unmanaged<nint, nint*, nint>)table[51];

    /// <summary>Its result belongs to the type info, and is null for what isn't a tensor.</summary>
    public delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo =>
        (delegate* unmanaged<nint, nint*, nint>)table[55];

    public delegate* unmanaged<nint, int*, nint> GetTensorElementType => (delegate* unmanaged<nint, int*, nint>)table[60];

    public delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount =>
        (delegate* unmanaged<nint, nuint*, nint>)table[61];

    public delegate* unmanaged<nint, long*, nuint, nint> GetDimensions =>
        (delegate* unmanaged<nint, long*, nuint, nint>)table[62];

    /// <summary>Fails for what isn't a tensor.</summary>
    public delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape => (delegate* unmanaged<nint, nint*, nint>)table[65];

    public delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo =>
        (delegate* unmanaged<int, int, nint*, nint>)table[69];

    public delegate* unmanaged<nint, nint, nint> AllocatorFree => (delegate* unmanaged<nint, nint, nint>)table[76];

    public delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions =>
        (delegate* unmanaged<nint*, nint>)table[78];

    public delegate* unmanaged<nint, void> ReleaseEnv => (delegate* unmanaged<nint, void>)table[92];

    public delegate* unmanaged<nint, void> ReleaseMemoryInfo => (delegate* unmanaged<nint, void>)table[94];

    public delegate* unmanaged<nint, void> ReleaseSession => (delegate* unmanaged<nint, void>)table[95];

    public delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)table[96];

    public delegate* unmanaged<nint, void> ReleaseRunOptions => (delegate* unmanaged<nint, void>)table[97];

    public delegate* unmanaged<nint, void> ReleaseTypeInfo => (delegate* unmanaged<nint, void>)table[98];

    public delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo => (delegate* unmanaged<nint, void>)table[99];

    public delegate* unmanaged<nint, void> ReleaseSessionOptions => (delegate* unmanaged<nint, void>)table[100];

    public delegate* unmanaged<int, byte*, nint, nint*, nint> CreateEnvWithGlobalThreadPools =>
        (delegate* unmanaged<int, byte*, nint, nint*, nint>)table[119];

    public delegate* unmanaged<nint, nint> DisablePerSessionThreads => (delegate* unmanaged<nint, nint>)table[120];

    public delegate* unmanaged<nint*, nint> CreateThreadingOptions => (delegate* unmanaged<nint*, nint>)table[121];

    public delegate* unmanaged<nint, void> ReleaseThreadingOptions => (delegate* unmanaged<nint, void>)table[122];

    public delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry =>
        (delegate* unmanaged<nint, byte*, byte*, nint>)table[130];

    /// <summary>An arena that all sessions of an environment may share, with a limit of its own.</summary>
    public delegate* unmanaged<nint, nint, nint, nint> CreateAndRegisterAllocator =>
        (delegate* unmanaged<nint, nint, nint, nint>)table[144];

    public delegate* unmanaged<nint, int, nint> SetGlobalIntraOpNumThreads => (delegate* unmanaged<nint, int, nint>)table[147];

    public delegate* unmanaged<nint, int, nint> SetGlobalInterOpNumThreads => (delegate* unmanaged<nint, int, nint>)table[148];

    public delegate* unmanaged<nuint, int, int, int, nint*, nint> CreateArenaCfg =>
        (delegate* unmanaged<nuint, int, int, int, nint*, nint>)table[156];

    public delegate* unmanaged<nint, void> ReleaseArenaCfg => (delegate* unmanaged<nint, void>)table[157];

    public delegate* unmanaged<nint, byte, nint> SessionOptionsSetLoadCancellationFlag =>
        (delegate* unmanaged<nint, byte, nint>)table[293];

    /// <param name="status">What a function returned; released here.</param>
    /// <param name="code">The code of the exception.</param>
    /// <exception cref="OnnxRuntimeException">The status isn't null.</exception>
    public void Check(nint status, string code = FloatErrors.Run)
    {
        if (TakeMessage(status) is { } message)
        {
            throw new OnnxRuntimeException(code, message);
        }
    }

    /// <summary>Null for success, else what is wrong; releases the status.</summary>
    public string? TakeMessage(nint status)
    {
        if (status == 0)
        {
            return null;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)table[2])(status)) ?? "unknown error";
        ((delegate* unmanaged<nint, void>)table[93])(status);
        return PrintableText.Of(message);
    }
}
