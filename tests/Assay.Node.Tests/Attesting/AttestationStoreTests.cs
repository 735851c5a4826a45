using System.Security.Cryptography;
using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Primitives;

namespace Assay.Node.Tests.Attesting;

/// <summary>Evidence on the disk: whole or not at all, each piece once.</summary>
public sealed class AttestationStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-evidence-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatIsPut_IsFound_AndSharedPiecesStandOnce()
    {
        AttestationStore store = new(_folder);
        AttestationMaterial material = AttestationMaterial.Create(CollateralSet.Of([new CollateralItem(CollateralKind.Certificate, new byte[] { 1, 2, 3 })]), [], []);
        AttestationEvidence one = Evidence();
        AttestationEvidence two = Evidence();
        Digest32 first = store.Put(one, material);
        Digest32 second = store.Put(two, material);
        store.Put(two, material);
        AttestationStore again = new(_folder);
        Assert.Equal(one.Bytes.ToArray(), again.FindEvidence(first));
        Assert.Equal(two.Bytes.ToArray(), again.FindEvidence(second));
        Assert.Equal(material.Bytes.ToArray(), again.FindMaterial(first));
        Assert.Equal(material.Bytes.ToArray(), again.FindMaterial(second));
        Assert.Single(Files("material"));
        Assert.Null(again.FindEvidence(Digest32.Sha256([9])));
        Assert.Null(again.FindMaterial(Digest32.Sha256([9])));
    }

    [Fact]
    public void DeathAtAnyStep_LeavesNothingHalf()
    {
        AttestationEvidence evidence = Evidence();
        for (int last = 1; last <= 3; last++)
        {
            int steps = 0;
            int limit = last;
            AttestationStore dying = new(_folder) { AfterStep = step => { if (++steps == limit) { throw new OperationCanceledException(step); } } };
            Assert.Throws<OperationCanceledException>(() => dying.Put(evidence, AttestationMaterial.Empty));
            AttestationStore next = new(_folder);

            // Evidence comes last: who finds it finds what goes with it.
            Assert.True(next.FindEvidence(Digest32.Sha256(evidence.Bytes.Span)) is null || next.FindMaterial(Digest32.Sha256(evidence.Bytes.Span)) is not null);
            Directory.Delete(Path.Combine(_folder, "attestation"), recursive: true);
        }
    }

    [Fact]
    public void WhatSomebodyChangedOnTheDisk_IsNotHandedOut()
    {
        AttestationStore store = new(_folder);
        Digest32 digest = store.Put(Evidence(), AttestationMaterial.Empty);
        string file = Files("evidence").Single();
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Throws<InvalidDataException>(() => store.FindEvidence(digest));
    }

    private IEnumerable<string> Files(string kind) => Directory.EnumerateFiles(Path.Combine(_folder, "attestation", kind), "*", SearchOption.AllDirectories);

    private static AttestationEvidence Evidence() => AttestationEvidence.Create(EvidenceType.Simulator, RandomNumberGenerator.GetBytes(100), RandomNumberGenerator.GetBytes(100));
}
