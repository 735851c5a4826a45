using System.Security.Cryptography;

namespace Assay.Testing.Attestation;

/// <summary>A key pair of one of the kinds in vendors' certificates.</summary>
public sealed class SyntheticKey
{
    private static readonly Lazy<SyntheticKey[]> SharedRsaKeys = new(static () => [new(RSA.Create(2048)), new(RSA.Create(2048)), new(RSA.Create(2048))]);

    private readonly AsymmetricAlgorithm _platform;

    private SyntheticKey(AsymmetricAlgorithm platform) => _platform = platform;

    /// <summary>A fresh P-256 key.</summary>
    public static SyntheticKey P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>A fresh P-384 key.</summary>
    public static SyntheticKey P384() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384));

    /// <summary>A fresh RSA key: slow.</summary>
    public static SyntheticKey Rsa(int bits) => new(RSA.Create(bits));

    /// <summary>One of three RSA keys of 2048 bits, made once for the process.</summary>
    public static SyntheticKey SharedRsa(int index = 0) => SharedRsaKeys.Value[index];

    /// <summary>Whether it signs with ECDSA, else with RSASSA-PSS and SHA-384.</summary>
    public bool IsEc => _platform is ECDsa;

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] Info => _platform.ExportSubjectPublicKeyInfo();

    /// <summary>An EC key's point, x then y.</summary>
    public byte[] Point
    {
        get
        {
            ECPoint point = ((ECDsa)_platform).ExportParameters(includePrivateParameters: false).Q;
            return [.. point.X!, .. point.Y!];
        }
    }

    /// <summary>The AlgorithmIdentifier of its signatures, DER. Of RSA the form that AMD's chip certificates have.</summary>
    public byte[] Algorithm => Convert.FromHexString(_platform switch
    {
        ECDsa { KeySize: 256 } => "300a06082a8648ce3d040302",
        ECDsa => "300a06082a8648ce3d040303",
        _ => "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130",
    });

    /// <summary>A signature as certificates have it: ECDSA's in DER.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _platform is ECDsa ec
        ? ec.SignData(data, Hash, DSASignatureFormat.Rfc3279DerSequence)
        : ((RSA)_platform).SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    /// <summary>An ECDSA signature as evidence has it: r then s, big-endian, with the hash of the curve's size.</summary>
    public byte[] SignRaw(ReadOnlySpan<byte> data) => ((ECDsa)_platform).SignData(data, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    private HashAlgorithmName Hash => _platform.KeySize == 256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
}
