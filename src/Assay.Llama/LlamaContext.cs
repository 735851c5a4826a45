using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>A model's memory of one text, for one answer at a time. Used by one thread at a time; only <see cref="Abort"/> may come from another.</summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    private readonly LlamaApi _api;
    private readonly int _batch;
    private readonly int _vocabulary;

    // Read by the library while it computes; freed after the context is.
    private readonly int* _abort;
    private nint _context;

    public LlamaContext(LlamaModel model, int context, int batch, int threads, bool embeds)
    {
        (_api, _batch, _vocabulary) = (model.Api, batch, model.Pieces.Length);
        _abort = (int*)NativeMemory.AllocZeroed(sizeof(int));
        ContextParameters parameters = _api.ContextDefaults();
        parameters.Context = (uint)context;
        parameters.Batch = parameters.MicroBatch = (uint)batch;
        parameters.Threads = parameters.BatchThreads = threads;
        parameters.Abort = (nint)(delegate* unmanaged[Cdecl]<void*, byte>)&IsAborted;
        parameters.AbortData = (nint)_abort;
        if (embeds)
        {
            parameters.Embeddings = 1;
            parameters.Pooling = 1;
        }

        _context = _api.NewContext(model.Handle, parameters);
        if (_context == 0)
        {
            NativeMemory.Free(_abort);
            throw new LlamaException(LlamaErrors.Load, $"llama.cpp can't make a context of {context:N0} tokens.", "Fewer tokens, or more memory.");
        }
    }

    /// <summary>Tokens that fit; llama.cpp rounds what it was asked for.</summary>
    public int Tokens => (int)_api.ContextTokens(_context);

    /// <summary>Logits of the last token that was read; valid until the next call.</summary>
    public ReadOnlySpan<float> Logits => _api.Logits(_context, -1) is var logits && logits is null
        ? throw new ChatBackendException(LlamaErrors.Failed, "The model gives no logits.", 500)
        : new ReadOnlySpan<float>(logits, _vocabulary);

    /// <summary>Ends what another thread computes here, within one of the model's operations, until <see cref="Clear"/>.</summary>
    public void Abort() => Volatile.Write(ref *_abort, 1);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Volatile.Write(ref *_abort, 0);
        _api.ClearMemory(_api.Memory(_context), 1);
    }

    /// <summary>Forgets all but the first tokens.</summary>
    /// <returns>Whether this model can.</returns>
    public bool Rewind(int tokens) => _api.RemoveFromMemory(_api.Memory(_context), 0, tokens, -1) != 0;

    /// <summary>Reads tokens, after those that it remembers.</summary>
    /// <exception cref="OperationCanceledException"><see cref="Abort"/>.</exception>
    /// <exception cref="ChatBackendException">The library failed.</exception>
    public void Read(ReadOnlySpan<int> tokens)
    {
        fixed (int* start = tokens)
        {
            for (int at = 0; at < tokens.Length; at += _batch)
            {
                int result = _api.Decode(_context, new TokenBatch { Count = Math.Min(_batch, tokens.Length - at), Tokens = start + at });
                if (Volatile.Read(ref *_abort) != 0)
                {
                    throw new OperationCanceledException();
                }

                if (result != 0)
                {
                    throw new ChatBackendException(LlamaErrors.Failed, $"llama.cpp failed ({result}).", 500);
                }
            }
        }
    }

    /// <summary>The mean of the vectors of all tokens that were read, of a context that embeds.</summary>
    public float[] Embedding(int length) => _api.SequenceEmbedding(_context, 0) is var vector && vector is null
        ? throw new ChatBackendException(LlamaErrors.Failed, "The model gives no embedding.", 500)
        : new ReadOnlySpan<float>(vector, length).ToArray();

    public void Dispose()
    {
        if (_context != 0)
        {
            _api.FreeContext(_context);
            NativeMemory.Free(_abort);
            _context = 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte IsAborted(void* data) => Volatile.Read(ref *(int*)data) != 0 ? (byte)1 : (byte)0;
}
