using System.Security.Cryptography;
using Assay.Log.Committing;
using Assay.Node.Attesting;
using Assay.Node.Errors;
using Assay.Node.Http;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Node.Planning;
using Assay.Node.Proving;
using Assay.Node.Releasing;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Serving;

/// <summary>
/// One request from bytes to bytes. The numbered steps are those of ARCHITECTURE.md's traced request; nothing is refused
/// after step 4 began to work, but for what the model's own boundary refuses, and nothing is answered before step 7 is durable.
/// </summary>
internal sealed class InferenceService(NodeOptions options, NodeIdentity identity, ModelCatalog catalog, ReceiptIssuer? issuer, ReleaseGate release, WithheldReceipts withheld, PeerQueue peers, ProofService proofs, TeeEvidence tee, TimeProvider time)
{
    /// <summary>Answers a request that costs nothing.</summary>
    internal async Task<(InferenceReply? Reply, NodeError? Error)> InferAsync(InferenceCall call)
    {
        PreparedCall? prepared = null;
        NodeError? error = Begin(call, out BegunCall? begun) ?? Prepare(begun!, null, out prepared);
        return error is null ? await RunAsync(prepared!, prepared!.Plans[0], null, CancellationToken.None).ConfigureAwait(false) : (null, error);
    }

    /// <summary>Steps 1 and 2: who asks, for which model, and what.</summary>
    internal NodeError? Begin(InferenceCall call, out BegunCall? begun)
    {
        long began = time.GetTimestamp();
        DateTimeOffset received = time.GetUtcNow();
        begun = null;

        if (NotInForce(identity, received) is { } notInForce)
        {
            return notInForce;
        }

        // Step 1: who asks (known since before the body was read), and for which model?
        (string name, string? suffix) = SplitName(call.Model);
        if (catalog.Find(name) is not { } model)
        {
            return ModelRefusals.Unknown("model", name, catalog.Models.Where(m => call.Caller.MayCall(m.Terms.Name, m.Id)).Select(static m => m.Terms.Name));
        }

        if (ModelRefusals.NotAllowed("model", call.Caller, (model.Terms.Name, model.Id), catalog.Models.Select(static m => (m.Terms.Name, (ModelId?)m.Id))) is { } forbidden)
        {
            return forbidden;
        }

        // Step 2: read the request.
        OipRequest? request = OipRequest.TryParse(call.Body, out NodeError? malformed);
        begun = request is null ? null : new BegunCall(call, model, name, suffix, request, received, began);
        return malformed;
    }

    /// <summary>Step 3: plan; a level that can't be met ends here, before any work.</summary>
    /// <param name="begun">The request.</param>
    /// <param name="sold">Levels of which what is paid decides, if the request names none; null: the request, its key, its model or the node decides.</param>
    /// <param name="prepared">What there is to do.</param>
    internal NodeError? Prepare(BegunCall begun, IReadOnlyList<VerificationLevel>? sold, out PreparedCall? prepared)
    {
        prepared = null;
        (InferenceCall call, ServedModel model, OipRequest request) = (begun.Call, begun.Model, begun.Request);
        LevelRequest wish = new(request.Verification, call.LevelHeader, begun.Suffix, request.Policy);
        if (Planner.TryPlanAny(wish, begun.IsLevelOpen ? sold : null, call.Caller, tee.TermsOf(model.Terms), options.DefaultLevel, Sources(model, call.IsConfidential), out IReadOnlyList<Plan> plans) is { } unmet)
        {
            return unmet.Code == "verification_unsatisfiable" ? unmet with { MedianMilliseconds = model.Times.MedianMilliseconds } : unmet;
        }

        if ((Bind(model, request, call.Caller, out TensorValue[] inputs) ?? RefuseOtherOutputs(model, request)) is { } mismatch)
        {
            return mismatch;
        }

        int items = Items(inputs);
        NodeError? first = null;
        Plan[] possible = [.. plans.Where(plan =>
        {
            NodeError? refused = RefuseProof(call, plan.Policy) ?? proofs.Refuse(model, plan.Policy, items);
            first ??= refused;
            return refused is null;
        })];
        prepared = possible.Length == 0 ? null : new PreparedCall(begun, inputs, items, possible);
        return prepared is null ? first : null;
    }

    /// <summary>Steps 4 to 8: the work.</summary>
    /// <param name="prepared">The request.</param>
    /// <param name="plan">What it gets.</param>
    /// <param name="paid">How it is paid for; null: it is free.</param>
    /// <param name="abandoned">Nobody waits for the answer any more; looked at for the last time before the receipt.</param>
    internal async Task<(InferenceReply? Reply, NodeError? Error)> RunAsync(PreparedCall prepared, Plan plan, PaidFor? paid, CancellationToken abandoned)
    {
        (BegunCall begun, TensorValue[] inputs) = (prepared.Begun, prepared.Inputs);
        (InferenceCall call, ServedModel model, string name, OipRequest request, long began) = (begun.Call, begun.Model, begun.Name, begun.Request, begun.Began);

        // Step 4: run. What comes back is the execution transcript; from here on only the verification layer works.
        DateTimeOffset started = time.GetUtcNow();
        RunOutcome run = model.Runner.Run(inputs);
        DateTimeOffset finished = time.GetUtcNow();
        if (run.Error is not null)
        {
            return (null, run.Error);
        }

        if (abandoned.IsCancellationRequested)
        {
            return (null, Abandoned);
        }

        // Step 5: the exact bytes of the answer, which carry the receipt's id.
        byte[] random = RandomNumberGenerator.GetBytes(ReceiptId.RandomSize + SaltSequence.SeedSize);
        ReceiptId id = ReceiptId.Create(begun.Received, random.AsSpan(0, ReceiptId.RandomSize));
        byte[] body = OipReply.Format(model, name, request.Id, id, plan, run.Outputs);

        // Only the benchmark's baseline has no issuer.
        if (issuer is null)
        {
            return (new InferenceReply(id, plan, body, ""), null);
        }

        string secret = ReadSecret.Of(random.AsSpan(ReceiptId.RandomSize));

        // Step 6: claims, each leaf with its own salt.
        PendingReceipt pending = ClaimsOf(begun, plan, paid, run, body, id, random.AsSpan(ReceiptId.RandomSize), started, finished);

        // Step 7: sign, log, fdatasync; in groups. What the gate is still to decide about, nobody can fetch meanwhile.
        bool isHeld = ReleaseGate.Holds(plan.Policy);
        if (isHeld)
        {
            withheld.Hold(id);
        }

        SubmitResult<IssuedEntry> issued = await issuer.IssueAsync(pending).ConfigureAwait(false);
        if (issued.Status != SubmitStatus.Committed)
        {
            withheld.Release(id);
            return (null, IssueRefusals.Of(issued.Status));
        }

        // What is promised to be proved is remembered before anything leaves.
        if (!call.IsConfidential && ProofService.Wants(model, plan.Policy))
        {
            proofs.Add(id, model, call.Caller, prepared.Items);
        }

        EvidenceRequest evidence = new(id, issued.Value.LogIndex, pending.IssuedAt, plan.Policy, AnswerSource.Of(model)) { Digest = issued.Value.Digest, IsConfidential = call.IsConfidential };
        if (!isHeld)
        {
            // What was attested today can't be said tomorrow: the key will have gone. So before the answer leaves, also where other evidence follows.
            await tee.GatherAsync(evidence, CancellationToken.None).ConfigureAwait(false);
        }

        // Step 8: the gate. What the policy wants before release is there, or the answer stays here.
        if (await release.DecideAsync(evidence, began).ConfigureAwait(false) is { } shortfall)
        {
            withheld.Add(id);
            proofs.Drop(id);
            return (null, Withheld(shortfall) with { ReceiptSecret = secret });
        }

        if (isHeld)
        {
            withheld.Release(id);
        }
        else if (!call.IsConfidential)
        {
            // The answer leaves now; what peers say of it follows.
            peers.AddIfWanted(id, plan.Policy);
        }

        model.Times.Add(time.GetElapsedTime(began));
        return (new InferenceReply(id, plan, body, secret) { Measure = new RunMeasure(finished - started), Digest = evidence.Digest }, null);
    }

    // A confidential question is shown to no peer, and can't be read again later to be proved.
    private PolicyCapabilities Sources(ServedModel model, bool isConfidential)
    {
        PolicyCapabilities all = release.CapabilitiesFor(AnswerSource.Of(model));
        return isConfidential ? all with { Confidential = true, Bases = all.Bases.Remove(Basis.Replay).Remove(Basis.Zk) } : all;
    }

    private static NodeError? RefuseProof(InferenceCall call, PolicyDocument policy) => !call.IsConfidential || !ProofNeeds.Demands(policy)
        ? null
        : new NodeError(422, "verification_unsatisfiable", "An answer to a confidential request can't be proved later: the node keeps nothing that it could read.", "Ask for another level than 'zk', 'tee' say.");

    // Of an exact model: all its inputs have the same.
    private static int Items(TensorValue[] inputs) => inputs.Length == 0 || inputs[0].Shape.Length == 0 ? 1 : inputs[0].Shape[0];

    private static NodeError Withheld(Shortfall shortfall) => new(424, "verification_shortfall", shortfall.Sentence(),
        "The receipt is logged, without its outputs being handed out. Asking again gives the same model the same chance: change the policy, or ask the operator.")
    {
        Shortfall = shortfall,
    };

    /// <summary>For addresses that are open to everybody, as the list of models is.</summary>
    internal NodeError UnknownModel(string name) => ModelRefusals.Unknown("model", name, catalog.Models.Select(static model => model.Terms.Name));

    /// <summary>Null if the node's keys are in force: a receipt that its own keys' interval refuses for ever is no receipt.</summary>
    internal static NodeError? NotInForce(NodeIdentity identity, DateTimeOffset now)
    {
        long milliseconds = now.ToUnixTimeMilliseconds();
        return milliseconds >= identity.KeySet.NotBefore && milliseconds < identity.KeySet.NotAfter
            ? null
            : new NodeError(503, "keyset/not-in-force", "By this node's clock its keys aren't valid now, so its receipts would be refused; nothing was run.",
                "The operator corrects the clock, or runs 'assay keyset rotate'.");
    }

    internal static (string Name, string? Suffix) SplitName(string text)
    {
        int at = text.LastIndexOf('@');
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private NodeError? Bind(ServedModel model, OipRequest request, ApiKey key, out TensorValue[] inputs)
    {
        inputs = new TensorValue[model.Inputs.Count];
        if (request.Inputs.Count != model.Inputs.Count)
        {
            return Mismatch($"{request.Inputs.Count} inputs, but the model has {model.Inputs.Count}", model);
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            TensorPort port = model.Inputs[i];
            TensorValue? given = request.Inputs.FirstOrDefault(t => t.Name == port.Name);
            if (given is null)
            {
                return Mismatch($"no input is named '{port.Name}'", model);
            }

            // An exact model's inputs are of one batch; what a float model's dimensions must have in common, its runtime knows.
            if (!port.Takes(given.Shape) || (model.Terms.IsExact && i > 0 && given.Shape[0] != inputs[0].Shape[0]))
            {
                return Mismatch($"input '{port.Name}' has shape [{string.Join(',', given.Shape)}]", model);
            }

            int batch = port.Shape is [-1, ..] ? given.Shape[0] : 1;
            if (batch > options.MaximumBatch)
            {
                return new NodeError(413, "batch_too_large", $"{batch} items in one request; this node takes {options.MaximumBatch}.", "Send several requests.");
            }

            if (batch > key.Limits.Batch)
            {
                return new NodeError(413, "batch_too_large", $"{batch} items in one request; your API key may send {key.Limits.Batch}.", "Send several requests.");
            }

            inputs[i] = given;
        }

        return null;
    }

    private static NodeError Mismatch(string what, ServedModel model) => new(400, "inputs_mismatch", $"The inputs don't fit model '{model.Terms.Name}': {what}.",
        $"It takes {string.Join(", ", model.Inputs)}.");

    // All outputs are answered and signed: a replayer compares all of them.
    private static NodeError? RefuseOtherOutputs(ServedModel model, OipRequest request)
    {
        return request.Outputs is null || request.Outputs.ToHashSet(StringComparer.Ordinal).SetEquals(model.Outputs.Select(static p => p.Name))
            ? null
            : new NodeError(400, "outputs_mismatch", $"The outputs asked for aren't those of model '{model.Terms.Name}'.",
                "Leave 'outputs' away, or name all of them: " + string.Join(", ", model.Outputs.Select(static p => $"'{p.Name}'")) + ".");
    }

    private static NodeError Abandoned { get; } = new(503, "payment/abandoned", "Whoever paid went away before the answer was ready; nothing is charged.", "Send the same payment again, or a new one.");

    private PendingReceipt ClaimsOf(BegunCall begun, Plan plan, PaidFor? paid, RunOutcome run, byte[] body, ReceiptId id, ReadOnlySpan<byte> seed, DateTimeOffset started, DateTimeOffset finished)
    {
        (InferenceCall call, ServedModel model, OipRequest request) = (begun.Call, begun.Model, begun.Request);
        ClaimValues values = new()
        {
            RequestProtocol = WellKnown.OpenInferenceV2,
            RequestWireDigest = Digest32.Sha256(call.Body.Span),
            RequestInputs = request.Inputs,
            RequestClientNonce = request.ClientNonce is { } nonce ? new ReadOnlyMemory<byte>?(nonce) : null,
            RequestPolicy = plan.Policy,
            RequestLevelSource = plan.Source,
            ModelName = begun.Name,
            ModelModelId = model.Id,
            ModelStatement = model.StatementDigest,
            ExecutionBackend = model.FidelityAccepted ? model.Runner.Backend + WellKnown.FidelityAccepted : model.Runner.Backend,
            ExecutionSemantics = model.Runner.Semantics,
            ExecutionInstructionSet = model.Runner.InstructionSet,
            ExecutionCache = "none",
            ExecutionSaturated = (ulong?)run.Saturated,
            OutputWireDigest = Digest32.Sha256(body),
            OutputParts = (ulong)run.Outputs.Count,
            TimeReceived = UnixTime.Microseconds(begun.Received),
            TimeStarted = UnixTime.Microseconds(started),
            TimeFinished = UnixTime.Microseconds(finished),
            PartiesNode = identity.KeySet.Origin,
            PartiesApiKey = call.Caller.Name,
            PaymentOffer = paid?.Offer,
            PaymentPayload = paid?.Payload,
            PaymentPrice = paid?.Price(new RunMeasure(finished - started)),
        };

        (Digest32 claimsRoot, Digest32 outputRoot, byte[] content) = ClaimsScratch.Own.Build(seed, values, run.Outputs, call.Body.Span, body, model.StatementDigest);
        content = call.IsConfidential ? ReceiptRecord.SealContent(seed, content) : content;
        long elements = request.Inputs.Sum(static t => (long)t.Count);
        return new PendingReceipt
        {
            Id = id,
            IssuedAt = finished.ToUnixTimeMilliseconds(),
            ApiKey = call.Caller.Name,
            Plan = plan,
            ClaimsRoot = claimsRoot,
            OutputRoot = outputRoot,
            Content = content,
            SizeBucket = SizeBucket.For(elements),
        };
    }
}
