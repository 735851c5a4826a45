using System.Security.Cryptography.X509Certificates;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests;

public sealed class ChainValidatorTests
{
    private static readonly DateTimeOffset Early = SyntheticPki.NotBefore.AddSeconds(-1);
    private static readonly DateTimeOffset Late = SyntheticPki.NotAfter.AddSeconds(1);

    [Fact]
    public void A_chain_of_the_shape_holds()
    {
        Assert.Null(new SyntheticChain().Code());
        Assert.Null(new SyntheticChain().Code(SyntheticPki.NotBefore));
        Assert.Null(new SyntheticChain().Code(SyntheticPki.NotAfter));
        Assert.Equal(CertificateErrors.NotYetValid, new SyntheticChain().Code(Early));
        Assert.Equal(CertificateErrors.Expired, new SyntheticChain().Code(Late));
        Assert.Equal(CertificateErrors.Expired, new SyntheticChain().Code(SyntheticPki.NotAfter.AddTicks(1)));
    }

    [Fact]
    public void The_window_is_the_intersection_and_each_certificate_is_held_against_the_time()
    {
        CertificateTemplate leaf = CertificateTemplate.Leaf("CN=A leaf") with { NotBefore = SyntheticPki.At.AddHours(-1), NotAfter = SyntheticPki.At.AddHours(2) };
        CertificateTemplate middle = CertificateTemplate.Ca("CN=Middle") with { NotBefore = SyntheticPki.At.AddDays(-1), NotAfter = SyntheticPki.At.AddHours(1) };
        SyntheticChain chain = new(middle: middle, leaf: leaf);
        Certificate[] read = [Certificate.TryRead(chain.Leaf.Der)!, Certificate.TryRead(chain.Middle.Der)!, Certificate.TryRead(chain.Root.Der)!];
        ChainResult result = ChainValidator.Validate(read, chain.Roles, [chain.Root.Der], SyntheticPki.At, new ChainCache());
        Assert.Equal(new ChainResult(null, -1, SyntheticPki.At.AddHours(-1), SyntheticPki.At.AddHours(1)), result);
        ChainResult late = ChainValidator.Validate(read, chain.Roles, [chain.Root.Der], SyntheticPki.At.AddMinutes(90), new ChainCache());
        Assert.Equal((CertificateErrors.Expired, 1), (late.Code, late.Position));
        ChainResult early = ChainValidator.Validate(read, chain.Roles, [chain.Root.Der], SyntheticPki.At.AddHours(-2), new ChainCache());
        Assert.Equal((CertificateErrors.NotYetValid, 0), (early.Code, early.Position));
    }

    [Fact]
    public void A_root_counts_by_its_bytes_alone()
    {
        SyntheticChain chain = new();
        SyntheticCertificate sameKeyAndName = SyntheticPki.Root(chain.Root.Key, CertificateTemplate.Ca("CN=Root, O=Test") with { Serial = [0x52] });
        SyntheticCertificate lookAlike = SyntheticPki.Root(SyntheticKey.P256(), CertificateTemplate.Ca("CN=Root, O=Test"));
        Assert.Equal(CertificateErrors.Anchor, chain.Code(anchors: []));
        Assert.Equal(CertificateErrors.Anchor, chain.Code(anchors: [lookAlike.Der]));
        Assert.Equal(CertificateErrors.Anchor, chain.Validate(null, null, chain.Leaf.Der, chain.Middle.Der, lookAlike.Der));
        Assert.Equal(CertificateErrors.Anchor, chain.Validate(null, null, chain.Leaf.Der, chain.Middle.Der, sameKeyAndName.Der));
        Assert.Null(chain.Code(anchors: [lookAlike.Der, chain.Root.Der]));
        Assert.Equal(CertificateErrors.Signature, chain.Validate(null, [lookAlike.Der], chain.Leaf.Der, chain.Middle.Der, lookAlike.Der));
    }

    [Fact]
    public void A_chain_of_another_length_is_none()
    {
        SyntheticChain chain = new();
        Assert.Equal(CertificateErrors.Length, chain.Validate(null, null, chain.Leaf.Der, chain.Root.Der));
        Assert.Equal(CertificateErrors.Length, chain.Validate(null, null));
        Assert.Equal(CertificateErrors.Length, chain.Validate(null, null, chain.Leaf.Der, chain.Middle.Der, chain.Middle.Der, chain.Root.Der));
    }

    [Fact]
    public void Names_and_signatures_must_both_lead_upwards()
    {
        SyntheticChain chain = new();
        SyntheticChain other = new();
        Assert.Equal(CertificateErrors.Signature, chain.Validate(null, null, other.Leaf.Der, chain.Middle.Der, chain.Root.Der));
        Assert.Equal(CertificateErrors.Signature, chain.Validate(null, null, chain.Leaf.Der, other.Middle.Der, chain.Root.Der));
        Assert.Equal(CertificateErrors.Name, new SyntheticChain(leaf: CertificateTemplate.Leaf("CN=A leaf") with { Issuer = SyntheticPki.Name("CN=Middle, O=Tesu") }).Code());

        // The same names in another order are other names: AWS's zonal authority writes them so.
        Assert.Equal(CertificateErrors.Name, new SyntheticChain(leaf: CertificateTemplate.Leaf("CN=A leaf") with { Issuer = SyntheticPki.Name("O=Test, CN=Middle") }).Code());
        SyntheticChain ordered = new(middle: CertificateTemplate.Ca("O=Test, CN=Middle", 0));
        Assert.Null(ordered.Code());
    }

    [Fact]
    public void A_certificate_plays_its_own_role_only()
    {
        SyntheticChain chain = new();
        Assert.Equal(CertificateErrors.Role, chain.Validate(null, null, chain.Middle.Der, chain.Middle.Der, chain.Root.Der));
        Assert.Equal(CertificateErrors.Role, chain.Validate(null, null, chain.Leaf.Der, chain.Leaf.Der, chain.Root.Der));
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(middle: CertificateTemplate.Leaf("CN=Middle")).Code());
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(leaf: CertificateTemplate.Ca("CN=A leaf")).Code());
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(middle: new CertificateTemplate { Subject = "CN=Middle" }).Code());
        Assert.Null(new SyntheticChain(leaf: new CertificateTemplate { Subject = "CN=A leaf" }).Code());
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(
            middle: new CertificateTemplate { Subject = "CN=Middle", Extensions = [SyntheticExtension.BasicConstraints(true), SyntheticExtension.KeyUsage(X509KeyUsageFlags.CrlSign)] }).Code());
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(
            leaf: new CertificateTemplate { Subject = "CN=A leaf", Extensions = [SyntheticExtension.KeyUsage(X509KeyUsageFlags.KeyAgreement)] }).Code());
    }

    [Fact]
    public void A_path_length_is_kept()
    {
        Assert.Equal(CertificateErrors.Role, new SyntheticChain(root: CertificateTemplate.Ca("CN=Root", 0)).Code());
        Assert.Null(new SyntheticChain(root: CertificateTemplate.Ca("CN=Root", 1)).Code());
    }

    [Fact]
    public void Common_names_and_extensions_tell_roles_apart()
    {
        SyntheticExtension vendor = new("1.2.840.113741.1.13.1", false, [0x30, 0]);
        SyntheticChain with = new(leaf: CertificateTemplate.Leaf("CN=A leaf", vendor));
        SyntheticChain without = new();
        Assert.Null(Change(with, static leaf => leaf with { Required = ["1.2.840.113741.1.13.1"] }).Code());
        Assert.Equal(CertificateErrors.Role, Change(without, static leaf => leaf with { Required = ["1.2.840.113741.1.13.1"] }).Code());
        Assert.Equal(CertificateErrors.Role, Change(with, static leaf => leaf with { Forbidden = ["1.2.840.113741.1.13.1"] }).Code());
        Assert.Null(Change(without, static leaf => leaf with { Forbidden = ["1.2.840.113741.1.13.1"], CommonName = "leaf" }).Code());
        Assert.Equal(CertificateErrors.Role, Change(without, static leaf => leaf with { CommonName = "Leaf" }).Code());
        Assert.Equal(CertificateErrors.Role, Change(new SyntheticChain(leaf: CertificateTemplate.Leaf("O=leaf")), static leaf => leaf with { CommonName = "leaf" }).Code());
        Assert.Equal(CertificateErrors.Role, Change(new SyntheticChain(leaf: CertificateTemplate.Leaf("CN=leaf, CN=leaf")), static leaf => leaf with { CommonName = "leaf" }).Code());
    }

    [Fact]
    public void Critical_extensions_are_known_or_refused()
    {
        SyntheticChain chain = new(leaf: CertificateTemplate.Leaf("CN=A leaf", new SyntheticExtension("2.5.29.37", true, [0x30, 0])));
        Assert.Equal(CertificateErrors.Critical, chain.Code());
        Assert.Null(Change(chain, static leaf => leaf with { Critical = ["2.5.29.37"] }).Code());
        Assert.Equal(CertificateErrors.Critical, new SyntheticChain(middle: CertificateTemplate.Ca("CN=Middle", 0, new SyntheticExtension("2.5.29.30", true, [0x30, 0]))).Code());
    }

    [Fact]
    public void Algorithms_and_keys_are_those_of_the_shape()
    {
        Assert.Equal(CertificateErrors.Key, new SyntheticChain(rootKey: SyntheticKey.P384()) { Roles = [Leaf, Ca with { SignedWith = SignatureAlgorithm.EcdsaP384 }, Ca with { SignedWith = SignatureAlgorithm.EcdsaP384 }] }.Code());
        Assert.Equal(CertificateErrors.Algorithm, new SyntheticChain(rootKey: SyntheticKey.P384()).Code());
        Assert.Null(new SyntheticChain(rootKey: SyntheticKey.P384())
        {
            Roles = [Leaf, Ca with { SignedWith = SignatureAlgorithm.EcdsaP384 }, Ca with { SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 }],
        }.Code());
        CertificateRole[] rsa = [Leaf, Ca with { SignedWith = SignatureAlgorithm.RsaPssSha384 }, Ca with { SignedWith = SignatureAlgorithm.RsaPssSha384, Key = PublicKeyKind.Rsa }];
        Assert.Null(new SyntheticChain(rootKey: SyntheticKey.SharedRsa()) { Roles = rsa }.Code());

        // What it says that it is signed with is part of what is signed, and of the shape: PKCS #1 padding is in none.
        byte[] pkcs1 = Convert.FromHexString("300d06092a864886f70d01010c0500");
        Assert.Equal(CertificateErrors.Algorithm, new SyntheticChain(rootKey: SyntheticKey.SharedRsa(), middle: CertificateTemplate.Ca("CN=Middle") with { Algorithm = pkcs1 }) { Roles = rsa }.Code());
        byte[] shortSalt = Convert.FromHexString("304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020120");
        Assert.Equal(CertificateErrors.Algorithm, new SyntheticChain(rootKey: SyntheticKey.SharedRsa(), middle: CertificateTemplate.Ca("CN=Middle") with { Algorithm = shortSalt }) { Roles = rsa }.Code());
        Assert.Equal(CertificateErrors.Algorithm, new SyntheticChain(leaf: CertificateTemplate.Leaf("CN=A leaf") with { Algorithm = Convert.FromHexString("300a06082a8648ce3d040303") }).Code());
    }

    [Fact]
    public void A_key_that_is_none_is_a_code()
    {
        byte[] info = SyntheticKey.P256().Info;
        info[^1] ^= 1;
        Assert.Equal(CertificateErrors.Key, new SyntheticChain(leaf: CertificateTemplate.Leaf("CN=A leaf") with { KeyInfo = info }).Code());
        Assert.Equal(CertificateErrors.Key, new SyntheticChain(middle: CertificateTemplate.Ca("CN=Middle") with { KeyInfo = info }).Code());
    }

    private static CertificateRole Ca => new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP256, Key = PublicKeyKind.P256 };

    private static CertificateRole Leaf => Ca with { IsCa = false };

    private static SyntheticChain Change(SyntheticChain chain, Func<CertificateRole, CertificateRole> leaf) =>
        new() { Root = chain.Root, Middle = chain.Middle, Leaf = chain.Leaf, Roles = [leaf(Leaf), Ca, Ca] };
}
