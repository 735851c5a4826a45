using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>
/// Root certificates of the vendors, DER. Evidence never brings its own: a root that arrives with it is compared with these, byte for
/// byte. An empty list means that nothing of that vendor passes. There is none for the simulator: a policy that accepts it names its root.
/// </summary>
public sealed record TrustAnchors
{
    /// <summary>The vendors' published roots.</summary>
    public static TrustAnchors BuiltIn { get; } = new()
    {
        AwsNitro = [Pinned(VendorRoots.AwsNitroG1, "641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b")],
        Intel = [Pinned(VendorRoots.IntelSgxRootCa, "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3")],
        AmdMilan = [Pinned(VendorRoots.ArkMilan, "69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd")],
        AmdGenoa = [Pinned(VendorRoots.ArkGenoa, "4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1")],
        AmdTurin = [Pinned(VendorRoots.ArkTurin, "1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a")],
        NvidiaDevice = [Pinned(VendorRoots.NvidiaDeviceIdentityCa, "102bf659d5419614c9d8e6aecebc80454eb26b1df6a769ac720b9a690b167b48")],
        NvidiaManifest = [Pinned(VendorRoots.NvidiaCorimRoot, "12977b5115acb0381179279fffeb5a8c4d264971ebb32298023a465fa41df5d1")],
    };

    /// <summary>Roots of AWS Nitro Enclaves.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> AwsNitro { get; init; } = [];

    /// <summary>Roots of Intel SGX and TDX.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Intel { get; init; } = [];

    /// <summary>Roots (ARK) of AMD's Milan.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> AmdMilan { get; init; } = [];

    /// <summary>Roots (ARK) of AMD's Genoa, Bergamo and Siena.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> AmdGenoa { get; init; } = [];

    /// <summary>Roots (ARK) of AMD's Turin.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> AmdTurin { get; init; } = [];

    /// <summary>Roots of NVIDIA's devices.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> NvidiaDevice { get; init; } = [];

    /// <summary>Roots of NVIDIA's reference manifests.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> NvidiaManifest { get; init; } = [];

    // The constant and its fingerprint stand in different places, so that a slip in one of them stops everything at once.
    private static ReadOnlyMemory<byte> Pinned(string base64, string sha256)
    {
        byte[] der = Convert.FromBase64String(base64);
        return Convert.ToHexStringLower(SHA256.HashData(der)) == sha256 ? der : throw new InvalidOperationException($"A built-in root isn't the one with fingerprint {sha256}.");
    }
}
