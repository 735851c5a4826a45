using Assay.Attestation;
using Assay.Node.Attesting;
using Assay.Testing.Attestation;

namespace Assay.Node.Tests.Attesting;

/// <summary>The operator's folder of vendors' statements.</summary>
public sealed class CollateralPileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-collateral-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Files_AreTakenByTheirEndings_AndOthersLeft()
    {
        SnpPki pki = new("Genoa");
        Write("a.der", pki.Ask.Der);
        Write("b.pem", System.Text.Encoding.ASCII.GetBytes(System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", pki.Asvk.Der)));
        Write("c.collateral", pki.Collateral(pki.Ark.Der).Encode());
        Write("readme.txt", "anything"u8);
        (CollateralPile? pile, AttesterError? error) = CollateralPile.Read(_folder);
        Assert.Null(error);
        Assert.Equal(5, pile!.Items.Count);

        // Each piece once, with what the hardware handed out.
        Assert.Equal(4, pile.MaterialWith(CollateralSet.Of([new CollateralItem(CollateralKind.Certificate, new byte[] { 9 }), new CollateralItem(CollateralKind.Certificate, pki.Ask.Der)]), null)!.Collateral.Items.Length);
        Assert.Empty(CollateralPile.Read(null).Pile!.Items);
    }

    [Theory]
    [InlineData("x.json", "{}")]
    [InlineData("x.json", "[1]")]
    [InlineData("x.der", "")]
    [InlineData("x.json", "no")]
    [InlineData("x.pem", "no")]
    [InlineData("x.pem", "-----BEGIN PRIVATE KEY-----\nAwQ=\n-----END PRIVATE KEY-----\n")]
    [InlineData("x.collateral", "no")]
    [InlineData("x.platform", "no")]
    public void WhatIsntWhatItsEndingSays_IsAnError(string name, string text)
    {
        Write(name, System.Text.Encoding.ASCII.GetBytes(text));
        Assert.Equal(AttesterErrors.Collateral, CollateralPile.Read(_folder).Error!.Code);
    }

    [Fact]
    public void AFolderThatIsntThere_OrTooMuch_IsAnError()
    {
        Assert.Equal(AttesterErrors.Collateral, CollateralPile.Read(Path.Combine(_folder, "none")).Error!.Code);
        Write("long.der", new byte[CollateralSet.MaxLength + 1]);
        Assert.Equal(AttesterErrors.Collateral, CollateralPile.Read(_folder).Error!.Code);
        CollateralItem[] many = [.. Enumerable.Range(0, CollateralSet.MaxItems + 1).Select(static i => new CollateralItem(CollateralKind.Certificate, BitConverter.GetBytes(i)))];
        Assert.Null(new CollateralPile(many, []).MaterialWith(CollateralSet.Empty, null));
    }

    private void Write(string name, ReadOnlySpan<byte> bytes) => File.WriteAllBytes(Path.Combine(_folder, name), bytes.ToArray());
}
