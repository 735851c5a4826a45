using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

public sealed class ChainCacheTests
{
    [Fact]
    public void It_remembers_what_held_and_nothing_else()
    {
        ChainCache cache = new();
        SyntheticCertificate root = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root"));
        SyntheticCertificate lookAlike = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root"));
        SyntheticCertificate leaf = SyntheticPki.Issue(root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=A"));
        byte[] forged = [.. leaf.Der];
        forged[^1] ^= 1;
        for (int i = 0; i < 3; i++)
        {
            Assert.True(cache.Verifies(Certificate.TryRead(root.Der)!, Certificate.TryRead(leaf.Der)!));
            Assert.False(cache.Verifies(Certificate.TryRead(lookAlike.Der)!, Certificate.TryRead(leaf.Der)!));
            Assert.False(cache.Verifies(Certificate.TryRead(root.Der)!, Certificate.TryRead(forged)!));
            Assert.False(cache.Verifies(Certificate.TryRead(leaf.Der)!, Certificate.TryRead(root.Der)!));
        }
    }

    [Fact]
    public void Threads_share_it_and_keys()
    {
        ChainCache cache = new();
        (Certificate[] Chain, CertificateRole[] Roles)[] chains = [.. RealChains.All().Where(static chain => chain.Roles.Length == 3)];
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            (Certificate[] chain, CertificateRole[] roles) = chains[i % chains.Length];
            Assert.Null(ChainValidator.Validate(chain, roles, [chain[^1].Der], chain.Max(static c => c.NotBefore), cache).Code);
            Certificate[] crossed = [chain[0], chains[(i + 1) % chains.Length].Chain[0], chain[2]];
            Assert.NotNull(ChainValidator.Validate(crossed, roles, [chain[^1].Der], chain.Max(static c => c.NotBefore), cache).Code);
        });
    }
}
