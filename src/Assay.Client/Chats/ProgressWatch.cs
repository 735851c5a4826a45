using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>
/// Holds a stream against what the node signs of it while it comes: a gateway that alters a word is found out at the next progress receipt, not at the end.
/// </summary>
internal sealed class ProgressWatch
{
    // Progress receipts follow the events that they are about; the newest events' roots are kept for them.
    private const int KeptRoots = 4096;

    private readonly StreamTranscript _transcript = new();
    private readonly Dictionary<int, Digest32> _roots = [];
    private readonly ChatRequest _request;
    private readonly KeySet _keys;
    private readonly ReceiptId _id;
    private Digest32? _head;

    internal ProgressWatch(ChatRequest request, KeySet keys, ReceiptId id) => (_request, _keys, _id) = (request, keys, id);

    /// <summary>Events that the node has signed, as far as was checked.</summary>
    internal int Signed { get; private set; }

    /// <summary>Whether something was signed by other keys than these.</summary>
    internal bool HasOtherKeys { get; private set; }

    /// <summary>Takes a line; what contradicts it, as a code, else null.</summary>
    internal string? Take(in ChatStreamLine line)
    {
        if (line.Data is { } data)
        {
            _transcript.Add(data.Span);
            _roots[_transcript.Count] = _transcript.Root();
            _roots.Remove(_transcript.Count - KeptRoots);
            return null;
        }

        // The reader of saved streams knows the form of our comments.
        if (!line.IsComment || SseCapture.TryRead(line.Raw.Span, out _) is not { } comment)
        {
            return null;
        }

        if (comment.Salt is { } salt && _transcript.Count == 0)
        {
            _head ??= ProgressCheck.Head(salt.Span, _request);
        }

        return comment.Progress is [{ } progress] && _head is { } head ? Check(progress, head) : null;
    }

    private string? Check(SseProgress progress, Digest32 head)
    {
        if (ReceiptEnvelope.TryDecode(progress.Envelope, out _) is { } envelope && envelope.Statement.KeySet != _keys.Digest)
        {
            // The node may have got new keys since these were asked for: the final receipt tells.
            HasOtherKeys = true;
            return null;
        }

        ProgressOutcome outcome = ProgressCheck.Run(new ProgressInput
        {
            Envelope = progress.Envelope,
            KeySet = _keys,
            Head = head,
            Root = _roots.TryGetValue(progress.Count, out Digest32 root) ? root : null,
            Id = _id,
        });
        if (outcome.Result == CheckResult.Pass)
        {
            Signed = Math.Max(Signed, progress.Count);
        }

        return outcome.Result == CheckResult.Fail ? outcome.Code : null;
    }
}
