using System.Runtime.InteropServices;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>One at a time for each key, and nothing kept for keys that nobody has.</summary>
internal sealed class Turns
{
    private readonly Dictionary<Digest32, (SemaphoreSlim Gate, int Users)> _gates = [];

    internal async Task<IDisposable> TakeAsync(Digest32 key, CancellationToken cancellation)
    {
        SemaphoreSlim gate;
        lock (_gates)
        {
            ref (SemaphoreSlim? Gate, int Users) entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_gates, key, out _)!;
            entry = (entry.Gate ?? new SemaphoreSlim(1), entry.Users + 1);
            gate = entry.Gate;
        }

        try
        {
            await gate.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            Leave(key, wasIn: false);
            throw;
        }

        return new Turn(this, key);
    }

    private void Leave(in Digest32 key, bool wasIn)
    {
        lock (_gates)
        {
            (SemaphoreSlim gate, int users) = _gates[key];
            if (wasIn)
            {
                gate.Release();
            }

            if (users == 1)
            {
                _gates.Remove(key);
                gate.Dispose();
            }
            else
            {
                _gates[key] = (gate, users - 1);
            }
        }
    }

    private sealed class Turn(Turns turns, Digest32 key) : IDisposable
    {
        private bool _isOver;

        public void Dispose()
        {
            if (!_isOver)
            {
                _isOver = true;
                turns.Leave(key, wasIn: true);
            }
        }
    }
}
