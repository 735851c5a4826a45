using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Node.Tests.Attesting;

/// <summary>A key that has retired endorses nothing, whoever still holds on to it.</summary>
public sealed class AttestedKeyTests
{
    [Fact]
    public async Task Retiring_WhileManyEndorse_IsCleanForEachOfThem()
    {
        using AttestedKey key = Key();
        Digest32 receipt = Digest32.Sha256([1]);
        int endorsed = 0;
        Task[] many = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            while (key.TryEndorse(receipt, Endorsement.QuestionsOfTee, TimeProvider.System.GetUtcNow()) is { } endorsement)
            {
                Assert.Null(endorsement.Verify());
                Interlocked.Increment(ref endorsed);
            }
        }))];
        SpinWait.SpinUntil(() => Volatile.Read(ref endorsed) > 20);
        key.Dispose();
        await Task.WhenAll(many).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Null(key.TryEndorse(receipt, Endorsement.QuestionsOfTee, TimeProvider.System.GetUtcNow()));
    }

    private static AttestedKey Key()
    {
        Es256Signer signer = new(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        TeeBinding binding = TeeBinding.Create(new byte[32], signer.PublicKey, default, default, "b", now);
        AttestationEvidence evidence = AttestationEvidence.Create(EvidenceType.Simulator, [1], binding.Bytes.Span);
        return new AttestedKey(signer)
        {
            Evidence = evidence,
            Digest = Digest32.Sha256(evidence.Bytes.Span),
            Material = AttestationMaterial.Empty,
            Appraisal = Appraiser.Appraise(new AppraisalInput { Evidence = evidence, Policies = [], Times = AppraisalTimes.Of(now) }),
            KeyConfig = default,
            At = now,
            Until = now,
        };
    }
}
