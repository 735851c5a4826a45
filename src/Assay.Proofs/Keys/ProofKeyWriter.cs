using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Programs;

namespace Assay.Proofs.Keys;

/// <summary>A key's canonical bytes (spec/proof-system.md, section 3).</summary>
internal static class ProofKeyWriter
{
    public static byte[] Write(
        ExactProgram program,
        Digest32 weightsRoot,
        int limbBits,
        ImmutableArray<TailChoice> choices,
        int tileIndexBits,
        int tileRowBits,
        Digest32 root)
    {
        CborWriter cbor = new(program.Bytes.Length + 1024);
        cbor.WriteArrayHeader(8);
        cbor.WriteText(DomainTags.ProofKey);
        cbor.WriteBytes(program.Bytes.Span);
        cbor.WriteBytes(weightsRoot.Bytes);
        cbor.WriteUInt((ulong)limbBits);
        cbor.WriteArrayHeader(choices.Length);
        foreach (TailChoice choice in choices)
        {
            Write(cbor, choice);
        }

        cbor.WriteUInt((ulong)tileIndexBits);
        cbor.WriteUInt((ulong)tileRowBits);
        cbor.WriteBytes(root.Bytes);
        return cbor.ToArray();
    }

    private static void Write(CborWriter cbor, TailChoice choice)
    {
        switch (choice)
        {
            case TailChoice.Plain:
                cbor.WriteArrayHeader(1);
                cbor.WriteUInt(0);
                break;
            case TailChoice.Direct direct:
                cbor.WriteArrayHeader(3);
                cbor.WriteUInt(1);
                Write(cbor, direct.Before);
                Write(cbor, direct.After);
                break;
            case TailChoice.Split split:
                cbor.WriteArrayHeader(4);
                cbor.WriteUInt(2);
                cbor.WriteUInt((ulong)split.LowBits);
                Write(cbor, split.Lowest);
                Write(cbor, split.Highest);
                break;
            default:
                cbor.WriteArrayHeader(0);
                break;
        }
    }

    private static void Write(CborWriter cbor, ImmutableArray<int> numbers)
    {
        cbor.WriteArrayHeader(numbers.Length);
        foreach (int number in numbers)
        {
            cbor.WriteInt(number);
        }
    }
}
