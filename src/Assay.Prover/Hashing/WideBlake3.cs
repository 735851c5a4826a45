using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using Assay.Proofs.Hashing;
using Assay.Prover.Simd;

namespace Assay.Prover.Hashing;

/// <summary>BLAKE3 of many messages of one length, as many at once as a vector has lanes: the bytes of <see cref="Blake3"/>.</summary>
internal static unsafe class WideBlake3
{
    private const uint KeyedHash = 16;

    private static ReadOnlySpan<uint> Iv =>
        [0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19];

    /// <summary>The keyed hashes of messages that lie one after the other.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="messages">A whole number of messages.</param>
    /// <param name="length">Bytes of a message, 1 or more.</param>
    /// <param name="digests">32 bytes for each message.</param>
    /// <param name="path">Kernels.</param>
    public static void Keyed(ReadOnlySpan<byte> key, ReadOnlySpan<byte> messages, int length, Span<byte> digests, VectorPath path = VectorPath.Auto)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        int count = messages.Length / length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(messages.Length, count * length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(digests.Length, count * Blake3.DigestBytes);
        fixed (byte* from = messages, to = digests)
        {
            Keyed(key, from, length, length, count, to, VectorPaths.Resolve(path));
        }
    }

    /// <summary>The smallest nonce for which the first u32 of the hash of a message, whose last 8 bytes the nonce is, has so many
    /// low zero bits.</summary>
    /// <param name="message">At least 8 bytes; the last 8 don't matter (spec/proof-system.md, section 2).</param>
    /// <param name="bits">0 to 31; with 0 it is 0.</param>
    /// <param name="path">Kernels.</param>
    public static ulong SmallestNonce(ReadOnlySpan<byte> message, int bits, VectorPath path = VectorPath.Auto)
    {
        uint mask = (1u << bits) - 1;
        return bits == 0 ? 0 : VectorPaths.Resolve(path) switch
        {
            VectorPath.Vector512 => Search<BaseVector512, Vector512<uint>>(message, mask),
            VectorPath.Vector256 => Search<BaseVector256, Vector256<uint>>(message, mask),
            _ => Search<BaseVectorScalar, uint>(message, mask),
        };
    }

    /// <summary>The keyed hashes of messages at equal distances.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="messages">The first message; each is read up to its length.</param>
    /// <param name="stride">Bytes from message to message.</param>
    /// <param name="length">Bytes of a message.</param>
    /// <param name="count">Messages.</param>
    /// <param name="digests">32 bytes for each.</param>
    /// <param name="path">Resolved.</param>
    internal static void Keyed(ReadOnlySpan<byte> key, byte* messages, nint stride, int length, int count, byte* digests, VectorPath path)
    {
        uint* words = stackalloc uint[8];
        for (int i = 0; i < 8; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        switch (path)
        {
            case VectorPath.Vector512:
                Many<BaseVector512, Vector512<uint>>(words, messages, stride, length, count, digests);
                break;
            case VectorPath.Vector256:
                Many<BaseVector256, Vector256<uint>>(words, messages, stride, length, count, digests);
                break;
            default:
                Many<BaseVectorScalar, uint>(words, messages, stride, length, count, digests);
                break;
        }
    }

    private static void Many<TS, TV>(uint* key, byte* messages, nint stride, int length, int count, byte* digests)
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged
    {
        int lanes = TS.Lanes;
        uint** sources = stackalloc uint*[lanes];
        byte* last = stackalloc byte[lanes * Blake3.DigestBytes];
        for (int first = 0; first < count; first += lanes)
        {
            // Lanes without a message of their own hash the last one once more.
            int here = Math.Min(lanes, count - first);
            for (int i = 0; i < lanes; i++)
            {
                sources[i] = (uint*)(messages + ((first + Math.Min(i, here - 1)) * stride));
            }

            byte* to = digests + ((nint)first * Blake3.DigestBytes);
            Blake3Lanes<TS, TV>.Hash(sources, length, key, KeyedHash, (uint*)(here == lanes ? to : last));
            if (here < lanes)
            {
                new Span<byte>(last, here * Blake3.DigestBytes).CopyTo(new Span<byte>(to, here * Blake3.DigestBytes));
            }
        }
    }

    private static ulong Search<TS, TV>(ReadOnlySpan<byte> message, uint mask)
        where TS : struct, IBaseVector<TV>
        where TV : unmanaged
    {
        int lanes = TS.Lanes;
        byte[] messages = new byte[lanes * message.Length];
        uint** sources = stackalloc uint*[lanes];
        uint* digests = stackalloc uint[lanes * 8];
        fixed (byte* all = messages)
        fixed (uint* iv = Iv)
        {
            for (int i = 0; i < lanes; i++)
            {
                message.CopyTo(messages.AsSpan(i * message.Length));
                sources[i] = (uint*)(all + (i * message.Length));
            }

            for (ulong first = 0; ; first += (ulong)lanes)
            {
                for (int i = 0; i < lanes; i++)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(messages.AsSpan(((i + 1) * message.Length) - 8), first + (ulong)i);
                }

                Blake3Lanes<TS, TV>.Hash(sources, message.Length, iv, 0, digests);
                for (int i = 0; i < lanes; i++)
                {
                    if ((digests[8 * i] & mask) == 0)
                    {
                        return first + (ulong)i;
                    }
                }
            }
        }
    }
}
