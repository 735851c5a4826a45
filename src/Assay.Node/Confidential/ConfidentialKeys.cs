using System.Security.Cryptography;
using Assay.Ohttp;

namespace Assay.Node.Confidential;

/// <summary>
/// Keys for confidential requests: made here, held in memory only, one for each evidence. The one that evidence will bind waits; it opens
/// requests as soon as that evidence is in force, and the one before it is then gone.
/// </summary>
internal sealed class ConfidentialKeys : IDisposable
{
    private readonly Lock _lock = new();

    // Another process's first number is hardly this one's: senders that still hold its key are told so.
    private byte _number = RandomNumberGenerator.GetBytes(1)[0];
    private OhttpGateway? _current;
    private OhttpGateway? _next;

    /// <summary>Makes a key, and gives its configuration for the next evidence to bind.</summary>
    internal ReadOnlyMemory<byte> Next()
    {
        lock (_lock)
        {
            _next?.Dispose();
            _next = new OhttpGateway(++_number);
            return _next.Config.Encode();
        }
    }

    /// <summary>Evidence came into force, or (empty) there is none: every key but the one that it binds goes.</summary>
    internal void Keep(ReadOnlyMemory<byte> config)
    {
        lock (_lock)
        {
            OhttpGateway? kept = Is(_next, config) ? _next : Is(_current, config) ? _current : null;
            if (kept != _current)
            {
                _current?.Dispose();
            }

            if (kept != _next)
            {
                _next?.Dispose();
            }

            (_current, _next) = (kept, null);
        }
    }

    /// <summary>The key of the evidence in force; null if it's another.</summary>
    internal OhttpGateway? Find(ReadOnlyMemory<byte> config)
    {
        lock (_lock)
        {
            return Is(_current, config) ? _current : null;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Dispose() => Keep(default);

    private static bool Is(OhttpGateway? gateway, ReadOnlyMemory<byte> config) => gateway is not null && config.Span.SequenceEqual(gateway.Config.Encode());
}
