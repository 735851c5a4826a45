using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Node.Chatting;

/// <summary>
/// Where a stream's events go: into its transcript, and to the caller. Two write here, the answer and the signer of progress receipts; each enters first.
/// A policy that wants evidence before the answer keeps the events here until <see cref="Release"/>.
/// </summary>
internal sealed class StreamSink : IDisposable
{
    private readonly PipeWriter _caller;
    private readonly StreamTranscript _transcript = new();
    private readonly ArrayBufferWriter<byte> _kept = new(4096);
    private readonly SemaphoreSlim _section = new(1, 1);
    private bool _isHeld;

    /// <param name="caller">The response.</param>
    /// <param name="isHeld">Whether nothing goes out before it is released.</param>
    internal StreamSink(PipeWriter caller, bool isHeld) => (_caller, _isHeld) = (caller, isHeld);

    /// <summary>Events so far.</summary>
    internal int Count => _transcript.Count;

    /// <summary>The transcript: each event's data and a line feed.</summary>
    internal ReadOnlyMemory<byte> Transcript => _kept.WrittenMemory;

    /// <summary>Whether anything was written.</summary>
    internal bool HasBegun { get; private set; }

    internal Task EnterAsync(CancellationToken cancellation) => _section.WaitAsync(cancellation);

    internal bool TryEnter() => _section.Wait(0);

    internal void Exit() => _section.Release();

    /// <summary>The root over the events so far.</summary>
    internal Digest32 Root() => _transcript.Root();

    /// <summary>Adds an event.</summary>
    internal void Event(ReadOnlySpan<byte> data)
    {
        Keep(data);
        if (!_isHeld)
        {
            Frame(data);
        }
    }

    /// <summary>Adds the last event to the transcript; <see cref="SendDone"/> sends it, once the receipt is durable.</summary>
    internal void KeepDone() => Keep(Done);

    internal void SendDone() => Frame(Done);

    /// <summary>Adds an event to the transcript only; <see cref="Frame"/> sends it.</summary>
    internal void Keep(ReadOnlySpan<byte> data)
    {
        _transcript.Add(data);
        _kept.Write(data);
        _kept.Write("\n"u8);
    }

    /// <summary>Writes an event without keeping it.</summary>
    internal void Frame(ReadOnlySpan<byte> data)
    {
        HasBegun = true;
        Unflushed++;
        _caller.Write("data: "u8);
        _caller.Write(data);
        _caller.Write("\n\n"u8);
    }

    /// <summary>Writes a comment.</summary>
    internal void Comment(ReadOnlySpan<byte> text)
    {
        HasBegun = true;
        _caller.Write(": "u8);
        _caller.Write(text);
        _caller.Write("\n\n"u8);
    }

    /// <summary>Writes the comment that begins a stream.</summary>
    internal void Begin(ReadOnlySpan<byte> salt)
    {
        Span<byte> text = stackalloc byte[64];
        "assay-stream "u8.CopyTo(text);
        Base64Url.EncodeToUtf8(salt, text["assay-stream "u8.Length..], out _, out int written);
        Comment(text[..("assay-stream "u8.Length + written)]);
    }

    /// <summary>Lets out what was held, but for the end.</summary>
    internal void Release()
    {
        _isHeld = false;
        ReadOnlySpan<byte> rest = _kept.WrittenSpan;
        for (int end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            if (!rest[..end].SequenceEqual(Done))
            {
                Frame(rest[..end]);
            }

            rest = rest[(end + 1)..];
        }
    }

    /// <summary>Events that weren't flushed.</summary>
    internal int Unflushed { get; private set; }

    /// <summary>Hands on what was written.</summary>
    internal ValueTask<FlushResult> FlushAsync(CancellationToken cancellation)
    {
        Unflushed = 0;
        return _caller.FlushAsync(cancellation);
    }

    public void Dispose()
    {
        // The section stays: the signer of progress receipts may just have come to it, and it holds nothing that has to be freed.
    }

    private static ReadOnlySpan<byte> Done => "[DONE]"u8;
}
