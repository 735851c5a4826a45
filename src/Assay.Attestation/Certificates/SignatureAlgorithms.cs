namespace Assay.Attestation;

/// <summary>AlgorithmIdentifiers (RFC 5280, section 4.1.1.2) of the algorithms that count. Compared as bytes: a parameter that is a little different is another algorithm.</summary>
internal static class SignatureAlgorithms
{
    // RFC 5758, section 3.2: no parameters.
    private static readonly byte[] EcdsaSha256 = Convert.FromHexString("300a06082a8648ce3d040302");
    private static readonly byte[] EcdsaSha384 = Convert.FromHexString("300a06082a8648ce3d040303");

    // RFC 4055, section 3.1. The hash may come with a NULL or without (section 2.1), and AMD writes the trailer field out, though it's the default.
    private static readonly byte[][] PssSha384 =
    [
        Convert.FromHexString("304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130"),
        Convert.FromHexString("304606092a864886f70d01010a3039a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130a303020101"),
        Convert.FromHexString("303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a203020130"),
        Convert.FromHexString("304206092a864886f70d01010a3035a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a203020130a303020101"),
    ];

    /// <summary>The algorithm; <see cref="SignatureAlgorithm.Unknown"/> if it's none that counts.</summary>
    /// <param name="identifier">A whole AlgorithmIdentifier, DER.</param>
    internal static SignatureAlgorithm Find(ReadOnlySpan<byte> identifier)
    {
        if (identifier.SequenceEqual(EcdsaSha256))
        {
            return SignatureAlgorithm.EcdsaP256;
        }

        if (identifier.SequenceEqual(EcdsaSha384))
        {
            return SignatureAlgorithm.EcdsaP384;
        }

        foreach (byte[] pss in PssSha384)
        {
            if (identifier.SequenceEqual(pss))
            {
                return SignatureAlgorithm.RsaPssSha384;
            }
        }

        return SignatureAlgorithm.Unknown;
    }
}
