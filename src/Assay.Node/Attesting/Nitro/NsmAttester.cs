using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Primitives;

namespace Assay.Node.Attesting;

/// <summary>
/// Evidence of an AWS Nitro enclave, from the device inside it. The document carries the binding's digest as user data, its nonce,
/// and the endorsing key.
/// </summary>
/// <param name="device">Owned.</param>
internal sealed class NsmAttester(INsmDevice device) : IAttester
{
    private const int MaxAttempts = 8;

    private readonly byte[] _response = new byte[NsmMessage.MaxResponse];
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public EvidenceType Type => EvidenceType.AwsNitro;

    /// <inheritdoc/>
    public string Place => device.Place;

    /// <summary>The attester of this enclave; null and why, if this isn't one.</summary>
    internal static NsmAttester? TryOpen(out AttesterError? error, string path = NsmDevice.DefaultPath) =>
        NsmDevice.TryOpen(out error, path) is NsmDevice device ? new NsmAttester(device) : null;

    /// <summary>Asks on this thread: the driver waits for the hypervisor, two minutes at most, and can't be interrupted.</summary>
    public ValueTask<AttesterResult> AttestAsync(TeeBinding binding, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(binding);
        byte[] publicKey = binding.Key.ToSubjectPublicKeyInfo();
        byte[] request = NsmResponse.Request(binding.Digest.Span, binding.Nonce.Span, publicKey);
        lock (_gate)
        {
            int length = Exchange(request, cancellation);
            return ValueTask.FromResult(length < 0 ? Failed(-length) : Read(_response.AsSpan(0, length), binding, publicKey));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => device.Dispose();

    /// <summary>Asking again is harmless: the module keeps nothing of it.</summary>
    private int Exchange(byte[] request, CancellationToken cancellation)
    {
        int length;
        int attempts = 0;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            length = device.Exchange(request, _response);
        }
        while (length is -Errno.Interrupted or -Errno.Again && ++attempts < MaxAttempts);
        return length;
    }

    private AttesterResult Failed(int errno) => AttesterResult.Failed(
        errno switch
        {
            Errno.NotPermitted or Errno.AccessDenied => AttesterErrors.Denied,
            Errno.NoSuchDeviceOrAddress or Errno.NoSuchDevice or Errno.NotThisDevice => AttesterErrors.NoDevice,
            Errno.Interrupted or Errno.Again or Errno.Busy => AttesterErrors.Busy,
            Errno.TimedOut => AttesterErrors.Timeout,
            _ => AttesterErrors.Refused,
        },
        $"ioctl on {Place}: error {errno}");

    /// <summary>
    /// Holds the document against what was asked for. Who signed it is for verifiers to say; that it answers this question can be seen
    /// here, before anybody builds on it.
    /// </summary>
    private AttesterResult Read(ReadOnlySpan<byte> answer, TeeBinding binding, byte[] publicKey)
    {
        if (NsmResponse.TryRead(answer) is not NsmResponse response)
        {
            return AttesterResult.Failed(AttesterErrors.Answer, $"{Place} answered {answer.Length} bytes that are neither a document nor an error");
        }

        if (response.Error is not null)
        {
            return AttesterResult.Failed(AttesterErrors.Refused, $"{Place} refuses: {response.Error}");
        }

        DateTimeOffset issued = DateTimeOffset.FromUnixTimeMilliseconds(binding.IssuedAt);
        EvidenceReport report = EvidenceVerifier.Verify(EvidenceType.AwsNitro, response.Document, CollateralSet.Empty, TrustAnchors.BuiltIn, AppraisalTimes.Of(issued));
        bool answers = report.Facts is EvidenceFacts facts
            && report.Steps.Any(static step => step.Code == StepCodes.Signature && step.Result == CheckResult.Pass)
            && CryptographicOperations.FixedTimeEquals(facts.ReportData.Span, binding.Digest.Span)
            && CryptographicOperations.FixedTimeEquals(facts.Nonce.Span, binding.Nonce.Span)
            && facts.PublicKey.Span.SequenceEqual(publicKey);
        return answers
            ? AttesterResult.Of(response.Document, CollateralSet.Empty)
            : AttesterResult.Failed(AttesterErrors.Answer, $"{Place} answered a document about something else");
    }
}
