using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>
/// Verifies reports of NVIDIA GPUs and switches against NVIDIA's device root (docs/nvidia.md). Such a report says that a genuine device
/// in this state exists. It doesn't say that the device is attached to the machine that hands the report on, so it establishes nothing
/// about a receipt by itself.
/// </summary>
public static class DeviceVerifier
{
    private const int FirmwareField = 20;
    private const int MaxChain = 8;
    private const string Sha384 = "2.16.840.1.101.3.4.2.2";

    // Stands in NVIDIA's sample code and in most published reports.
    private static readonly byte[] PublishedNonce = Convert.FromHexString("931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb");

    private static readonly string[] FirmwareExtensions = ["2.23.133.5.4.1", "2.23.133.5.4.1.1"];

    private static readonly CertificateRole Leaf = new() { IsCa = false, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    private static readonly CertificateRole Authority = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    /// <summary>Makes the steps.</summary>
    /// <param name="report">The request and the response.</param>
    /// <param name="chain">Certificates, DER, the device's first, the root last.</param>
    /// <param name="anchors">The roots.</param>
    /// <param name="at">When the certificates must be in force.</param>
    /// <param name="nonce">What was asked for, 32 bytes; null if the caller doesn't know.</param>
    public static DeviceAppraisal Verify(ReadOnlyMemory<byte> report, IReadOnlyList<ReadOnlyMemory<byte>> chain, TrustAnchors anchors, DateTimeOffset at, ReadOnlyMemory<byte>? nonce)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(anchors);
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Revocation, StepCodes.Signer, StepCodes.Freshness);
        SpdmReport? read = SpdmReport.TryRead(report, out string? error);
        Certificate[] certificates = chain.Count is > 1 and <= MaxChain ? [.. chain.Select(Certificate.TryRead).OfType<Certificate>()] : [];
        steps.Set(StepCodes.Parse, error ?? (certificates.Length != chain.Count || certificates.Length == 0 ? CertificateErrors.Parse : null));
        if (read is null || !steps.Passes(StepCodes.Parse))
        {
            return new DeviceAppraisal(steps.Steps, read);
        }

        bool signed = certificates[0].Key is { Kind: PublicKeyKind.P384 } key && key.VerifiesRaw(read.Signed.Span, read.Signature.Span);
        steps.Set(StepCodes.Signature, signed ? null : NvidiaErrors.Signature);
        CertificateRole[] roles = [Leaf, .. Enumerable.Repeat(Authority, certificates.Length - 1)];
        steps.Set(StepCodes.Chain, ChainValidator.Validate(certificates, roles, anchors.NvidiaDevice, at, ChainCache.Shared).Code);
        steps.Skip(StepCodes.Revocation, NvidiaErrors.NoOcsp);
        Firmware(read, certificates[0], steps);
        if (read.Nonce.Span.SequenceEqual(PublishedNonce))
        {
            steps.Set(StepCodes.Freshness, NvidiaErrors.PublishedNonce);
        }
        else if (nonce is not { } asked)
        {
            steps.Skip(StepCodes.Freshness, NvidiaErrors.NoNonce);
        }
        else
        {
            steps.Set(StepCodes.Freshness, CryptographicOperations.FixedTimeEquals(asked.Span, read.Nonce.Span) ? null : NvidiaErrors.Nonce);
        }

        return new DeviceAppraisal(steps.Steps, read);
    }

    // The boot ROM certified the key together with the firmware that holds it; the report must be of the same firmware.
    private static void Firmware(SpdmReport report, Certificate leaf, StepTable steps)
    {
        ReadOnlyMemory<byte>? certified = FirmwareExtensions.Select(leaf.Extension).FirstOrDefault(static value => value.HasValue) is { } value ? FirmwareOf(value) : null;
        if (certified is not { } known || !report.Fields.TryGetValue(FirmwareField, out ReadOnlyMemory<byte> reported))
        {
            steps.Skip(StepCodes.Signer, NvidiaErrors.NoFirmware);
        }
        else
        {
            steps.Set(StepCodes.Signer, known.Span.SequenceEqual(reported.Span) ? null : NvidiaErrors.Firmware);
        }
    }

    // A SEQUENCE of the algorithm SHA-384 and a digest, at whatever depth the two profiles of the extension have it. Where there are
    // several, the first is the firmware's.
    private static ReadOnlyMemory<byte>? FirmwareOf(ReadOnlyMemory<byte> extension)
    {
        try
        {
            return Find(new AsnReader(extension, AsnEncodingRules.DER), 0);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte>? Find(AsnReader reader, int depth)
    {
        ReadOnlyMemory<byte>? found = null;
        bool afterSha384 = false;
        while (reader.HasData)
        {
            Asn1Tag tag = reader.PeekTag();
            if (tag.HasSameClassAndValue(Asn1Tag.ObjectIdentifier))
            {
                afterSha384 = reader.ReadObjectIdentifier() == Sha384;
                continue;
            }

            if (afterSha384 && tag.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) && !tag.IsConstructed)
            {
                byte[] digest = reader.ReadOctetString();
                found ??= digest;
            }
            else if (tag.IsConstructed && depth < 6)
            {
                ReadOnlyMemory<byte>? inner = Find(new AsnReader(reader.PeekContentBytes(), AsnEncodingRules.DER), depth + 1);
                found ??= inner;
                reader.ReadEncodedValue();
            }
            else
            {
                reader.ReadEncodedValue();
            }

            afterSha384 = false;
        }

        return found;
    }
}
