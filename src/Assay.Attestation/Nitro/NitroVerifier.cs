using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Assay.Primitives.Cbor;

namespace Assay.Attestation;

/// <summary>
/// The steps of Nitro documents. Certificates live for hours (the leaf three, the instance's a day), which stands in for revocation:
/// AWS tells validators to leave its lists alone, so there is no such step.
/// </summary>
internal static class NitroVerifier
{
    /// <summary>A debug enclave: its registers are zero, its documents are signed like any other.</summary>
    internal const string DebugMode = "nitro/debug";

    /// <summary>CBOR of <c>{1: -35}</c>: ES384 (RFC 9053, section 2.1).</summary>
    private static readonly byte[] Es384 = [0xA1, 0x01, 0x38, 0x22];

    private static readonly CertificateRole Leaf = new() { IsCa = false, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    private static readonly CertificateRole Authority = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    internal static EvidenceReport Verify(ReadOnlyMemory<byte> evidence, TrustAnchors anchors, DateTimeOffset at)
    {
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain);
        NitroDocument? document = NitroDocument.TryDecode(evidence, out string? error);
        steps.Set(StepCodes.Parse, error);
        if (document is null)
        {
            return new EvidenceReport(steps.Steps, null);
        }

        Certificate? leaf = Certificate.TryRead(document.Certificate);
        steps.Set(StepCodes.Signature, CheckSignature(document, leaf));
        if (leaf is not null && steps.Passes(StepCodes.Signature))
        {
            steps.Set(StepCodes.Chain, CheckChain(document, leaf, anchors, at));
        }

        return new EvidenceReport(steps.Steps, FactsOf(document, leaf));
    }

    private static string? CheckSignature(NitroDocument document, Certificate? leaf)
    {
        if (!document.Protected.Span.SequenceEqual(Es384))
        {
            return NitroErrors.Algorithm;
        }

        if (leaf?.Key is not { Kind: PublicKeyKind.P384 } key)
        {
            return NitroErrors.Key;
        }

        // The Sig_structure of RFC 9052, section 4.4.
        CborWriter writer = new(64 + document.Payload.Length);
        writer.WriteArrayHeader(4);
        writer.WriteText("Signature1");
        writer.WriteBytes(document.Protected.Span);
        writer.WriteBytes([]);
        writer.WriteBytes(document.Payload.Span);
        return key.VerifiesRaw(writer.Written, document.Signature.Span) ? null : NitroErrors.Signature;
    }

    /// <summary>
    /// The bundle is the chain in reverse: root, region, zone, instance. How many there are is AWS's business, within path lengths;
    /// that the first is a known root isn't.
    /// </summary>
    private static string? CheckChain(NitroDocument document, Certificate leaf, TrustAnchors anchors, DateTimeOffset at)
    {
        int length = document.Bundle.Length + 1;
        Certificate[] chain = new Certificate[length];
        CertificateRole[] roles = new CertificateRole[length];
        chain[0] = leaf;
        roles[0] = Leaf;
        for (int i = 1; i < length; i++)
        {
            if (Certificate.TryRead(document.Bundle[length - 1 - i]) is not Certificate certificate)
            {
                return CertificateErrors.Parse;
            }

            chain[i] = certificate;
            roles[i] = Authority;
        }

        return ChainValidator.Validate(chain, roles, anchors.AwsNitro, at, ChainCache.Shared).Code;
    }

    private static EvidenceFacts FactsOf(NitroDocument document, Certificate? leaf)
    {
        ImmutableArray<Measurement>.Builder measurements = ImmutableArray.CreateBuilder<Measurement>();
        for (int i = 0; i < NitroDocument.MaxRegisters; i++)
        {
            if (!document.Registers[i].IsEmpty)
            {
                measurements.Add(new Measurement(string.Create(CultureInfo.InvariantCulture, $"pcr{i}"), document.Registers[i]));
            }
        }

        ImmutableArray<(string, string)>.Builder details = ImmutableArray.CreateBuilder<(string, string)>();
        details.Add(("module-id", document.ModuleId));
        if (leaf is not null)
        {
            details.Add(("certificate-not-after", leaf.NotAfter.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        }

        return new EvidenceFacts
        {
            Type = EvidenceType.AwsNitro,
            ReportData = document.UserData,
            Nonce = document.Nonce,
            PublicKey = document.PublicKey,
            Measurements = measurements.ToImmutable(),
            Modes = IsDebug(document) ? [DebugMode] : [],
            Time = DateTimeOffset.FromUnixTimeMilliseconds(document.Timestamp),
            Platform = new PlatformIdentity("nitro-module", Encoding.UTF8.GetBytes(InstanceOf(document.ModuleId))),
            Details = details.ToImmutable(),
        };
    }

    /// <summary>Whether nothing says what runs: the registers of image, kernel and application are zero, or not there.</summary>
    private static bool IsDebug(NitroDocument document) =>
        IsZero(document.Registers[0]) && IsZero(document.Registers[1]) && IsZero(document.Registers[2]);

    /// <summary>Zero, or empty.</summary>
    private static bool IsZero(ReadOnlyMemory<byte> register) => !register.Span.ContainsAnyExcept((byte)0);

    /// <summary>
    /// The instance of <c>i-…-enc…</c>. Each start of an enclave gets another name; the instance stays, and a key that was taken out
    /// of one of its enclaves would come with it.
    /// </summary>
    private static string InstanceOf(string moduleId)
    {
        int end = moduleId.IndexOf("-enc", StringComparison.Ordinal);
        return end > 0 ? moduleId[..end] : moduleId;
    }
}
