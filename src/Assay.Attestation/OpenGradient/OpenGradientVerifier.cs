using System.Collections.Immutable;
using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// OpenGradient's rule (docs/opengradient.md): what its registry asks of an enclave that registers, and its verifier of a response that
/// is settled; with the evidence itself in the registry's place. No chain is asked. Never throws for what the bytes say.
/// </summary>
public static class OpenGradientVerifier
{
    /// <summary>How old a document may be when an enclave registers with it.</summary>
    public static readonly TimeSpan MaxDocumentAge = TimeSpan.FromSeconds(300);

    /// <summary>How far from the future it may be.</summary>
    public static readonly TimeSpan MaxDocumentLead = TimeSpan.FromSeconds(60);

    /// <summary>How old a response may be.</summary>
    public static readonly TimeSpan MaxResponseAge = TimeSpan.FromHours(1);

    /// <summary>How far from the future it may be.</summary>
    public static readonly TimeSpan MaxResponseLead = TimeSpan.FromMinutes(5);

    // The number in their source. Its comment there says 2026; the number is a year earlier.
    private static readonly DateTimeOffset EarliestDocument = DateTimeOffset.FromUnixTimeMilliseconds(1738281600000);

    /// <summary>Two hashes, each behind what says SHA-256 and 32 bytes in a multihash.</summary>
    private const int UserDataLength = 68;

    /// <summary>Makes all steps.</summary>
    public static OpenGradientVerdict Verify(OpenGradientInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        StepTable steps = new([.. OpenGradientSteps.OfEnclave, .. input.Response is null ? [] : OpenGradientSteps.OfResponse]);
        Digest32 teeId = OpenGradientHashes.OfKey(input.SigningKey.Span);
        EvidenceReport report = NitroVerifier.Verify(input.Document, input.Anchors, input.RegisteredAt);
        AppraisalStep? failed = report.Steps.FirstOrDefault(static step => step.Result != CheckResult.Pass);
        steps.Set(OpenGradientSteps.Document, failed?.Detail);
        Digest32? build = report.Facts is EvidenceFacts facts ? BuildOf(facts) : null;

        // What a document says counts only where it is AWS's.
        if (failed is null && report.Facts is EvidenceFacts signed)
        {
            CheckEnclave(input, signed, build, steps);
        }

        if (input.Response is OpenGradientResponse response)
        {
            CheckResponse(input, response, teeId, steps);
        }

        ImmutableArray<AppraisalStep> made = steps.Steps;
        AppraisalOutcome outcome = made.Any(static step => step.Result == CheckResult.Fail) ? AppraisalOutcome.Rejected
            : made.All(static step => step.Result == CheckResult.Pass) ? AppraisalOutcome.Accepted
            : AppraisalOutcome.NotEvaluated;
        return new OpenGradientVerdict(
            outcome, made, teeId, build, report.Facts, [.. OpenGradientGaps.OfEnclave, .. input.Response is null ? [] : OpenGradientGaps.OfResponse]);
    }

    private static void CheckEnclave(OpenGradientInput input, EvidenceFacts facts, Digest32? build, StepTable steps)
    {
        steps.Set(OpenGradientSteps.Mode, facts.Modes.Contains(NitroVerifier.DebugMode) ? OpenGradientErrors.Debug : null);
        TimeSpan age = input.RegisteredAt - facts.Time!.Value;
        steps.Set(OpenGradientSteps.Age, age <= MaxDocumentAge && age >= -MaxDocumentLead && facts.Time >= EarliestDocument ? null : OpenGradientErrors.Age);

        ReadOnlyMemory<byte> userData = facts.ReportData;
        bool isForm = userData.Length == UserDataLength && userData.Span.StartsWith<byte>([0x12, 0x20]) && userData.Span[34..].StartsWith<byte>([0x12, 0x20]);
        if (!isForm)
        {
            steps.Set(OpenGradientSteps.Tls, OpenGradientErrors.UserData);
            steps.Set(OpenGradientSteps.Key, OpenGradientErrors.UserData);
        }
        else
        {
            if (input.TlsCertificate is { } certificate)
            {
                steps.Set(OpenGradientSteps.Tls, IsHash(certificate, userData[2..34]) ? null : OpenGradientErrors.TlsCertificate);
            }
            else
            {
                steps.Skip(OpenGradientSteps.Tls, OpenGradientErrors.NotGiven);
            }

            steps.Set(OpenGradientSteps.Key, PublicKey.TryFromInfo(input.SigningKey) is not { Kind: PublicKeyKind.Rsa } ? OpenGradientErrors.Key
                : IsHash(input.SigningKey, userData[36..]) ? null : OpenGradientErrors.OtherKey);
        }

        if (input.ApprovedBuilds is { } approved)
        {
            steps.Set(OpenGradientSteps.Build, build is { } hash && approved.Contains(hash) ? null : OpenGradientErrors.Build);
        }
        else
        {
            steps.Skip(OpenGradientSteps.Build, OpenGradientErrors.NotGiven);
        }
    }

    private static void CheckResponse(OpenGradientInput input, OpenGradientResponse response, Digest32 teeId, StepTable steps)
    {
        steps.Set(OpenGradientSteps.Tee, response.TeeId == teeId ? null : OpenGradientErrors.TeeId);
        if (input.CanonicalRequest is { } request)
        {
            steps.Set(OpenGradientSteps.Request, OpenGradientHashes.OfText(request) == response.RequestHash ? null : OpenGradientErrors.OtherRequest);
        }
        else
        {
            steps.Skip(OpenGradientSteps.Request, OpenGradientErrors.NotGiven);
        }

        steps.Set(OpenGradientSteps.Output, response.Output is { } output && OpenGradientHashes.OfText(output) == response.OutputHash ? null : OpenGradientErrors.OtherOutput);
        steps.Set(OpenGradientSteps.Signature, OpenGradientSignature.Check(input.SigningKey, response.MessageHash, response.Signature.Span));
        TimeSpan age = input.At - DateTimeOffset.FromUnixTimeSeconds(response.Timestamp);
        steps.Set(OpenGradientSteps.Time, age <= MaxResponseAge && age >= -MaxResponseLead ? null : OpenGradientErrors.Time);
    }

    /// <summary>Null if a register isn't there: leaving one out mustn't make another build.</summary>
    private static Digest32? BuildOf(EvidenceFacts facts)
    {
        ReadOnlyMemory<byte>[] registers = [.. facts.Measurements.Where(static measurement => measurement.Name is "pcr0" or "pcr1" or "pcr2").Select(static measurement => measurement.Value)];
        return registers is [var pcr0, var pcr1, var pcr2] ? OpenGradientHashes.OfRegisters(pcr0.Span, pcr1.Span, pcr2.Span) : null;
    }

    private static bool IsHash(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> hash) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(data.Span), hash.Span);
}
