using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml;

namespace Assay.Attestation;

/// <summary>
/// Verifies NVIDIA's reference integrity manifests: SWID documents with an enveloped signature (W3C xmldsig-core1) in the one form that
/// they have: ECDSA over P-384 with SHA-384, one reference to the whole document. Anything else is refused, not interpreted.
/// </summary>
public static class ManifestVerifier
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1 << 18;

    private const string Ds = "http://www.w3.org/2000/09/xmldsig#";
    private const string C14n11 = "http://www.w3.org/2006/12/xml-c14n11";
    private const string Enveloped = Ds + "enveloped-signature";
    private const string EcdsaSha384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
    private const string Sha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
    private const int MaxChain = 8;
    private const int MaxResources = 1024;

    private static readonly CertificateRole Leaf = new() { IsCa = false, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    private static readonly CertificateRole Authority = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };

    /// <summary>Makes the steps.</summary>
    public static ManifestAppraisal Verify(ReadOnlyMemory<byte> manifest, TrustAnchors anchors, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        StepTable steps = new(StepCodes.Parse, StepCodes.Signature, StepCodes.Chain);
        if (TryLoad(manifest) is not { } root || Parts.TryFind(root) is not { } parts)
        {
            steps.Set(StepCodes.Parse, NvidiaErrors.Manifest);
            return new ManifestAppraisal(steps.Steps, ImmutableSortedDictionary<int, ImmutableArray<string>>.Empty);
        }

        steps.Set(StepCodes.Parse, null);
        steps.Set(StepCodes.Signature, Problem(root, parts));
        CertificateRole[] roles = [Leaf, .. Enumerable.Repeat(Authority, parts.Chain.Length - 1)];
        steps.Set(StepCodes.Chain, ChainValidator.Validate(parts.Chain, roles, anchors.NvidiaManifest, at, ChainCache.Shared).Code);
        return new ManifestAppraisal(steps.Steps, ReadMeasurements(root));
    }

    private static string? Problem(XmlElement root, Parts parts)
    {
        byte[] digest = SHA384.HashData(CanonicalXml.Of(root, parts.Signature));
        return !CryptographicOperations.FixedTimeEquals(digest, parts.Digest) ? NvidiaErrors.ManifestDigest
            : parts.Chain[0].Key is { Kind: PublicKeyKind.P384 } key && key.VerifiesRaw(CanonicalXml.Of(parts.SignedInfo, null), parts.Value) ? null
            : NvidiaErrors.ManifestSignature;
    }

    private static XmlElement? TryLoad(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            return null;
        }

        try
        {
            XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxLength };
            using XmlReader reader = XmlReader.Create(new MemoryStream(bytes.ToArray()), settings);
            XmlDocument document = new() { PreserveWhitespace = true, XmlResolver = null };
            document.Load(reader);
            return document.DocumentElement is { } root && CanonicalXml.Knows(root, 0) ? root : null;
        }
        catch (Exception e) when (e is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ImmutableSortedDictionary<int, ImmutableArray<string>> ReadMeasurements(XmlElement root)
    {
        ImmutableSortedDictionary<int, ImmutableArray<string>>.Builder found = ImmutableSortedDictionary.CreateBuilder<int, ImmutableArray<string>>();
        IEnumerable<XmlElement> resources = root.ChildNodes.OfType<XmlElement>().Where(static child => child.LocalName == "Payload")
            .SelectMany(static payload => payload.ChildNodes.OfType<XmlElement>()).Where(static child => child.LocalName == "Resource").Take(MaxResources);
        foreach (XmlElement resource in resources)
        {
            bool isActive = resource.GetAttribute("active") == "True" && resource.GetAttribute("type") == "Measurement";
            if (isActive && int.TryParse(resource.GetAttribute("index"), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                found[index] = [.. resource.Attributes.Cast<XmlAttribute>()
                    .Where(static attribute => attribute.LocalName.StartsWith("Hash", StringComparison.Ordinal)).Select(static attribute => attribute.Value.ToLowerInvariant())];
            }
        }

        return found.ToImmutable();
    }

    /// <summary>The parts of the one form.</summary>
    private sealed record Parts(XmlElement Signature, XmlElement SignedInfo, byte[] Digest, byte[] Value, Certificate[] Chain)
    {
        internal static Parts? TryFind(XmlElement root)
        {
            // A second signature, or one at another place, would leave open which of them is meant.
            XmlNodeList all = root.GetElementsByTagName("Signature", Ds);
            if (all.Count != 1 || all[0] is not XmlElement signature || signature.ParentNode != root
                || Children(signature, "SignedInfo", "SignatureValue", "KeyInfo") is not [var info, var value, var keys]
                || Children(info, "CanonicalizationMethod", "SignatureMethod", "Reference") is not [var form, var method, var reference]
                || Children(reference, "Transforms", "DigestMethod", "DigestValue") is not [var transforms, var digestMethod, var digest]
                || Children(transforms, "Transform", "Transform") is not [var first, var second]
                || Children(keys, "X509Data") is not [var data]
                || Algorithm(form) != C14n11 || Algorithm(method) != EcdsaSha384 || Algorithm(first) != Enveloped || Algorithm(second) != C14n11 || Algorithm(digestMethod) != Sha384
                || !reference.HasAttribute("URI") || reference.GetAttribute("URI").Length != 0)
            {
                return null;
            }

            Certificate[] chain = [.. Elements(data).Take(MaxChain + 1).Select(static element => Certificate.TryRead(Base64(element))).OfType<Certificate>()];
            bool fits = chain.Length is > 1 and <= MaxChain && chain.Length == Elements(data).Count() && Elements(data).All(static element => element.LocalName == "X509Certificate");
            return fits ? new Parts(signature, info, Base64(digest), Base64(value), chain) : null;
        }

        private static XmlElement[]? Children(XmlElement parent, params ReadOnlySpan<string> names)
        {
            XmlElement[] children = [.. Elements(parent)];
            if (children.Length != names.Length)
            {
                return null;
            }

            for (int i = 0; i < names.Length; i++)
            {
                if (children[i].LocalName != names[i] || children[i].NamespaceURI != Ds)
                {
                    return null;
                }
            }

            return children;
        }

        private static IEnumerable<XmlElement> Elements(XmlElement parent) => parent.ChildNodes.OfType<XmlElement>();

        private static string Algorithm(XmlElement element) => Elements(element).Any() ? string.Empty : element.GetAttribute("Algorithm");

        // Certificates are broken into lines there.
        private static byte[] Base64(XmlElement element)
        {
            string text = element.InnerText;
            byte[] bytes = new byte[text.Length];
            return Convert.TryFromBase64String(text, bytes, out int written) ? bytes[..written] : [];
        }
    }
}
