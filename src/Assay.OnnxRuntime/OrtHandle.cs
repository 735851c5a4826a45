using System.Runtime.InteropServices;

namespace Assay.OnnxRuntime;

/// <summary>An object of ONNX Runtime, released exactly once. The library is never unloaded, so the release function stays valid.</summary>
internal sealed unsafe class OrtHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, void> _release;

    public OrtHandle(nint value, delegate* unmanaged<nint, void> release)
        : base(0, ownsHandle: true)
    {
        _release = release;
        SetHandle(value);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>For calls that the owner keeps this handle open for.</summary>
    public nint Value => IsClosed ? throw new ObjectDisposedException(nameof(OrtHandle)) : handle;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        return true;
    }
}
