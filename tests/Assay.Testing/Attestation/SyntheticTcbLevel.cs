namespace Assay.Testing.Attestation;

/// <summary>A level of a synthetic platform: each component of SGX, the PCE's version, each of TDX.</summary>
public sealed record SyntheticTcbLevel(byte[] Sgx, int PceSvn, byte[] Tdx, string Status, params string[] Advisories)
{
    /// <summary>A level whose 16 SGX components have one value; TDX: module and microcode.</summary>
    public static SyntheticTcbLevel Of(byte sgx, int pceSvn, byte module, byte microcode, string status, params string[] advisories) =>
        new([.. Enumerable.Repeat(sgx, 16)], pceSvn, [module, 0, microcode, .. new byte[13]], status, advisories);
}
