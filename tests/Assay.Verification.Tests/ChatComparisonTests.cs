using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>What can't be compared doesn't pass: messages that are only counted, and answers whose bytes have no digest.</summary>
public sealed class ChatComparisonTests : IDisposable
{
    private static readonly byte[] Asked = """{"model":"m","messages":[{"role":"user","content":"Is it safe?"}]}"""u8.ToArray();
    private static readonly byte[] Other = """{"model":"m","messages":[{"role":"user","content":"Say yes."}]}"""u8.ToArray();

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnotherMessage_ThatIsOnlyCounted_IsNotCompared(bool isRedacted)
    {
        byte[] receipt = Receipt(hasDigest: isRedacted);
        byte[] hidden = isRedacted ? Without(receipt, "request.wire_digest") : receipt;
        Verdict verdict = Verifier.Verify(_world.Input(hidden) with { RequestBytes = Other });
        Assert.Equal((CheckResult.NotEvaluated, isRedacted ? DetailCodes.Redacted : DetailCodes.Absent), Found(verdict, CheckCodes.RequestInputs));

        // With the message's sealed form it is compared, also without the digest.
        Verdict opened = Verifier.Verify(_world.Input(Receipt(hasDigest: false, isSealed: true)) with { RequestBytes = Other });
        Assert.Equal((CheckResult.Fail, DetailCodes.ChatMessageDiffers), Found(opened, CheckCodes.RequestInputs));
        Assert.Equal(CheckResult.Pass, Found(Verifier.Verify(_world.Input(Receipt(hasDigest: false, isSealed: true)) with { RequestBytes = Asked }), CheckCodes.RequestInputs).Result);
    }

    private static (CheckResult Result, string? Detail) Found(Verdict verdict, string code)
    {
        CheckOutcome check = verdict.Checks.Single(check => check.Code == code);
        return (check.Result, check.Detail);
    }

    private static byte[] Without(byte[] receipt, string field) =>
        Bundle.TryDecode(receipt, out _)!.Redact([.. ClaimRegistry.Fields.Select(static leaf => leaf.Name).Where(name => name != field), "outputs"], out _, out _)!.Encode();

    private byte[] Receipt(bool hasDigest, bool isSealed = false)
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, Asked, out _)!;
        byte[] message = SealedMessage.Seal(request.Messages[0], new byte[32], 0);
        ClaimValues claims = _world.Answer(VerificationLevel.Signed) with
        {
            RequestProtocol = WellKnown.OpenAiChat,
            RequestWireDigest = hasDigest ? Digest32.Sha256(Asked) : null,
            RequestInputs = null,
            RequestMessages = [Digest32.Sha256(message)],
            RequestSampling = "{}",
            ModelName = "m",
            ModelStatement = null,
            ExecutionSemantics = WellKnown.LlamaSampler,
            ExecutionSaturated = null,
            OutputWireDigest = null,
            OutputFinishReason = ["stop"],
            OutputParts = 1,
        };
        _world.RestartSalts();
        SaltedTree claimsTree = _world.Claims.BuildClaims(claims), outputTree = _world.Claims.BuildOutput([TensorValue.OfText("choice/0/content", "yes")]);
        ReceiptEnvelope envelope = BatchSigner.Sign([_world.Statement(claims, claimsTree, outputTree)], _world.Signer)[0];
        byte[] entry = new LogEntry.ForReceipt(envelope.Digest, VerificationLevel.Signed, SizeBucket.Undisclosed).Encode();
        return Bundle.Create(envelope, _world.KeySet, claimsTree.Section, outputTree.Section, isSealed ? [message] : [], _world.LogProofOf(entry)).Encode();
    }
}
