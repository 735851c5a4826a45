using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

public sealed class BindingTests
{
    private static readonly P256PublicKey Key = MakeKey();

    [Fact]
    public void A_binding_reads_back_and_its_digest_is_that_of_its_bytes()
    {
        TeeBinding made = Make();
        TeeBinding? read = TeeBinding.TryDecode(made.Bytes, out string? error);
        Assert.Null(error);
        Assert.NotNull(read);
        Assert.Equal(SHA512.HashData(made.Bytes.Span), read.Digest.ToArray());
        Assert.Equal(Key, read.Key);
        Assert.Equal("assay 1", read.Build);
        Assert.Equal(new byte[16], read.Nonce.ToArray());
    }

    [Fact]
    public void Every_truncation_and_every_flipped_bit_is_refused_or_is_another_binding()
    {
        byte[] bytes = Make().Bytes.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(TeeBinding.TryDecode(bytes.AsMemory(0, length), out string? error));
            Assert.NotNull(error);
        }

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] changed = [.. bytes];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            TeeBinding? read = TeeBinding.TryDecode(changed, out _);
            Assert.True(read is null || !read.Digest.Span.SequenceEqual(SHA512.HashData(bytes)));
        }
    }

    [Fact]
    public void Evidence_reads_back_and_refuses_unknown_types_and_empty_parts()
    {
        AttestationEvidence made = AttestationEvidence.Create(EvidenceType.IntelTdx, [1, 2, 3], Make().Bytes.Span);
        AttestationEvidence? read = AttestationEvidence.TryDecode(made.Bytes, out string? error);
        Assert.Null(error);
        Assert.Equal(EvidenceType.IntelTdx, read!.Type);
        Assert.Equal(new byte[] { 1, 2, 3 }, read.Evidence.ToArray());
        Assert.Throws<ArgumentException>(() => AttestationEvidence.Create(EvidenceType.IntelTdx, [], Make().Bytes.Span));
        Assert.Throws<ArgumentException>(() => AttestationEvidence.Create(EvidenceType.IntelTdx, [1], []));
    }

    [Fact]
    public void Collateral_reads_back_without_repeats()
    {
        CollateralItem item = new(CollateralKind.Certificate, new byte[] { 1 });
        CollateralSet made = CollateralSet.Of([item, new CollateralItem(CollateralKind.RevocationList, new byte[] { 2 }), item]);
        CollateralSet? read = CollateralSet.TryDecode(made.Encode(), out string? error);
        Assert.Null(error);
        Assert.Equal(2, read!.Items.Length);
        Assert.Equal(new byte[] { 2 }, Assert.Single(read.OfKind(CollateralKind.RevocationList)).ToArray());
    }

    [Fact]
    public void The_built_in_roots_are_there() => Assert.Equal(5, TrustAnchors.BuiltIn.AwsNitro.Length + TrustAnchors.BuiltIn.Intel.Length + TrustAnchors.BuiltIn.AmdMilan.Length
        + TrustAnchors.BuiltIn.AmdGenoa.Length + TrustAnchors.BuiltIn.AmdTurin.Length);

    private static TeeBinding Make() => TeeBinding.Create(new byte[16], Key, [], Digest32.Sha256([1]), "assay 1", DateTimeOffset.UnixEpoch);

    private static P256PublicKey MakeKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = key.ExportParameters(false);
        Assert.True(P256PublicKey.TryFrom([.. parameters.Q.X!, .. parameters.Q.Y!], out P256PublicKey made));
        return made;
    }
}
