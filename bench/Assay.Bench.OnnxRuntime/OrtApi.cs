using System.Runtime.InteropServices;

namespace Assay.Bench.OnnxRuntime;

/// <summary>
/// The functions of onnxruntime_c_api.h that a float session on one processor needs. <c>OrtApi</c> is a table of
/// function pointers to which releases only append, so an index means the same function in every release.
/// A function returns null or a status, which <see cref="Check"/> turns into an exception.
/// </summary>
internal sealed unsafe class OrtApi
{
    /// <summary>Every function used here is in the first version of the table.</summary>
    private const uint TableVersion = 1;

    private readonly void** table;

    /// <exception cref="DllNotFoundException">The file can't be loaded.</exception>
    /// <exception cref="EntryPointNotFoundException">It isn't ONNX Runtime.</exception>
    public OrtApi(string libraryPath)
    {
        // Never unloaded: its threads and static destructors may outlive any session.
        nint library = NativeLibrary.Load(libraryPath);
        var getBase = (delegate* unmanaged<void**>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        void** apiBase = getBase();
        table = ((delegate* unmanaged<uint, void**>)apiBase[0])(TableVersion);
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)apiBase[1])()) ?? "";
        if (table is null)
        {
            throw new OnnxRuntimeException($"ONNX Runtime {Version} doesn't offer version {TableVersion} of its functions.");
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

    public delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithData =>
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];

    /// <summary>Its result belongs to the type info, and is null for what isn't a tensor.</summary>
    public delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo =>
        (delegate* unmanaged<nint, nint*, nint>)table[55];

    public delegate* unmanaged<nint, int*, nint> GetTensorElementType => (delegate* unmanaged<nint, int*, nint>)table[60];

    public delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount =>
        (delegate* unmanaged<nint, nuint*, nint>)table[61];

    public delegate* unmanaged<nint, long*, nuint, nint> GetDimensions =>
        (delegate* unmanaged<nint, long*, nuint, nint>)table[62];

    public delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo =>
        (delegate* unmanaged<int, int, nint*, nint>)table[69];

    public delegate* unmanaged<nint, nint, nint> AllocatorFree => (delegate* unmanaged<nint, nint, nint>)table[76];

    public delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions =>
        (delegate* unmanaged<nint*, nint>)table[78];

    public delegate* unmanaged<nint, void> ReleaseEnv => (delegate* unmanaged<nint, void>)table[92];

    public delegate* unmanaged<nint, void> ReleaseMemoryInfo => (delegate* unmanaged<nint, void>)table[94];

    public delegate* unmanaged<nint, void> ReleaseSession => (delegate* unmanaged<nint, void>)table[95];

    public delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)table[96];

    public delegate* unmanaged<nint, void> ReleaseTypeInfo => (delegate* unmanaged<nint, void>)table[98];

    public delegate* unmanaged<nint, void> ReleaseSessionOptions => (delegate* unmanaged<nint, void>)table[100];

    /// <exception cref="OnnxRuntimeException">The status isn't null.</exception>
    public void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)table[2])(status)) ?? "unknown error";
        ((delegate* unmanaged<nint, void>)table[93])(status);
        throw new OnnxRuntimeException(message);
    }
}
