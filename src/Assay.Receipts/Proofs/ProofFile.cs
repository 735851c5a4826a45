using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>A proof without a receipt (<c>*.proof</c>; spec/proofs.md, "A proof file"). Nobody signed it.</summary>
/// <param name="Proof">Key, proof, registrations.</param>
/// <param name="Inputs">What went in.</param>
/// <param name="Outputs">What came out.</param>
public sealed record ProofFile(AttachedProof Proof, IReadOnlyList<TensorValue> Inputs, IReadOnlyList<TensorValue> Outputs)
{
    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.ProofFile);

    /// <summary>Whether bytes say that they are a proof file; they may still be unreadable.</summary>
    public static bool IsOne(ReadOnlySpan<byte> bytes)
    {
        CborReader reader = new(bytes);
        reader.ReadMapHeader(4);
        reader.MapKey(1);
        return reader.ReadTextUtf8().SequenceEqual(Profile) && reader.Error is null;
    }

    /// <summary>The file's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(Proof.Key.Length + Proof.Proof.Length + 8192);
        writer.WriteMapHeader(4);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.ProofFile);
        writer.WriteUInt(2);
        Proof.Write(writer);
        writer.WriteUInt(3);
        TensorValue.WriteAll(writer, Inputs);
        writer.WriteUInt(4);
        TensorValue.WriteAll(writer, Outputs);
        return writer.ToArray();
    }

    /// <summary>Reads a file; keeps views of <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.ProofFileLayout"/>, <c>cbor/…</c>, and those of its parts.</summary>
    public static ProofFile? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        if (bytes.Length > Bundle.MaxLength)
        {
            reader.Fail(ReceiptErrors.ProofFileLayout);
        }

        SignedMap.Begin(ref reader, 4, Profile, ReceiptErrors.ProofFileLayout);
        reader.MapKey(2);
        AttachedProof? proof = AttachedProof.Read(ref reader, bytes);
        reader.MapKey(3);
        List<TensorValue> inputs = TensorValue.ReadAll(ref reader, bytes);
        reader.MapKey(4);
        List<TensorValue> outputs = TensorValue.ReadAll(ref reader, bytes);
        reader.End();
        error = reader.Error;
        return error is null ? new ProofFile(proof!, inputs, outputs) : null;
    }
}
