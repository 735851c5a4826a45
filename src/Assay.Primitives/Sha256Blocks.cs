using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Assay.Primitives;

/// <summary>
/// SHA-256 (FIPS 180-4) of short messages by the block function of the library that the framework itself hashes with on Linux. The framework's
/// one-shot spends ten times the hashing's own time on the way into that library and back, and offers no way to the processor's SHA instructions.
/// Where the library or the function isn't there, <see cref="IsSupported"/> is false and everything hashes by the framework: the same bytes.
/// </summary>
internal static class Sha256Blocks
{
    /// <summary>Longest message worth hashing here; above that the way into the library counts for little.</summary>
    public const int MaxLength = 2048;

    private const int BlockSize = 64;
    private const int StateWords = 8;
    private const int PaddingSize = 1 + sizeof(ulong);

    // The C structure SHA256_CTX: eight words of state, and what only its streaming functions use.
    private const int ContextWords = 28;

    private const string Library = "libcrypto.so.3";
    private const string Function = "SHA256_Transform";

    private static ReadOnlySpan<uint> InitialState =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Whether <see cref="Hash"/> may be called: the function is there, and hashes as the framework does.</summary>
    public static bool IsSupported { get; } = IsThere() && HashesAsTheFramework();

    /// <summary>SHA-256 of the message <c>a | b</c>, of at most <see cref="MaxLength"/> bytes.</summary>
    public static void Hash(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> digest)
    {
        if (a.Length + b.Length + PaddingSize > 2 * BlockSize)
        {
            HashLong(a, b, digest);
            return;
        }

        // Leaves and nodes of trees.
        Context context = default;
        TwoBlocks zeros = default;
        InitialState.CopyTo(context);
        Span<byte> padded = zeros;
        a.CopyTo(padded);
        b.CopyTo(padded[a.Length..]);
        Finish(context, padded, a.Length + b.Length, a.Length + b.Length, digest);
    }

    private static void HashLong(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> digest)
    {
        Context context = default;
        InitialState.CopyTo(context);
        Span<byte> padded = stackalloc byte[MaxLength + 2 * BlockSize];
        padded.Clear();
        a.CopyTo(padded);
        b.CopyTo(padded[a.Length..]);
        int length = a.Length + b.Length;
        int whole = length / BlockSize * BlockSize;
        for (int i = 0; i < whole; i += BlockSize)
        {
            Transform(ref context[0], in padded[i]);
        }

        Finish(context, padded[whole..], length - whole, length, digest);
    }

    // The end of the message, with zeros behind it: 80, zeros, the length in bits.
    private static void Finish(Span<uint> context, Span<byte> padded, int used, int length, Span<byte> digest)
    {
        int end = used + PaddingSize <= BlockSize ? BlockSize : 2 * BlockSize;
        padded[used] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded[(end - sizeof(ulong))..], (ulong)length * 8);
        Transform(ref context[0], in padded[0]);
        if (end > BlockSize)
        {
            Transform(ref context[0], in padded[BlockSize]);
        }

        for (int i = 0; i < StateWords; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * sizeof(uint))..], context[i]);
        }
    }

    private static bool IsThere() =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(Library, Assembly.GetExecutingAssembly(), DllImportSearchPath.SafeDirectories, out nint library)
        && NativeLibrary.TryGetExport(library, Function, out _);

    private static bool HashesAsTheFramework()
    {
        Span<byte> message = stackalloc byte[3 * BlockSize];
        for (int i = 0; i < message.Length; i++)
        {
            message[i] = (byte)(i * 7);
        }

        Span<byte> ours = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> theirs = stackalloc byte[SHA256.HashSizeInBytes];
        for (int length = 0; length <= message.Length; length++)
        {
            Hash(message[..(length / 3)], message[(length / 3)..length], ours);
            SHA256.HashData(message[..length], theirs);
            if (!ours.SequenceEqual(theirs))
            {
                return false;
            }
        }

        return true;
    }

    // Far below a microsecond, and it calls nothing back: the garbage collector may wait for it.
    [DllImport(Library, EntryPoint = Function)]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Transform(ref uint context, in byte block);

    [InlineArray(ContextWords)]
    private struct Context
    {
        private uint _first;
    }

    [InlineArray(2 * BlockSize)]
    private struct TwoBlocks
    {
        private byte _first;
    }
}
