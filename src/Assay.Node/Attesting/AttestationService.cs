using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Log.Committing;
using Assay.Node.Errors;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Node.Attesting;

/// <summary>
/// Keeps a key that evidence vouches for. On a clock it makes another one, has the hardware attest it, appraises that as a caller would,
/// makes it durable, logs it, and only then endorses with it; the key before retires. If any of that fails, there is no key: nothing is
/// endorsed by evidence that wasn't renewed.
/// </summary>
/// <remarks>
/// A key for each evidence, rather than one until the process ends: what leaks out of memory one day says nothing about the receipts of other
/// hours, and each entry in the log covers one key for one span of time. Endorsements of keys that have retired stay what they are.
/// </remarks>
internal sealed class AttestationService : IAsyncDisposable
{
    /// <summary>Longest time for the hardware to answer. A quote takes seconds where another machine makes it.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    /// <summary>From a failure to the next attempt.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LogPause = TimeSpan.FromMilliseconds(50);

    private const int LogAttempts = 100;
    private const int NonceLength = 32;

    private readonly AttestationSettings _settings;
    private readonly NodeIdentity _identity;
    private readonly ReceiptIssuer _issuer;
    private readonly AttestationStore _store;
    private readonly Action<string?> _offer;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly HardwareTurn _hardware;
    private readonly CancellationTokenSource _stopping = new();
    private AttestedKey? _current;
    private AttesterError? _failure;
    private Task _running = Task.CompletedTask;

    /// <summary>Takes ownership of the attester.</summary>
    /// <param name="settings">The hardware, the policy, the clock.</param>
    /// <param name="identity">The node.</param>
    /// <param name="issuer">Logs.</param>
    /// <param name="store">Keeps evidence.</param>
    /// <param name="offer">Told whenever that changes why <c>tee</c> isn't offered; null: it is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="warn">The operator's log.</param>
    internal AttestationService(AttestationSettings settings, NodeIdentity identity, ReceiptIssuer issuer, AttestationStore store, Action<string?> offer, TimeProvider time, Action<string> warn)
    {
        (_settings, _identity, _issuer, _store, _offer, _time, _warn) = (settings, identity, issuer, store, offer, time, warn);
        _hardware = new HardwareTurn(settings.Attester, LongestAnswer);
    }

    /// <summary>The key that endorses now; null if there is none in order.</summary>
    internal AttestedKey? Current => Volatile.Read(ref _current) is { } current && _time.GetUtcNow() < current.Until ? current : null;

    /// <summary>Why there is none, by a stable code; null if there is.</summary>
    internal string? Failure => Current is not null ? null : Volatile.Read(ref _failure)?.Code ?? AttesterErrors.Stale;

    /// <summary>What the node holds itself to.</summary>
    internal AttestationSettings Settings => _settings;

    /// <summary>The key configuration for confidential requests that the next evidence binds; empty if there is none.</summary>
    internal Func<ReadOnlyMemory<byte>> KeyConfig { get; init; } = static () => default;

    /// <summary>Told the key configuration of the evidence that came into force; empty if there is none in force.</summary>
    internal Action<ReadOnlyMemory<byte>> InForce { get; init; } = static _ => { };

    /// <summary>Attests for the first time, and goes on.</summary>
    /// <exception cref="AttestationException">The hardware gives no evidence, or the policy doesn't accept it: such a node must not start.</exception>
    internal async Task StartAsync(CancellationToken cancellation)
    {
        if (await RenewAsync(cancellation).ConfigureAwait(false) is { } error)
        {
            throw new AttestationException(error.Code, $"This node can't attest: {error.Text}.", error.Code == AttesterErrors.NotAccepted
                ? "Nobody would accept it either, so it doesn't start. If this is the build that you mean, the policy must name it, and --collateral must hold what the policy asks for; without --attest the node starts, and offers no 'tee'."
                : "Without --attest the node starts, and offers no 'tee'. docs/attesting.md says what each kind of hardware needs.");
        }

        _running = RunAsync();
    }

    /// <summary>Goes over to another key with evidence of its own; or to none, and says why.</summary>
    internal async Task<AttesterError?> RenewAsync(CancellationToken cancellation)
    {
        (AttestedKey? next, AttesterError? error) = await MakeAsync(cancellation).ConfigureAwait(false);
        AttestedKey? before = Interlocked.Exchange(ref _current, next);
        Volatile.Write(ref _failure, error);
        before?.Dispose();
        InForce(next?.KeyConfig ?? default);
        _offer(error is null ? null : NotInOrder(error.Code));
        return error;
    }

    /// <summary>Why <c>tee</c> isn't offered, in words for callers.</summary>
    internal static string NotInOrder(string code) => $"this node's attestation isn't in order at the moment ({code})";

    /// <summary>Evidence about the current key for somebody's nonce; nothing is endorsed by it.</summary>
    internal async Task<(AttestationFile? File, NodeError? Error)> FreshAsync(ReadOnlyMemory<byte> nonce, CancellationToken cancellation)
    {
        if (Current is not { } key)
        {
            return (null, NotAttested());
        }

        TeeBinding binding = TeeBinding.Create(nonce.Span, key.PublicKey, key.KeyConfig.Span, _identity.KeySet.Digest, NodeVersion.Build, _time.GetUtcNow());
        AttesterResult result = await _hardware.AskAsync(binding, cancellation).ConfigureAwait(false);
        return result.Error is { } error
            ? (null, new NodeError(503, error.Code, "The hardware gives no evidence now.", "Try again later; without a nonce you get the evidence that endorses receipts.") { RetryAfterSeconds = 5 })
            : (AttestationFile.Create(AttestationEvidence.Create(_settings.Attester.Type, result.Evidence.Span, binding.Bytes.Span), key.Material), null);
    }

    /// <summary>What callers are told where there is no key in order.</summary>
    internal NodeError NotAttested() => new(503, Failure ?? AttesterErrors.Stale, "This node's attestation isn't in order at the moment; it offers no 'tee'.", "The operator finds the reason in its log.")
    {
        RetryAfterSeconds = (int)Retry.TotalSeconds,
    };

    /// <summary>Ends the clock; the private key goes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        Interlocked.Exchange(ref _current, null)?.Dispose();
        await _hardware.DisposeAsync().ConfigureAwait(false);
        _settings.Attester.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            AttesterError? error = null;
            while (true)
            {
                await Task.Delay(error is null || Retry > _settings.Renewal ? _settings.Renewal : Retry, _time, _stopping.Token).ConfigureAwait(false);
                AttesterError? before = error;
                error = await RenewAsync(_stopping.Token).ConfigureAwait(false);
                if (error is not null && error != before)
                {
                    _warn($"assay: warning: NOT ATTESTED ANY MORE, 'tee' isn't offered: {error.Text} ({error.Code}); tried again every {Retry.TotalSeconds:F0} s");
                }
                else if (error is null && before is not null)
                {
                    _warn("assay: attested again, 'tee' is offered");
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async Task<(AttestedKey? Key, AttesterError? Error)> MakeAsync(CancellationToken cancellation)
    {
        try
        {
            return await AttestAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A disk that fails, a file that goes: nothing that may end the clock, and everything that must end the offer.
            _warn($"assay: warning: attesting failed: {e}");
            return (null, new AttesterError(AttesterErrors.Internal, e.Message));
        }
    }

    private async Task<(AttestedKey? Key, AttesterError? Error)> AttestAsync(CancellationToken cancellation)
    {
        (CollateralPile? pile, AttesterError? error) = CollateralPile.Read(_settings.CollateralFolder);
        if (pile is null)
        {
            return (null, error);
        }

        Es256Signer signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        bool isKept = false;
        try
        {
            DateTimeOffset now = _time.GetUtcNow();
            byte[] nonce = RandomNumberGenerator.GetBytes(NonceLength);
            ReadOnlyMemory<byte> keyConfig = KeyConfig();
            TeeBinding binding = TeeBinding.Create(nonce, signer.PublicKey, keyConfig.Span, _identity.KeySet.Digest, NodeVersion.Build, now);
            AttesterResult result = await _hardware.AskAsync(binding, cancellation).ConfigureAwait(false);
            if (result.Error is not null)
            {
                return (null, result.Error with { Text = $"{_settings.Attester.Place}: {result.Error.Text}" });
            }

            AttestationEvidence evidence = AttestationEvidence.Create(_settings.Attester.Type, result.Evidence.Span, binding.Bytes.Span);
            if (pile.MaterialWith(result.Collateral, _settings.Policy.Signed) is not { } material)
            {
                return (null, new AttesterError(AttesterErrors.Collateral, $"what the hardware handed out and what is in {_settings.CollateralFolder} is together more than evidence can go with"));
            }

            Appraisal appraisal = Appraiser.Appraise(new AppraisalInput
            {
                Evidence = evidence,
                Policies = [_settings.Policy.Policy],
                Times = AppraisalTimes.Of(now),
                Collateral = material.Collateral,
                PlatformEndorsements = material.PlatformEndorsements,
                Anchors = _settings.Anchors,
                Expected = new BindingExpectation { Key = signer.PublicKey, Node = _identity.KeySet.Digest, Nonce = nonce, KeyConfig = keyConfig },
            });
            if (appraisal is not { Outcome: AppraisalOutcome.Accepted, Facts: { } facts })
            {
                return (null, new AttesterError(AttesterErrors.NotAccepted, AppraisalText.Of(appraisal, _settings.Policy.Policy)));
            }

            Digest32 digest = _store.Put(evidence, material);
            if (!await LogAsync(new LogEntry.ForAttestation(digest, EvidenceTypes.NameOf(facts.Type), GradeNames.NameOf(appraisal.Grade), facts.Platform.Digest, signer.PublicKey.Thumbprint())).ConfigureAwait(false))
            {
                return (null, new AttesterError(AttesterErrors.NotKept, "the log doesn't take entries any more"));
            }

            isKept = true;
            return (new AttestedKey(signer)
            {
                Evidence = evidence,
                Digest = digest,
                Material = material,
                Appraisal = appraisal,
                KeyConfig = keyConfig,
                At = now,
                Until = now + _settings.Policy.Policy.MaxAge,
            }, null);
        }
        finally
        {
            if (!isKept)
            {
                signer.Dispose();
            }
        }
    }

    // The policy first, once for each change of it: what is logged after it was accepted under it.
    private async Task<bool> LogAsync(LogEntry.ForAttestation attestation)
    {
        AttestationPolicy policy = _settings.Policy.Policy;
        if (_store.LoggedPolicy != policy.Digest)
        {
            if (!await LogAsync(new LogEntry.ForAttestationPolicy(policy.Digest, policy.Name, policy.Version)).ConfigureAwait(false))
            {
                return false;
            }

            _store.KeepLoggedPolicy(policy.Digest);
        }

        return await LogAsync((LogEntry)attestation).ConfigureAwait(false);
    }

    // A queue that is full for a moment is no reason to stop vouching.
    private async Task<bool> LogAsync(LogEntry entry)
    {
        SubmitStatus status = (await _issuer.NoteAsync(entry).ConfigureAwait(false)).Status;
        for (int attempt = 1; status == SubmitStatus.Overloaded && attempt < LogAttempts; attempt++)
        {
            await Task.Delay(LogPause, _stopping.Token).ConfigureAwait(false);
            status = (await _issuer.NoteAsync(entry).ConfigureAwait(false)).Status;
        }

        return status == SubmitStatus.Committed;
    }
}
