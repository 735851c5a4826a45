using System.Globalization;
using Assay.Chat;
using Assay.Cli.Console;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Cli.Commands;

/// <summary>A stream that somebody saved (<c>curl -N</c>): its events, and what the node signed of them on the way.</summary>
internal sealed class CapturedStream
{
    private readonly SseCapture _capture;
    private readonly int _signed, _held;
    private readonly string? _problem;
    private readonly bool _isCompared;

    private CapturedStream(SseCapture capture, int signed, int held, string? problem, bool isCompared) =>
        (_capture, _signed, _held, _problem, _isCompared) = (capture, signed, held, problem, isCompared);

    /// <summary>Whether the stream came to its end.</summary>
    internal bool IsDone => _capture.IsDone;

    /// <summary>Whether the node signed a part of it, and nothing that it signed there says otherwise.</summary>
    internal bool IsSigned => _signed > 0 && _problem is null;

    /// <summary>Whether something that was signed doesn't hold for it.</summary>
    internal bool IsRefuted => _problem is not null;

    /// <summary>Reads a file.</summary>
    internal static SseCapture Read(string name, byte[] bytes) => SseCapture.TryRead(bytes, out string? error)
        ?? throw new CliException(ExitCodes.CannotEvaluate, DetailCodes.ChatUnreadable, $"{name} isn't a saved stream: {error}.", "Save one with: curl -N … > answer.sse");

    /// <summary>Compares the progress receipts in it with its events.</summary>
    /// <param name="capture">The stream.</param>
    /// <param name="request">The request's body; null: not known, and so nothing can be compared.</param>
    /// <param name="keys">The node's keys.</param>
    internal static CapturedStream Check(SseCapture capture, byte[]? request, KeySet keys)
    {
        if (capture.Progress.Count == 0 || capture.Salt is not { } salt || request is null || Asked(request) is not { } asked)
        {
            return new CapturedStream(capture, 0, 0, null, isCompared: false);
        }

        Dictionary<int, Digest32> roots = Roots(capture);
        Digest32 head = ProgressCheck.Head(salt.Span, asked);
        ReceiptId? id = ChatStreamReader.TryRead(asked.Kind, capture.Transcript, out bool _, out _) is { } answer && ReceiptId.TryParse(answer.Id.AsSpan(answer.Id.IndexOf('-', StringComparison.Ordinal) + 1), out ReceiptId read) ? read : null;
        int signed = 0, held = 0;
        string? problem = null;
        foreach (SseProgress progress in capture.Progress)
        {
            ProgressOutcome outcome = ProgressCheck.Run(new ProgressInput
            {
                Envelope = progress.Envelope,
                KeySet = keys,
                Head = head,
                Root = roots.TryGetValue(progress.Count, out Digest32 root) ? root : null,
                Id = id,
            });
            if (outcome.Result == CheckResult.Pass)
            {
                (signed, held) = (Math.Max(signed, progress.Count), held + 1);
            }
            else if (outcome.Result == CheckResult.Fail)
            {
                problem ??= outcome.Code;
            }
        }

        return new CapturedStream(capture, signed, held, problem, isCompared: true);
    }

    /// <summary>Says it to people.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="isCovered">Whether a receipt is of all of it.</param>
    internal void Show(Output output, bool isCovered)
    {
        string end = _capture.IsDone ? "and [DONE]"
            : _capture.ErrorMessage is { } message ? $"broken off: {Output.Harmless(message)}"
            : "then it breaks off, without [DONE]";
        int events = _capture.Count - (_capture.IsDone || _capture.ErrorMessage is not null ? 1 : 0);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"Stream   {events} events, {end}"));
        output.Line(
            _problem is not null ? $"On way   NOT AS SIGNED: {VerdictWords.OfDetail(_problem)} [{_problem}]"
            : _signed > 0 ? string.Create(CultureInfo.InvariantCulture, $"On way   the node signed the first {_signed} events for this request ({_held} progress receipts hold){(_signed >= events ? "" : isCovered ? "; the receipt covers all of it" : "; what follows it didn't sign on the way")}")
            : _capture.Progress.Count > 0 && _isCompared ? "On way   the progress receipts in it are for more events than are here: the stream was cut"
            : _capture.Progress.Count > 0 ? "On way   there are progress receipts, but nothing to compare them with: give the request's body with --request"
            : "On way   nothing was signed before the end");
    }

    private static ChatRequest? Asked(byte[] body) =>
        ChatRequestReader.TryRead(ChatKind.Chat, body, out _) ?? ChatRequestReader.TryRead(ChatKind.Completion, body, out _);

    private static Dictionary<int, Digest32> Roots(SseCapture capture)
    {
        HashSet<int> wanted = [.. capture.Progress.Select(static progress => progress.Count)];
        Dictionary<int, Digest32> roots = [];
        StreamTranscript transcript = new();
        ReadOnlySpan<byte> rest = capture.Transcript.Span;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            transcript.Add(rest[..end]);
            rest = rest[(end + 1)..];
            if (wanted.Contains(transcript.Count))
            {
                roots[transcript.Count] = transcript.Root();
            }
        }

        return roots;
    }
}
