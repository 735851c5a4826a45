using System.Threading.Channels;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>A bounded number of contexts, which are given to who waits longest.</summary>
internal sealed class ContextPool : IDisposable
{
    private readonly Channel<LlamaContext> _free = Channel.CreateUnbounded<LlamaContext>();
    private readonly int _size;
    private readonly int _maxWaiting;
    private int _wanted;

    public ContextPool(int contexts, int maxWaiting, Func<LlamaContext> make)
    {
        _size = contexts;
        _maxWaiting = maxWaiting;
        try
        {
            for (int i = 0; i < contexts; i++)
            {
                _free.Writer.TryWrite(make());
            }
        }
        catch
        {
            while (_free.Reader.TryRead(out LlamaContext? made))
            {
                made.Dispose();
            }

            throw;
        }
    }

    public async ValueTask<LlamaContext> RentAsync(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _wanted) > _size + _maxWaiting)
        {
            Interlocked.Decrement(ref _wanted);
            throw new ChatBackendException(LlamaErrors.Busy, "Too many requests wait for this model: try again later.", 503);
        }

        try
        {
            return await _free.Reader.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _wanted);
            throw;
        }
    }

    public void Return(LlamaContext context)
    {
        Interlocked.Decrement(ref _wanted);
        _free.Writer.TryWrite(context);
    }

    /// <summary>Waits for contexts in use: who has them must have been told to stop.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _size; i++)
        {
            _free.Reader.ReadAsync().AsTask().GetAwaiter().GetResult().Dispose();
        }

        _free.Writer.Complete();
    }
}
