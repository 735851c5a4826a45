using System.Buffers.Binary;
using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Programs;

/// <summary>
/// The bytes of all weight tensors, one after the other in declared order without padding; elements little-endian,
/// row-major.
/// </summary>
public sealed class WeightsBlob
{
    /// <summary>Bytes of a chunk of the weights tree; the last one may be shorter.</summary>
    public const int ChunkBytes = 65536;

    private readonly ImmutableArray<WeightTensor> _tensors;
    private readonly int[] _offsets;

    private WeightsBlob(ImmutableArray<WeightTensor> tensors, int[] offsets, ReadOnlyMemory<byte> memory)
    {
        _tensors = tensors;
        _offsets = offsets;
        Memory = memory;
    }

    /// <summary>All bytes.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Lays the program's declarations over bytes, which are kept and must not change.</summary>
    /// <param name="error">Null exactly when a blob is returned; <c>program/blob-length</c> otherwise.</param>
    public static WeightsBlob? Create(ExactProgram program, ReadOnlyMemory<byte> bytes, out ProgramError? error)
    {
        int[] offsets = new int[program.Weights.Length + 1];
        for (int i = 0; i < program.Weights.Length; i++)
        {
            offsets[i + 1] = offsets[i] + (program.Weights[i].Count * program.Weights[i].ElementBytes);
        }

        error = offsets[^1] == bytes.Length
            ? null
            : new(ProgramErrorCodes.BlobLength, $"{bytes.Length} bytes instead of {offsets[^1]}");
        return error is null ? new WeightsBlob(program.Weights, offsets, bytes) : null;
    }

    /// <summary>Whether this is laid out by the declarations of that program.</summary>
    internal bool IsFor(ExactProgram program) => _tensors == program.Weights;

    /// <summary>Packs elements into the bytes of a tensor: the inverse of <see cref="Elements"/>.</summary>
    /// <exception cref="OverflowException">An element doesn't fit the type.</exception>
    public static byte[] Pack(WeightType type, ReadOnlySpan<int> elements)
    {
        int width = type switch { WeightType.I8 => 1, WeightType.I16 => 2, _ => 4 };
        byte[] bytes = new byte[elements.Length * width];
        for (int i = 0; i < elements.Length; i++)
        {
            Span<byte> place = bytes.AsSpan(i * width, width);
            switch (type)
            {
                case WeightType.I8:
                    place[0] = (byte)checked((sbyte)elements[i]);
                    break;
                case WeightType.I16:
                    BinaryPrimitives.WriteInt16LittleEndian(place, checked((short)elements[i]));
                    break;
                default:
                    BinaryPrimitives.WriteInt32LittleEndian(place, elements[i]);
                    break;
            }
        }

        return bytes;
    }

    /// <summary>The RFC 9162 tree head over the chunks; the empty tree's for an empty blob.</summary>
    public Digest32 Root()
    {
        Digest32[] leaves = new Digest32[(Memory.Length + ChunkBytes - 1) / ChunkBytes];
        for (int i = 0; i < leaves.Length; i++)
        {
            int start = i * ChunkBytes;
            leaves[i] = MerkleTree.LeafHash(Memory.Span.Slice(start, Math.Min(ChunkBytes, Memory.Length - start)));
        }

        return MerkleTree.Root(leaves);
    }

    /// <summary>Bytes of one tensor.</summary>
    /// <param name="tensor">Number in declared order.</param>
    public ReadOnlySpan<byte> Bytes(int tensor) => Memory.Span[_offsets[tensor].._offsets[tensor + 1]];

    /// <summary>Elements of one tensor, row-major.</summary>
    public int[] Elements(int tensor)
    {
        int[] elements = new int[_tensors[tensor].Count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Element(tensor, i);
        }

        return elements;
    }

    /// <summary>One element of one tensor.</summary>
    /// <param name="index">Row-major.</param>
    public int Element(int tensor, int index)
    {
        int width = _tensors[tensor].ElementBytes;
        ReadOnlySpan<byte> element = Memory.Span.Slice(_offsets[tensor] + (index * width), width);
        return width switch
        {
            1 => (sbyte)element[0],
            2 => BinaryPrimitives.ReadInt16LittleEndian(element),
            _ => BinaryPrimitives.ReadInt32LittleEndian(element),
        };
    }
}
