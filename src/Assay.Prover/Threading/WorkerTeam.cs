using System.Runtime.ExceptionServices;

namespace Assay.Prover.Threading;

/// <summary>Threads that wait for parts of work. The caller takes parts too: on a busy machine he isn't held up by a thread that
/// doesn't get to run. One caller at a time.</summary>
/// <remarks>Worth it for parts of some 50 microseconds and more. No allocation for each call.</remarks>
internal sealed class WorkerTeam : IDisposable
{
    /// <summary>About 20 microseconds: rounds of a sumcheck follow each other closely, and waking a thread takes as long.</summary>
    private const int Spins = 400;

    private readonly object _gate = new();
    private readonly Thread[] _workers;
    private ITeamJob? _job;
    private int _next;
    private int _parts;
    private int _unfinished;
    private bool _disposed;
    private ExceptionDispatchInfo? _failure;

    /// <param name="threads">With the caller's: 1 or more.</param>
    public WorkerTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = "Assay prover" };
            _workers[i].Start();
        }
    }

    /// <summary>Threads, with the caller's.</summary>
    public int Threads => _workers.Length + 1;

    /// <summary>Does all parts, 0 to <paramref name="parts"/> - 1, and returns when they are done.</summary>
    public void Run(ITeamJob job, int parts)
    {
        if (_workers.Length == 0 || parts == 1)
        {
            for (int part = 0; part < parts; part++)
            {
                job.Run(part);
            }

            return;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            (_job, _parts, _unfinished, _failure) = (job, parts, parts, null);
            Volatile.Write(ref _next, 0);
            Monitor.PulseAll(_gate);
        }

        while (TryRunOne())
        {
        }

        for (int i = 0; i < Spins && Volatile.Read(ref _unfinished) != 0; i++)
        {
            Thread.SpinWait(1);
        }

        lock (_gate)
        {
            while (_unfinished != 0)
            {
                Monitor.Wait(_gate);
            }

            _job = null;
        }

        _failure?.Throw();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread worker in _workers)
        {
            worker.Join();
        }
    }

    private void Work()
    {
        while (true)
        {
            if (TryRunOne())
            {
                continue;
            }

            for (int i = 0; i < Spins && Volatile.Read(ref _next) >= Volatile.Read(ref _parts); i++)
            {
                Thread.SpinWait(1);
            }

            lock (_gate)
            {
                while (_next >= _parts && !_disposed)
                {
                    Monitor.Wait(_gate);
                }

                if (_disposed)
                {
                    return;
                }
            }
        }
    }

    private bool TryRunOne()
    {
        ITeamJob job;
        int part;
        lock (_gate)
        {
            if (_next >= _parts)
            {
                return false;
            }

            (job, part) = (_job!, _next++);
        }

        try
        {
            job.Run(part);
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        lock (_gate)
        {
            if (--_unfinished == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }

        return true;
    }
}
