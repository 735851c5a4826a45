using System.Collections.Concurrent;
using System.Threading.Channels;
using Assay.Node.Keys;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>
/// Signs progress receipts beside the streams: one signature for all that wait, on no stream's own time. A stream orders one after every 64th event;
/// once in a while all of them are looked at for events that wait for one since a second.
/// </summary>
internal sealed class ProgressSigner : IAsyncDisposable
{
    private const int MostTogether = 256;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly NodeIdentity _identity;
    private readonly Action<string> _warn;
    private readonly Channel<ProgressOrder> _orders = Channel.CreateUnbounded<ProgressOrder>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<ChatStream, bool> _streams = new();
    private readonly ITimer _timer;
    private readonly Task _signing;

    internal ProgressSigner(NodeIdentity identity, TimeProvider time, Action<string> warn)
    {
        (_identity, _warn) = (identity, warn);
        _timer = time.CreateTimer(_ => OrderDue(), null, Look, Look);
        _signing = Task.Run(SignAsync);
    }

    internal void Add(ChatStream stream) => _streams[stream] = true;

    internal void Remove(ChatStream stream) => _streams.TryRemove(stream, out _);

    internal void Order(ProgressOrder order) => _orders.Writer.TryWrite(order);

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _orders.Writer.TryComplete();
        await _signing.ConfigureAwait(false);
    }

    private void OrderDue()
    {
        foreach ((ChatStream stream, _) in _streams)
        {
            stream.OrderIfDue();
        }
    }

    private async Task SignAsync()
    {
        List<ProgressOrder> together = [];
        while (await _orders.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            together.Clear();
            while (together.Count < MostTogether && _orders.Reader.TryRead(out ProgressOrder? order))
            {
                together.Add(order);
            }

            try
            {
                ReceiptEnvelope[] envelopes = BatchSigner.Sign(together.ConvertAll(static order => order.Statement).ToArray(), _identity.ReceiptSigner);
                for (int i = 0; i < envelopes.Length; i++)
                {
                    together[i].Stream.Tell(together[i].Count, envelopes[i]);
                }
            }
            catch (Exception e)
            {
                // The streams go on without, and so does this: their final receipts will say what is wrong.
                _warn($"assay: warning: progress receipts can't be signed: {e.Message}");
            }
        }
    }
}
