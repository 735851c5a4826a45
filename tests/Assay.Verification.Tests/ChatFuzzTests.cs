using Assay.Chat;
using Assay.Testing;

namespace Assay.Verification.Tests;

public sealed class ChatFuzzTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    /// <summary>Another body than the one that was signed never passes both its checks, whatever it says, and nothing throws.</summary>
    [Fact]
    public void Fuzz_RequestsAndAnswers()
    {
        SignatureCache cache = new();
        TrustFile trust = _world.Trust;
        foreach (Talk talk in new[] { Talk.Whole(_world), Talk.Streamed(_world) })
        {
            byte[] bundle = talk.Parts().Encode();
            VerificationInput input = new() { Bundle = bundle, Now = World.Now, Trust = trust, Signatures = cache };
            Assert.Equal(Outcome.Met, Verifier.Verify(input).Outcome);
            Judge(talk.RequestBytes, bytes => input with { RequestBytes = bytes });
            Judge(talk.ResponseBytes, bytes => input with { ResponseBytes = bytes });
        }
    }

    [Fact]
    public void Fuzz_SealedMessages()
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, Talk.Whole(_world).RequestBytes, out _)!;
        FuzzSummary summary = FuzzRun.Run(
            [.. SealedMessage.SealAll(request, new byte[32])], static bytes => SealedMessage.TryDecode(bytes) is not null, oneOf: 5);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    // What the readers take of memory and time is bounded where they are tested: here every input costs a whole verdict.
    private static void Judge(byte[] seed, Func<byte[], VerificationInput> input)
    {
        Mutator mutator = new(1, [seed]);
        for (int i = 0; i < (FuzzRun.IsDeep ? 100_000 : 200); i++)
        {
            byte[] bytes = mutator.Next();
            Verdict verdict = Verifier.Verify(input(bytes));
            Assert.True(verdict.Outcome == (bytes.AsSpan().SequenceEqual(seed) ? Outcome.Met : Outcome.Untrusted), Convert.ToHexString(bytes));
        }
    }
}
