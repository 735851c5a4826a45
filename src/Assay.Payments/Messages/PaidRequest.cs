using System.Buffers.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Payments;

/// <summary>What ties a payment to one request (spec/payment.md, "Request digest" and "Bound by signature").</summary>
public static class PaidRequest
{
    /// <summary>Bytes of a salt, and of the part of the digest that offers carry.</summary>
    public const int ShortSize = 16;

    /// <summary>The digest of a request.</summary>
    /// <param name="protocol">As in the receipt's <c>request.protocol</c>.</param>
    /// <param name="model">As in <c>model.name</c>.</param>
    /// <param name="policy">The digest of the policy that the receipt will have.</param>
    /// <param name="body">SHA-256 of the body's bytes.</param>
    public static Digest32 Digest(string protocol, string model, in Digest32 policy, in Digest32 body)
    {
        CborWriter writer = new(256);
        writer.WriteArrayHeader(5);
        writer.WriteText(DomainTags.PaidRequest);
        writer.WriteText(protocol);
        writer.WriteText(model);
        writer.WriteBytes(policy.Bytes);
        writer.WriteBytes(body.Bytes);
        return Digest32.Sha256(writer.Written);
    }

    /// <summary>How offers carry it: 22 characters.</summary>
    public static string Short(in Digest32 digest) => Base64Url.EncodeToString(digest.Bytes[..ShortSize]);

    /// <summary>The nonce by which a payer's signature covers an offer.</summary>
    /// <param name="salt">16 random bytes.</param>
    /// <param name="offer">SHA-256 of the offer's text.</param>
    public static Digest32 Nonce(ReadOnlySpan<byte> salt, in Digest32 offer)
    {
        CborWriter writer = new(128);
        writer.WriteArrayHeader(3);
        writer.WriteText(DomainTags.PaymentNonce);
        writer.WriteBytes(salt);
        writer.WriteBytes(offer.Bytes);
        return Digest32.Sha256(writer.Written);
    }
}
