using System.Numerics;

namespace Assay.Prover.Simd;

/// <summary>Native memory that is used again: asking the system for fresh pages costs more than the arithmetic on them. What is
/// returned is kept until the arena is disposed. Safe for several threads.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    /// <summary>A cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private const int SmallestLog = 12;
    private readonly Lock _lock = new();
    private readonly Stack<nint>[] _free = new Stack<nint>[64];
    private bool _disposed;

    ~NativeArena() => Release();

    /// <summary>Bytes taken from the system and not given back.</summary>
    public long Bytes { get; private set; }

    /// <summary>At least so many bytes, aligned, with any content.</summary>
    public void* Rent(long bytes)
    {
        int log = LogOf(bytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free[log] is { Count: > 0 } free)
            {
                return (void*)free.Pop();
            }

            void* block = LargePages.Allocate(1L << log);
            Bytes += 1L << log;
            return block;
        }
    }

    /// <summary>Takes back what <see cref="Rent"/> gave for so many bytes.</summary>
    public void Return(void* block, long bytes)
    {
        int log = LogOf(bytes);
        lock (_lock)
        {
            if (_disposed)
            {
                LargePages.Free(block);
                return;
            }

            (_free[log] ??= new()).Push((nint)block);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private static int LogOf(long bytes) => Math.Max(SmallestLog, 64 - BitOperations.LeadingZeroCount((ulong)bytes - 1));

    private void Release()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (Stack<nint>? free in _free)
            {
                while (free is { Count: > 0 })
                {
                    LargePages.Free((void*)free.Pop());
                }
            }
        }
    }
}
