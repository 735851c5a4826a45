using System.Text;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Node.Signing;

/// <summary>
/// What a signer signs: batch heads (<c>assay/batch/v1</c>) in the receipts' COSE profile, the node's own word that evidence didn't come
/// in time (an endorsement with the finding <c>expired</c>), and checkpoints of its own log that never shrink while it runs. Everything
/// else (rotations, revocations, other findings, other protocols' bytes) it refuses, whoever asks.
/// </summary>
internal sealed class SignerRules(P256PublicKey receiptKey, string origin)
{
    private const int Es256 = -7;
    private readonly byte[] _header = Header(receiptKey);
    private readonly Lock _gate = new();
    private Checkpoint? _last;

    /// <summary>Null if the bytes are the Sig_structure (RFC 9052, section 4.4) over a batch head, under this signer's key; else why not.</summary>
    internal string? RefuseBatch(ReadOnlySpan<byte> data)
    {
        // There is one encoding of it, so it is enough to make that and compare.
        return data.Length >= BatchHead.Length && BatchHead.TryDecode(data[^BatchHead.Length..], out _) is { } head && data.SequenceEqual(ToSign(head.Encode()))
            ? null
            : "signer/not-a-batch-head";
    }

    /// <summary>Null if the bytes are the Sig_structure over an endorsement of this key's with the finding <c>expired</c>; else why not.</summary>
    internal string? RefuseExpired(ReadOnlySpan<byte> data)
    {
        CborReader reader = new(data);
        reader.ReadArrayHeader(4);
        reader.ReadText();
        reader.ReadBytes();
        reader.ReadBytes();
        ReadOnlySpan<byte> payload = reader.ReadBytes();
        reader.End();

        // Read as what it would be with a signature.
        return reader.Error is null && data.SequenceEqual(ToSign(payload))
            && Endorsement.TryDecode(new CoseSign1(_header, payload.ToArray(), new byte[P256PublicKey.SignatureSize]).Encode(), out _) is { Finding: EndorsementFinding.Expired } expired
            && expired.Issuer == receiptKey
            ? null
            : "signer/not-expired";
    }

    /// <summary>Null if the bytes are a checkpoint of this log that doesn't take back one signed before; else why not. Remembers it.</summary>
    internal string? RefuseCheckpoint(ReadOnlySpan<byte> text)
    {
        string read = Encoding.UTF8.GetString(text);
        if (Checkpoint.TryParse(read, out _) is not { } checkpoint || checkpoint.Format() != read || !text.SequenceEqual(Encoding.UTF8.GetBytes(read)))
        {
            return "signer/not-a-checkpoint";
        }

        if (checkpoint.Origin != origin)
        {
            return "signer/other-log";
        }

        lock (_gate)
        {
            if (_last is not null && (checkpoint.Size < _last.Size || (checkpoint.Size == _last.Size && checkpoint.Root != _last.Root)))
            {
                return "signer/log-shrinks";
            }

            _last = checkpoint;
            return null;
        }
    }

    private byte[] ToSign(ReadOnlySpan<byte> payload)
    {
        CborWriter writer = new(256);
        writer.WriteArrayHeader(4);
        writer.WriteText("Signature1");
        writer.WriteBytes(_header);
        writer.WriteBytes([]);
        writer.WriteBytes(payload);
        return writer.ToArray();
    }

    private static byte[] Header(P256PublicKey key)
    {
        CborWriter header = new(48);
        header.WriteMapHeader(2);
        header.WriteInt(1);
        header.WriteInt(Es256);
        header.WriteInt(4);
        header.WriteBytes(key.Thumbprint().Bytes);
        return header.ToArray();
    }
}
