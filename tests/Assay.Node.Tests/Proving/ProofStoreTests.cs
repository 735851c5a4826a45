using Assay.Node.Proving;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Tests.Proving;

/// <summary>Jobs and proofs on the disk, whenever the process dies.</summary>
public sealed class ProofStoreTests : IDisposable
{
    private static readonly ModelId Model = new(Digest32.Sha256("m"u8));
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-proofs-").FullName;

    [Fact]
    public void WhateverStepItDiesAt_TheJobOrTheProofIsThere()
    {
        AttachedProof proof = AttachedProof.Many(new byte[100], 5, new byte[32], [Opening(1), Opening(3)], new byte[1000], []);
        for (int step = 1; step < 20; step++)
        {
            ReceiptId id = Id(step);
            int left = step;
            ProofStore dying = ProofStore.Open(_folder, _ =>
            {
                if (--left == 0)
                {
                    throw new IOException("dies here");
                }
            });
            bool added = false;
            try
            {
                dying.Add(new ProofJob(id, Model, 2, "key alice"));
                added = true;
                dying.Put(id, proof);
            }
            catch (IOException)
            {
                // Dead.
            }

            ProofStore again = ProofStore.Open(_folder);
            ProofJob? job = again.Jobs().SingleOrDefault(j => j.Receipt == id);
            Assert.True(!added || job is not null || again.Find(id) is not null, $"step {step}");
            Assert.True(job is null || again.Find(id) is null);
            if (job is not null)
            {
                Assert.Equal(new ProofJob(id, Model, 2, "key alice"), job);
                again.Put(id, proof);
            }

            Assert.True(!added || again.Find(id)!.Encode().AsSpan().SequenceEqual(proof.Encode()));
            Assert.Empty(again.Jobs());
        }
    }

    [Fact]
    public void ReceiptsShareAProof_AndDamageShows()
    {
        ProofStore store = ProofStore.Open(_folder);
        AttachedProof one = AttachedProof.Many(new byte[100], 5, new byte[32], [Opening(1)], new byte[1000], []);
        AttachedProof two = AttachedProof.Many(new byte[100], 5, new byte[32], [Opening(2)], new byte[1000], []);
        store.Put(Id(1), one);
        store.Put(Id(2), two);
        Assert.Equal(2, Directory.EnumerateFiles(Path.Combine(_folder, "proofs", "content"), "*", SearchOption.AllDirectories).Count());
        Assert.Equal(two.Encode(), store.Find(Id(2))!.Encode());
        Assert.Null(store.Find(Id(3)));
        string proof = Directory.EnumerateFiles(Path.Combine(_folder, "proofs", "content"), "*", SearchOption.AllDirectories).Single(static f => new FileInfo(f).Length == 1000);
        File.WriteAllBytes(proof, new byte[999]);
        Assert.Throws<InvalidDataException>(() => store.Find(Id(1)));
    }

    [Fact]
    public void AJobThatIsCutShort_IsNone()
    {
        ProofStore store = ProofStore.Open(_folder);
        byte[] whole = new ProofJob(Id(1), Model, 2, "").Encode();
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path.Combine(_folder, "proofs", "jobs", Id(1).ToString()), whole[..length]);
            Assert.Empty(store.Jobs());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ProofOpening Opening(int run) => new(run, new byte[16], [new byte[32], new byte[32], new byte[32]]);

    private static ReceiptId Id(int number) => ReceiptId.From(Digest32.Sha256(BitConverter.GetBytes(number)).Bytes[..16]);
}
