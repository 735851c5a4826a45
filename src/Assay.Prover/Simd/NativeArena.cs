using System.Numerics;

namespace Assay.Prover.Simd;

/// <summary>Native memory that is used again: asking the system for fresh pages costs more than the arithmetic on them. What is
/// returned is kept until the arena is disposed. Safe for several threads.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    /// <summary>A cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private const long Smallest = 4096;

    /// <summary>Sizes are rounded up by at most a quarter: blocks of about the same size can take each other's place.</summary>
    private const int StepsPerDoubling = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Stack<nint>> _free = [];
    private bool _disposed;

    ~NativeArena() => Release();

    /// <summary>Bytes taken from the system and not given back.</summary>
    public long Bytes { get; private set; }

    /// <summary>At least so many bytes, aligned, with any content.</summary>
    public void* Rent(long bytes)
    {
        long size = SizeOf(bytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.TryGetValue(size, out Stack<nint>? free) && free.Count > 0)
            {
                return (void*)free.Pop();
            }

            void* block = LargePages.Allocate(size);
            Bytes += size;
            return block;
        }
    }

    /// <summary>Takes back what <see cref="Rent"/> gave for so many bytes.</summary>
    public void Return(void* block, long bytes)
    {
        long size = SizeOf(bytes);
        lock (_lock)
        {
            if (_disposed)
            {
                LargePages.Free(block);
                return;
            }

            if (!_free.TryGetValue(size, out Stack<nint>? free))
            {
                _free.Add(size, free = new());
            }

            free.Push((nint)block);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private static long SizeOf(long bytes)
    {
        if (bytes <= Smallest)
        {
            return Smallest;
        }

        long step = (1L << BitOperations.Log2((ulong)bytes - 1)) / StepsPerDoubling;
        return (bytes + step - 1) / step * step;
    }

    private void Release()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (Stack<nint> free in _free.Values)
            {
                while (free.Count > 0)
                {
                    LargePages.Free((void*)free.Pop());
                }
            }
        }
    }
}
