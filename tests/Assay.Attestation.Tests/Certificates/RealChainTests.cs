using System.Collections.Immutable;

namespace Assay.Attestation.Tests;

public sealed class RealChainTests
{
    [Fact]
    public void Every_real_chain_holds_in_its_shape_to_the_second()
    {
        (Certificate[] Chain, CertificateRole[] Roles)[] all = [.. RealChains.All()];
        Assert.True(all.Length > 30, $"Only {all.Length} chains found.");
        foreach ((Certificate[] chain, CertificateRole[] roles) in all)
        {
            ImmutableArray<ReadOnlyMemory<byte>> anchors = [chain[^1].Der];
            ChainCache cache = new();
            DateTimeOffset from = chain.Max(static certificate => certificate.NotBefore);
            DateTimeOffset until = chain.Min(static certificate => certificate.NotAfter);
            ChainResult first = ChainValidator.Validate(chain, roles, anchors, from, cache);
            Assert.True(first.Code is null, $"{chain[0].CommonName}: {first}");
            Assert.Equal((from, until), (first.NotBefore, first.NotAfter));
            Assert.Null(ChainValidator.Validate(chain, roles, anchors, until, cache).Code);
            Assert.Equal(CertificateErrors.NotYetValid, ChainValidator.Validate(chain, roles, anchors, from.AddSeconds(-1), cache).Code);
            if (until < DateTimeOffset.MaxValue.AddDays(-1))
            {
                Assert.Equal(CertificateErrors.Expired, ChainValidator.Validate(chain, roles, anchors, until.AddSeconds(1), cache).Code);
            }

            Assert.Equal(CertificateErrors.Anchor, ChainValidator.Validate(chain, roles, [], from, cache).Code);
            Assert.Equal(CertificateErrors.Anchor, ChainValidator.Validate(chain, roles, [chain[0].Der], from, cache).Code);
        }
    }

    [Fact]
    public void The_built_in_roots_are_those_of_the_chains()
    {
        TrustAnchors anchors = TrustAnchors.BuiltIn;
        foreach ((Certificate[] chain, CertificateRole[] roles) in RealChains.All().Where(static chain => chain.Roles != RealChains.Nvidia))
        {
            ImmutableArray<ReadOnlyMemory<byte>> vendor = chain[^1].CommonName switch
            {
                "aws.nitro-enclaves" => anchors.AwsNitro,
                "Intel SGX Root CA" => anchors.Intel,
                "ARK-Milan" => anchors.AmdMilan,
                "ARK-Genoa" => anchors.AmdGenoa,
                "ARK-Turin" => anchors.AmdTurin,
                _ => [],
            };
            if (chain[^1].CommonName?.StartsWith("NVIDIA", StringComparison.Ordinal) != true)
            {
                Assert.Null(ChainValidator.Validate(chain, roles, vendor, chain.Max(static c => c.NotBefore), new ChainCache()).Code);
                Assert.Equal(chain[^1].Digest, ChainValidator.FindAnchor(chain[^2], vendor)?.Digest);
            }
        }
    }

    [Fact]
    public void Real_lists_are_their_issuers_own()
    {
        Assert.NotEmpty(RealCertificates.Lists);
        foreach (byte[] der in RealCertificates.Lists)
        {
            RevocationList? list = RevocationList.TryRead(der);
            Assert.NotNull(list);
            Certificate issuer = RealCertificates.All.Single(candidate => candidate.IsCa && candidate.Subject.Span.SequenceEqual(list.Issuer.Span));
            Assert.Null(list.Check(issuer, AppraisalTimes.Of(list.ThisUpdate), new ChainCache()));
            Assert.Null(list.Check(issuer, AppraisalTimes.Of(list.NextUpdate), new ChainCache()));
            Assert.Equal(CertificateErrors.ListNotYetValid, list.Check(issuer, AppraisalTimes.Of(list.ThisUpdate.AddSeconds(-1)), new ChainCache()));
            Assert.Equal(CertificateErrors.ListExpired, list.Check(issuer, AppraisalTimes.Of(list.NextUpdate.AddSeconds(1)), new ChainCache()));
            Assert.DoesNotContain(RealCertificates.All, certificate => certificate.Issuer.Span.SequenceEqual(list.Issuer.Span) && list.Names(certificate.Serial));
        }
    }
}
