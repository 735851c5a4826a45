using Assay.Attestation;

namespace Assay.Testing.Attestation;

/// <summary>A look-alike of AMD for one product: root, intermediates of both kinds, keys, and what they sign.</summary>
public sealed class SnpPki
{
    /// <summary>One for <c>Milan</c>, <c>Genoa</c> or <c>Turin</c>.</summary>
    public SnpPki(string product)
    {
        Product = product;
        Ark = SyntheticPki.Root(SyntheticKey.SharedRsa(), Ca("ARK-" + product, 0x00));
        Ask = SyntheticPki.Issue(Ark, SyntheticKey.SharedRsa(1), Ca("SEV-" + product, 0x01));
        Asvk = SyntheticPki.Issue(Ark, SyntheticKey.SharedRsa(2), Ca("SEV-VLEK-" + product, 0x02));
    }

    /// <summary>The product.</summary>
    public string Product { get; }

    /// <summary>The root.</summary>
    public SyntheticCertificate Ark { get; }

    /// <summary>The intermediate over chips' keys.</summary>
    public SyntheticCertificate Ask { get; }

    /// <summary>The intermediate over clouds' keys.</summary>
    public SyntheticCertificate Asvk { get; }

    /// <summary>A chip's key.</summary>
    public SyntheticKey VekKey { get; } = SyntheticKey.P384();

    /// <summary>Whether security versions have Turin's layout.</summary>
    public bool IsTurin => Product == "Turin";

    /// <summary>Trust in this root for this product only.</summary>
    public TrustAnchors Anchors => AnchorsFor(Product);

    /// <summary>A security version of this product: bootloader 4, tee 1, snp 24, microcode 84, and fmc 1 on Turin.</summary>
    public byte[] Tcb => IsTurin ? [1, 4, 1, 24, 0, 0, 0, 84] : [4, 1, 0, 0, 0, 0, 24, 84];

    /// <summary>The chip as certificates name it.</summary>
    public byte[] Hwid => [.. Enumerable.Range(1, IsTurin ? 8 : 64).Select(static value => (byte)value)];

    /// <summary>The chip as reports name it.</summary>
    public byte[] ChipId => [.. Hwid, .. new byte[64 - Hwid.Length]];

    /// <summary>A report as it should be.</summary>
    public SnpReportTemplate Report => new()
    {
        ReportedTcb = Tcb,
        ChipId = ChipId,
        Cpu = Product switch { "Milan" => [0x19, 0x01, 0x01], "Genoa" => [0x19, 0x11, 0x01], _ => [0x1A, 0x02, 0x01] },
    };

    /// <summary>A chip's certificate as it should be.</summary>
    public SnpVekTemplate Vcek => new() { Product = Product == "Milan" ? "Milan-B0" : Product, Tcb = Tcb, IsTurin = IsTurin, Hwid = Hwid };

    /// <summary>A cloud's certificate as it should be.</summary>
    public SnpVekTemplate Vlek => new() { Product = Product, Tcb = Tcb, IsTurin = IsTurin, Csp = "CN=cloud.test" };

    /// <summary>Trust in this root for a product that need not be its own.</summary>
    public TrustAnchors AnchorsFor(string product) => product switch
    {
        "Milan" => new TrustAnchors { AmdMilan = [Ark.Der] },
        "Genoa" => new TrustAnchors { AmdGenoa = [Ark.Der] },
        _ => new TrustAnchors { AmdTurin = [Ark.Der] },
    };

    /// <summary>The certificate of <see cref="VekKey"/>, by the intermediate that issues its kind or by another.</summary>
    public byte[] Issue(SnpVekTemplate vek, SyntheticCertificate? issuer = null)
    {
        ArgumentNullException.ThrowIfNull(vek);
        return SyntheticPki.Issue(issuer ?? (vek.Csp is null ? Ask : Asvk), VekKey, vek.Certificate()).Der;
    }

    /// <summary>The pile of these certificates, and both intermediates.</summary>
    public CollateralSet Collateral(params byte[][] certificates) =>
        CollateralSet.Of([.. certificates.Append(Ask.Der).Append(Asvk.Der).Select(static der => new CollateralItem(CollateralKind.Certificate, der))]);

    private static CertificateTemplate Ca(string name, byte serial) => CertificateTemplate.Ca("CN=" + name) with { Serial = [1, 0, serial] };
}
