using System.Collections.Concurrent;
using System.Diagnostics;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Releasing;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Proving;

/// <summary>
/// Proves answers. Jobs are durable and outlive the process; one thread on idle cores works them off, those of one caller and one
/// model together. What comes out has been verified by the code that callers use, and is durable before it counts.
/// </summary>
internal sealed class ProofService : IAsyncDisposable
{
    // What somebody is told about a proof that can't be made; the log has 'expired' for those that a policy waited for.
    private const int MostFailures = 4096;
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(30);

    /// <summary>Longest wait of somebody who fetches a bundle whose proof is under way.</summary>
    private static readonly TimeSpan FetchWait = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ModelId, ServedModel> _models;
    private readonly ReceiptReader _receipts;
    private readonly ProofStore _store;
    private readonly Expiry _expiry;
    private readonly NodeOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly ProofQueue _queue;
    private readonly ProofPace _pace = new();
    private readonly ConcurrentDictionary<ReceiptId, TaskCompletionSource> _open = new();
    private readonly ConcurrentDictionary<ReceiptId, string> _failed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private long _busyUntil;

    internal ProofService(NodeOptions options, ModelCatalog models, ReceiptReader receipts, ProofStore store, Expiry expiry, TimeProvider time, Action<string> warn)
    {
        (_options, _receipts, _store, _expiry, _time, _warn) = (options, receipts, store, expiry, time, warn);

        // One model may have several names; any of its provers will do.
        _models = models.Models.Where(static model => model.Proofs is not null).DistinctBy(static model => model.Id).ToDictionary(static model => model.Id);
        _queue = new ProofQueue(options.ProofQueue, options.ProofWait, MostItems, time);
        foreach (ProofJob job in store.Jobs())
        {
            // What was promised stays promised, whatever the limit is now.
            _open[job.Receipt] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _queue.TryAdd(job, always: true);
            WatchDeadline(job.Receipt);
        }

        _running = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Whether an answer of this model is proved under this policy.</summary>
    internal static bool Wants(ServedModel model, PolicyDocument? policy) => model.Proofs is not null && ProofNeeds.Wants(policy);

    /// <summary>Refuses, before any work, what can't be proved in time or at all; null: it can.</summary>
    /// <param name="model">The model.</param>
    /// <param name="policy">What is asked for.</param>
    /// <param name="items">Items of the request.</param>
    internal NodeError? Refuse(ServedModel model, PolicyDocument policy, int items)
    {
        if (!Wants(model, policy) || !ProofNeeds.Demands(policy))
        {
            return null;
        }

        if (model.Proofs!.Engine.Unusable is { } unusable)
        {
            return new NodeError(422, unusable, $"This node can't prove answers of model '{model.Terms.Name}' now.", "The operator finds the reason in its log, and runs 'assay prove setup' again.");
        }

        int most = MostItems(model);
        if (items > most)
        {
            return new NodeError(422, "zk/items", $"{items} items in one request; this node proves {most} of model '{model.Terms.Name}' together.", "Send several requests.");
        }

        if (_queue.Count >= _options.ProofQueue)
        {
            return new NodeError(503, "zk/queue", "More answers wait for their proofs than this node takes on; nothing was run.", "Try again later, or ask for another level.");
        }

        TimeSpan limit = policy.Deadline ?? (policy.Release == ReleaseRule.AfterEvidence ? ReleaseGate.LongestWait : TimeSpan.MaxValue);
        double expected = Expected(model, items);
        return expected > limit.TotalMilliseconds
            ? new NodeError(422, "zk/deadline", $"A proof for model '{model.Terms.Name}' is expected in {expected:F0} ms, and the limit is {limit.TotalMilliseconds:F0} ms; nothing was run.",
                "Allow a longer 'deadline', or ask for the answer first (\"release\":\"provisional\", level 'replay+zk').")
            : null;
    }

    /// <summary>Takes on the proof of a durable receipt, durably.</summary>
    internal void Add(ReceiptId receipt, ServedModel model, ApiKey caller, int items)
    {
        ProofJob job = new(receipt, model.Id, items, GroupOf(caller));
        _store.Add(job);
        _open[receipt] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // There was room when the request came; a job that is durable isn't turned away.
        _queue.TryAdd(job, always: true);
        WatchDeadline(receipt);
    }

    /// <summary>Waits until the proof of a receipt is there, or there can't be one.</summary>
    internal async Task WaitAsync(ReceiptId receipt, CancellationToken cancellation)
    {
        if (_open.TryGetValue(receipt, out TaskCompletionSource? open))
        {
            await open.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Waits a moment for a proof that is under way.</summary>
    internal async Task RefreshAsync(ReceiptId receipt, CancellationToken cancellation)
    {
        try
        {
            if (_open.TryGetValue(receipt, out TaskCompletionSource? open))
            {
                await open.Task.WaitAsync(FetchWait, cancellation).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // The caller can fetch again.
        }
    }

    /// <summary>Nobody will see the answer: its proof isn't made, unless that has begun.</summary>
    internal void Drop(ReceiptId receipt)
    {
        if (_queue.Remove(receipt))
        {
            _store.Remove(receipt);
            Close(receipt);
        }
    }

    /// <summary>A receipt's proof; null if there is none.</summary>
    internal AttachedProof? Find(ReceiptId receipt) => _store.Find(receipt);

    /// <summary>Why a receipt has no proof; null if nothing is known against it.</summary>
    internal string? Failure(ReceiptId receipt) => _failed.GetValueOrDefault(receipt);

    /// <summary>How far the proof of a receipt is.</summary>
    internal ProofProgress Progress(ReceiptId receipt)
    {
        // In the order that a job takes: what has just left one place is found in the next.
        int ahead = _queue.Ahead(receipt);
        return ahead >= 0 ? new ProofProgress(ProofState.Queued, ahead, Remaining() + Waiting(), null)
            : _queue.IsTaken(receipt) ? new ProofProgress(ProofState.Proving, 0, Remaining(), null)
            : _store.Find(receipt) is not null ? new ProofProgress(ProofState.Done, 0, null, null)
            : _failed.TryGetValue(receipt, out string? error) ? new ProofProgress(ProofState.Failed, 0, null, error)
            : default;
    }

    /// <summary>Ends the proof that is under way; its job stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _queue.Dispose();
        _stopping.Dispose();
    }

    // Callers that aren't told apart aren't one caller: what a proof opens, the holders of all its runs see.
    private static string GroupOf(ApiKey caller) => caller.PublicProofs ? "public" : caller.Name == ApiKey.AnonymousName ? "" : "key " + caller.Name;

    private int MostItems(ModelId model) => _models.TryGetValue(model, out ServedModel? served) ? MostItems(served) : 0;

    private int MostItems(ServedModel model) => Math.Min(Math.Min(_options.ProofBatch, AttachedProof.MaxOpenings), model.Proofs!.Engine.MaximumBatch);

    private double Expected(ServedModel model, int items) =>
        Remaining() + Waiting() + _options.ProofWait.TotalMilliseconds + _pace.Milliseconds(model.Id, model.Proofs!.Engine.Forecast(items));

    private double Remaining() => Math.Max(0, TimeSpan.FromTicks(Volatile.Read(ref _busyUntil) - _time.GetUtcNow().Ticks).TotalMilliseconds);

    // What waits already, as it will be put together.
    private double Waiting()
    {
        double sum = 0;
        foreach (IGrouping<(ModelId Model, string), ProofJob> together in _queue.Snapshot().GroupBy(static job => (job.Model, job.Group.Length == 0 ? job.Receipt.ToString() : job.Group)))
        {
            if (_models.TryGetValue(together.Key.Model, out ServedModel? model))
            {
                int most = MostItems(model);
                int items = together.Sum(static job => job.Items);
                sum += items / most * _pace.Milliseconds(model.Id, model.Proofs!.Engine.Forecast(most));
                sum += items % most == 0 ? 0 : _pace.Milliseconds(model.Id, model.Proofs!.Engine.Forecast(items % most));
            }
        }

        return sum;
    }

    private void Work()
    {
        IdleThread.Enter();
        try
        {
            Prepare();
            while (true)
            {
                // This thread is the service's own, so it may wait.
                IReadOnlyList<ProofJob> jobs = _queue.NextAsync(_stopping.Token).GetAwaiter().GetResult();
                ProveAll(jobs);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; what isn't proved is proved after the next start.
        }
    }

    // Before the first job: what is learnt here is what the first callers are told.
    private void Prepare()
    {
        foreach (ServedModel model in _models.Values)
        {
            try
            {
                IProofEngine engine = model.Proofs!.Engine;
                if (engine.Prepare(_stopping.Token) is { } took)
                {
                    _pace.Add(model.Id, engine.Forecast(1), took);
                }

                if (engine.Unusable is { } code)
                {
                    _warn($"assay: warning: answers of model '{model.Terms.Name}' can't be proved ({code}); 'assay prove setup {model.Terms.Name}' may help");
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _warn($"assay: warning: the prover of model '{model.Terms.Name}' isn't ready: {e.Message}");
            }
        }
    }

    private void ProveAll(IReadOnlyList<ProofJob> jobs)
    {
        try
        {
            if (Prove(jobs) is { } error)
            {
                // One that can't be proved must not keep the others from it.
                foreach (ProofJob job in jobs)
                {
                    if ((jobs.Count == 1 ? error : Prove([job])) is { } own)
                    {
                        Fail(job.Receipt, own);
                    }
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            foreach (ProofJob job in jobs)
            {
                _warn($"assay: warning: receipt {job.Receipt} wasn't proved: {e.Message}");
                Fail(job.Receipt, "zk/prover");
            }
        }
        finally
        {
            Volatile.Write(ref _busyUntil, 0);
            _queue.Done(jobs);
        }

        foreach (ProofJob job in jobs)
        {
            Close(job.Receipt);
        }
    }

    // Null: all of them have their proofs.
    private string? Prove(IReadOnlyList<ProofJob> jobs)
    {
        if (!_models.TryGetValue(jobs[0].Model, out ServedModel? model))
        {
            return "zk/no-prover";
        }

        ServedProofs proofs = model.Proofs!;

        List<short[]> inputs = [];
        List<short[]> outputs = [];
        List<(ProofJob Job, int First, int Count)> parts = [];
        foreach (ProofJob job in jobs)
        {
            // Without a receipt there was no answer.
            if (_receipts.Read(job.Receipt)?.Bundle is not { } bundle)
            {
                _store.Remove(job.Receipt);
                continue;
            }

            if (ProgramTensors.Inputs(proofs.Engine.Program, bundle.Claims.Tensors(ClaimRegistry.RequestInputs)!, out _) is not { } ins
                || ProgramTensors.Outputs(proofs.Engine.Program, bundle.Output.AllParts!, ins.Length) is not { } outs)
            {
                return "zk/tensors";
            }

            parts.Add((job, inputs.Count, ins.Length));
            inputs.AddRange(ins);
            outputs.AddRange(outs);
        }

        if (parts.Count == 0)
        {
            return null;
        }

        ProofForecast forecast = proofs.Engine.Forecast(inputs.Count);
        Volatile.Write(ref _busyUntil, (_time.GetUtcNow() + TimeSpan.FromMilliseconds(_pace.Milliseconds(model.Id, forecast))).Ticks);
        long began = Stopwatch.GetTimestamp();
        if (proofs.Engine.Prove(inputs, outputs, out string? error, _stopping.Token) is not { } proved)
        {
            return error;
        }

        _pace.Add(model.Id, forecast, Stopwatch.GetElapsedTime(began));
        foreach ((ProofJob job, int first, int count) in parts)
        {
            _store.Put(job.Receipt, inputs.Count == 1
                ? AttachedProof.One(proofs.Engine.Key, proved.Proof, proofs.Registrations)
                : AttachedProof.Many(proofs.Engine.Key, inputs.Count, proved.RunsDigest, [.. proved.Openings.Skip(first).Take(count)], proved.Proof, proofs.Registrations));
        }

        return null;
    }

    private void Fail(ReceiptId receipt, string error)
    {
        if (_failed.Count < MostFailures)
        {
            _failed[receipt] = error;
        }

        _store.Remove(receipt);
        _warn($"assay: warning: there is no proof for receipt {receipt} ({error})");
    }

    private void Close(ReceiptId receipt)
    {
        if (_open.TryRemove(receipt, out TaskCompletionSource? open))
        {
            open.TrySetResult();
        }
    }

    // An answer that has left was promised a proof by a time: if it isn't there then, the node says so itself.
    private void WatchDeadline(ReceiptId receipt)
    {
        if (_receipts.Read(receipt) is { Policy: { Release: ReleaseRule.Provisional, Deadline: { } deadline } } durable)
        {
            _ = WatchAsync(durable, DateTimeOffset.FromUnixTimeMilliseconds(durable.Bundle.Envelope.Statement.IssuedAt) + deadline - _time.GetUtcNow());
        }
    }

    private async Task WatchAsync(DurableReceipt receipt, TimeSpan left)
    {
        try
        {
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left < LongestTimer ? left : LongestTimer, _time, _stopping.Token).ConfigureAwait(false);
            }

            if (_store.Find(receipt.Id) is null)
            {
                await _expiry.SayAsync(receipt, Basis.Zk).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping; the next start watches again.
        }
    }
}
