using Assay.Chat;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Checks progress receipts: that a node signed the first events of a stream (spec/chat.md, "Progress receipt"). Never throws for what the bytes say.</summary>
public static class ProgressCheck
{
    /// <summary>What a progress receipt's claims root must be for a request.</summary>
    /// <param name="salt">From the stream's first comment, 16 bytes.</param>
    /// <param name="request">The request as it was sent.</param>
    public static Digest32 Head(ReadOnlySpan<byte> salt, ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return StreamHead.ClaimsRoot(salt, request.Protocol, ChatNames.Model(request), Digest32.Sha256(request.Body.Span));
    }

    /// <summary>Checks one.</summary>
    public static ProgressOutcome Run(ProgressInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (ReceiptEnvelope.TryDecode(input.Envelope, out string? error) is not { } envelope)
        {
            return new ProgressOutcome(CheckResult.Fail, error, null);
        }

        ReceiptStatement statement = envelope.Statement;
        if (Unsigned(envelope, input.KeySet) is { } unsigned)
        {
            return new ProgressOutcome(CheckResult.Fail, unsigned, null);
        }

        string? failure = statement.Phase != ReceiptPhase.Progress ? DetailCodes.ProgressPhase
            : input.Id is { } id && id != statement.Id ? DetailCodes.ChatIdDiffers
            : statement.ClaimsRoot != input.Head ? DetailCodes.ProgressRequestDiffers
            : input.Root is { } root && root != statement.OutputRoot ? DetailCodes.ProgressEventsDiffer
            : null;
        return failure is not null ? new ProgressOutcome(CheckResult.Fail, failure, statement)
            : input.Root is null ? new ProgressOutcome(CheckResult.NotEvaluated, DetailCodes.ProgressEventsMissing, statement)
            : new ProgressOutcome(CheckResult.Pass, null, statement);
    }

    private static string? Unsigned(ReceiptEnvelope envelope, KeySet keys)
    {
        if (CoseSign1.TryDecode(envelope.Cose.Span, out string? error) is not { } cose || BatchHead.TryDecode(cose.Payload, out error) is not { } head)
        {
            return error;
        }

        long issued = envelope.Statement.IssuedAt;
        return envelope.Statement.KeySet != keys.Digest ? DetailCodes.StatementDiffers
            : head.KeySet != keys.Digest ? DetailCodes.HeadDiffers
            : envelope.Size != head.Size ? DetailCodes.BatchSizeDiffers
            : MerkleVerifier.Inclusion(envelope.Digest, envelope.Index, envelope.Size, envelope.Path.AsSpan(), head.Root) != CheckResult.Pass ? DetailCodes.BatchPath
            : issued < keys.NotBefore ? DetailCodes.NotYetValid
            : issued >= keys.NotAfter ? DetailCodes.Expired
            : cose.Verify(keys.ReceiptKey);
    }
}
