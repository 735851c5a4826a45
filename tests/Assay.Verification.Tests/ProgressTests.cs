using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Verification.Tests;

public sealed class ProgressTests : IDisposable
{
    private static readonly byte[] Salt = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void WhatWasSignedOnTheWay_Passes()
    {
        ProgressOutcome outcome = ProgressCheck.Run(Input(3));
        Assert.Equal((CheckResult.Pass, (string?)null), (outcome.Result, outcome.Code));
        Assert.Equal(ReceiptPhase.Progress, outcome.Statement!.Phase);
    }

    [Fact]
    public void WhatDiffers_IsNamed()
    {
        using World other = new("other", "other.example/assay");
        ProgressInput good = Input(3);
        Fails(DetailCodes.ProgressEventsDiffer, good with { Root = Root(Talk.Events[..2]) });
        Fails(DetailCodes.ProgressEventsDiffer, good with { Root = Root([.. Talk.Events[..2], Talk.Events[2].Replace("tree", "bush", StringComparison.Ordinal)]) });
        Fails(DetailCodes.ProgressRequestDiffers, good with { Head = ProgressCheck.Head(Salt, Read(Talk.AskedStreamed.Replace("0.7", "0.8", StringComparison.Ordinal))) });
        Fails(DetailCodes.ProgressRequestDiffers, good with { Head = ProgressCheck.Head(new byte[16], Read(Talk.AskedStreamed)) });
        Fails(DetailCodes.ChatIdDiffers, good with { Id = ReceiptId.From(new byte[16]) });
        Fails(DetailCodes.StatementDiffers, good with { KeySet = other.KeySet });
        Fails(DetailCodes.ProgressPhase, good with { Envelope = Envelope(3, ReceiptPhase.Final) });
        ProgressOutcome missing = ProgressCheck.Run(good with { Root = null });
        Assert.Equal((CheckResult.NotEvaluated, DetailCodes.ProgressEventsMissing), (missing.Result, missing.Code));

        static void Fails(string code, ProgressInput input)
        {
            ProgressOutcome outcome = ProgressCheck.Run(input);
            Assert.Equal((CheckResult.Fail, code), (outcome.Result, outcome.Code));
            Assert.EndsWith(".", VerdictWords.OfDetail(code), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fuzz_NothingElsePasses()
    {
        ProgressInput good = Input(3);
        byte[] envelope = good.Envelope.ToArray();
        FuzzSummary summary = FuzzRun.Run(
            [envelope],
            bytes =>
            {
                ProgressOutcome outcome = ProgressCheck.Run(good with { Envelope = bytes });
                Assert.True(outcome.Result != CheckResult.Pass || bytes.AsSpan().SequenceEqual(envelope), "another envelope passes");
                return outcome.Result == CheckResult.Pass;
            },
            oneOf: 10);
        Assert.True(summary.Refused > 0);
    }

    private static Digest32 Root(IEnumerable<string> events)
    {
        StreamTranscript transcript = new();
        foreach (string item in events)
        {
            transcript.Add(Encoding.UTF8.GetBytes(item));
        }

        return transcript.Root();
    }

    private static ChatRequest Read(string body) => ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out _)!;

    private static ReceiptId Id => ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(1UL)).Bytes[..16]);

    private byte[] Envelope(int count, ReceiptPhase phase) => BatchSigner.Sign(
        [
            new ReceiptStatement
            {
                KeySet = _world.KeySet.Digest,
                Id = Id,
                IssuedAt = World.Now.ToUnixTimeMilliseconds(),
                Counter = 1,
                Policy = PolicyDocument.For(VerificationLevel.Signed).Digest,
                LevelSource = LevelSource.Request,
                ClaimsRoot = ProgressCheck.Head(Salt, Read(Talk.AskedStreamed)),
                OutputRoot = Root(Talk.Events[..count]),
                Phase = phase,
            },
        ],
        _world.Signer)[0].Encode();

    private ProgressInput Input(int count) => new()
    {
        Envelope = Envelope(count, ReceiptPhase.Progress),
        KeySet = _world.KeySet,
        Head = ProgressCheck.Head(Salt, Read(Talk.AskedStreamed)),
        Root = Root(Talk.Events[..count]),
        Id = Id,
    };
}
