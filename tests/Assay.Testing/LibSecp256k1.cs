using System.Reflection;
using System.Runtime.InteropServices;

namespace Assay.Testing;

/// <summary>Bitcoin Core's libsecp256k1 (Debian: libsecp256k1-1), where it is installed: recovery to compare with. The product doesn't use it.</summary>
public static class LibSecp256k1
{
    private const string Library = "libsecp256k1.so.1";
    private const uint Verifies = 257;
    private const uint Uncompressed = 2;

    private static readonly Lazy<IntPtr> Context = new(() => Create(Verifies));

    /// <summary>Whether it is installed.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Library, Assembly.GetExecutingAssembly(), null, out _);

    /// <summary>Recovers a public key, x and y; null if there is none.</summary>
    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">r and s, 64 bytes.</param>
    /// <param name="parity">0 or 1.</param>
    public static byte[]? Recover(byte[] digest, byte[] signature, int parity)
    {
        byte[] parsed = new byte[65], key = new byte[64], text = new byte[65];
        nuint length = 65;
        return Parse(Context.Value, parsed, signature, parity) == 1 && Recover(Context.Value, key, parsed, digest) == 1 && Serialize(Context.Value, text, ref length, key, Uncompressed) == 1
            ? text[1..]
            : null;
    }

    [DllImport(Library, EntryPoint = "secp256k1_context_create")]
    private static extern IntPtr Create(uint flags);

    [DllImport(Library, EntryPoint = "secp256k1_ecdsa_recoverable_signature_parse_compact")]
    private static extern int Parse(IntPtr context, byte[] signature, byte[] input, int recovery);

    [DllImport(Library, EntryPoint = "secp256k1_ecdsa_recover")]
    private static extern int Recover(IntPtr context, byte[] key, byte[] signature, byte[] digest);

    [DllImport(Library, EntryPoint = "secp256k1_ec_pubkey_serialize")]
    private static extern int Serialize(IntPtr context, byte[] output, ref nuint length, byte[] key, uint flags);
}
