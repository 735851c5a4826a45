using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>What several readers here share: Merkle paths, and byte strings as views of memory.</summary>
internal static class CborPaths
{
    public static void Write(CborWriter writer, ReadOnlySpan<Digest32> path)
    {
        writer.WriteArrayHeader(path.Length);
        foreach (Digest32 node in path)
        {
            writer.WriteBytes(node.Bytes);
        }
    }

    /// <summary>Reads an array of 32-byte strings. The default array if there are more than <paramref name="max"/>, or one has another length.</summary>
    public static ImmutableArray<Digest32> Read(ref CborReader reader, int max)
    {
        int count = reader.ReadArrayHeader();
        bool sound = count <= max;
        ImmutableArray<Digest32>.Builder path = ImmutableArray.CreateBuilder<Digest32>(Math.Min(count, max));
        for (int i = 0; i < count && reader.Error is null; i++)
        {
            sound &= Digest32.TryFrom(reader.ReadBytes(), out Digest32 node);
            if (sound)
            {
                path.Add(node);
            }
        }

        return sound ? path.ToImmutable() : default;
    }

    /// <summary>Reads a byte string as a view of the memory that the reader was made over.</summary>
    public static ReadOnlyMemory<byte> ReadBytesOf(this ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        int length = reader.ReadBytes().Length;
        return reader.Error is null ? source.Slice(reader.Position - length, length) : default;
    }

    /// <summary>Reads one item of any kind as a view of the memory that the reader was made over.</summary>
    public static ReadOnlyMemory<byte> ReadItemOf(this ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        int length = reader.ReadRawItem().Length;
        return reader.Error is null ? source.Slice(reader.Position - length, length) : default;
    }
}
