using System.Collections.Immutable;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

/// <summary>Root, intermediate, leaf; every part replaceable.</summary>
internal sealed class SyntheticChain
{
    private static readonly CertificateRole Ca = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP256, Key = PublicKeyKind.P256 };

    internal SyntheticChain(SyntheticKey? rootKey = null, CertificateTemplate? root = null, CertificateTemplate? middle = null, CertificateTemplate? leaf = null)
    {
        Root = SyntheticPki.Root(rootKey ?? SyntheticKey.P256(), root ?? CertificateTemplate.Ca("CN=Root, O=Test"));
        Middle = SyntheticPki.Issue(Root, SyntheticKey.P256(), middle ?? CertificateTemplate.Ca("CN=Middle, O=Test", 0));
        Leaf = SyntheticPki.Issue(Middle, SyntheticKey.P256(), leaf ?? CertificateTemplate.Leaf("CN=A leaf, O=Test"));
    }

    internal SyntheticCertificate Root { get; init; }

    internal SyntheticCertificate Middle { get; init; }

    internal SyntheticCertificate Leaf { get; init; }

    internal CertificateRole[] Roles { get; init; } = [Ca with { IsCa = false }, Ca, Ca];

    /// <summary>The code; also <see cref="CertificateErrors.Parse"/> if one can't be read.</summary>
    internal string? Code(DateTimeOffset? at = null, ImmutableArray<ReadOnlyMemory<byte>>? anchors = null) => Validate(at, anchors, Leaf.Der, Middle.Der, Root.Der);

    internal string? Validate(DateTimeOffset? at, ImmutableArray<ReadOnlyMemory<byte>>? anchors, params byte[][] chain)
    {
        Certificate?[] read = [.. chain.Select(static der => Certificate.TryRead(der))];
        return read.Contains(null)
            ? CertificateErrors.Parse
            : ChainValidator.Validate(read!, Roles, anchors ?? [Root.Der], at ?? SyntheticPki.At, new ChainCache()).Code;
    }
}
