using System.Runtime.InteropServices;
using Assay.Prover.Simd;

namespace Assay.Prover.Memory;

/// <summary>Native memory of a fixed size, aligned to 64 bytes: outside of the collected heap, and kept from proof to proof.</summary>
/// <typeparam name="T">What it holds.</typeparam>
internal sealed unsafe class NativeBuffer<T> : SafeHandle
    where T : unmanaged
{
    /// <param name="length">Elements; their content is undefined.</param>
    public NativeBuffer(long length)
        : base(0, ownsHandle: true)
    {
        Length = length;
        SetHandle((nint)LargePages.Allocate(checked(Math.Max(length, 1) * sizeof(T))));
    }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The first element; valid until the buffer is disposed.</summary>
    public T* Pointer => (T*)handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Sets all bytes to 0.</summary>
    public void Clear() => NativeMemory.Clear(Pointer, (nuint)Length * (nuint)sizeof(T));

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LargePages.Free((void*)handle);
        return true;
    }
}
