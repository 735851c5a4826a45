using System.Runtime.InteropServices;

namespace Assay.Engine.Memory;

/// <summary>
/// All native memory of an engine: packed weights, tables and the workers' arenas. It is freed as a whole when the engine is
/// disposed (or forgotten) and the last run that holds a reference to the handle has ended.
/// </summary>
internal sealed unsafe class PlanMemory : SafeHandle
{
    /// <summary>A cache line, and the widest vector.</summary>
    private const int Alignment = 64;

    private readonly Lock _lock = new();
    private readonly List<nint> _blocks = [];
    private readonly long _limit;

    public PlanMemory(long limit)
        : base(-1, ownsHandle: true)
    {
        _limit = limit;
        SetHandle(0);
    }

    public override bool IsInvalid => handle == -1;

    /// <summary>Bytes allocated so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Memory for <paramref name="count"/> elements, zeroed and aligned to 64 bytes. Only while the handle is open.</summary>
    /// <exception cref="EngineMemoryException">The engine would pass its limit.</exception>
    public T* Allocate<T>(long count)
        where T : unmanaged
    {
        long bytes = checked(((count * sizeof(T)) + Alignment - 1) & -Alignment);
        lock (_lock)
        {
            if (bytes > _limit - Bytes)
            {
                throw new EngineMemoryException(Bytes + bytes, _limit);
            }

            // Room in the list first: once the block exists, nothing may fail before it is in the list.
            _blocks.EnsureCapacity(_blocks.Count + 1);
            void* block = NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, Alignment), Alignment);
            _blocks.Add((nint)block);
            NativeMemory.Clear(block, (nuint)bytes);
            Bytes += bytes;
            return (T*)block;
        }
    }

    /// <summary>A copy of <paramref name="source"/>.</summary>
    /// <inheritdoc cref="Allocate" path="/exception"/>
    public T* Copy<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        T* copy = Allocate<T>(source.Length);
        source.CopyTo(new Span<T>(copy, source.Length));
        return copy;
    }

    protected override bool ReleaseHandle()
    {
        foreach (nint block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }

        return true;
    }
}
