using System.Collections.Concurrent;
using Assay.Primitives.Notes;

namespace Assay.Witness;

/// <summary>
/// Answers requests: one at a time for a log, and what was decided is durable before anyone hears of it. Safe for
/// concurrent use.
/// </summary>
public sealed class WitnessService
{
    private readonly WitnessStore _store;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>A service over an open folder, which stays the caller's.</summary>
    public WitnessService(WitnessStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Answers the body of an <c>add-checkpoint</c> request, which may be hostile. Doesn't throw.</summary>
    public WitnessReply Add(ReadOnlySpan<byte> body)
    {
        if (AddCheckpointRequest.TryParse(body, out string? error) is not { } request)
        {
            return WitnessReply.Refused(400, NoteErrors.WitnessRequest, $"the body can't be read ({error})");
        }

        if (Checkpoint.TryParse(request.Note.Text, out error) is not { } checkpoint)
        {
            return WitnessReply.Refused(400, WitnessErrors.Checkpoint, $"the note isn't a checkpoint ({error})");
        }

        if (_store.Find(checkpoint.Origin) is null)
        {
            return WitnessReply.Refused(404, WitnessErrors.UnknownLog, "this witness doesn't watch that log");
        }

        // Only logs that are watched get a gate: the table is as long as the list of logs.
        Gate gate = _gates.GetOrAdd(checkpoint.Origin, static _ => new Gate());
        lock (gate)
        {
            return gate.IsFaulted ? Faulted() : Decide(gate, request, checkpoint);
        }
    }

    private static WitnessReply Faulted() =>
        WitnessReply.Refused(500, WitnessErrors.Storage, "this witness can't write what it cosigned; its operator must start it again");

    private WitnessReply Decide(Gate gate, AddCheckpointRequest request, Checkpoint checkpoint)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (!Cosignature.IsTime(now))
        {
            return WitnessReply.Refused(500, WitnessErrors.Storage, "this witness's clock is wrong");
        }

        WitnessDecision decision = WitnessRules.Decide(_store.Find(checkpoint.Origin)!, request, checkpoint, _store.Signer, now);
        try
        {
            if (decision.Next is { } next)
            {
                _store.Save(next);
            }

            if (decision.Fork is { } fork)
            {
                _store.Publish(fork);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Which of the two states is on disk isn't known; only reading it again will tell.
            gate.IsFaulted = true;
            return Faulted();
        }

        return decision.Reply;
    }

    private sealed class Gate
    {
        public bool IsFaulted { get; set; }
    }
}
