namespace Assay.Attestation;

/// <summary>
/// An Intel quote: SGX version 3, TDX version 4, either version 5 (Intel SGX ECDSA quote library API, appendix A.4; Intel TDX DCAP
/// quoting library API, appendix A.3). A view of the bytes; what they say isn't checked here beyond form.
/// </summary>
internal sealed class DcapQuote
{
    /// <summary>Zeros after the signature data that are let pass: quoting services pad to a fixed buffer. They aren't signed, so only zeros.</summary>
    internal const int MaxPadding = 1 << 14;

    private const int HeaderLength = 48;
    private const ushort EcdsaP256 = 2;
    private const ushort CertificationByQeReport = 6;
    private const ushort CertificationByPckChain = 5;

    private static readonly byte[] IntelVendor = Convert.FromHexString("939a7233f79c4ca9940a0db3957f0607");

    /// <summary>3, 4 or 5.</summary>
    internal required ushort Version { get; init; }

    /// <summary>What the quoting enclave put into the header, 20 bytes.</summary>
    internal required ReadOnlyMemory<byte> UserData { get; init; }

    /// <summary>What the attestation key signed: everything before the length of the signature data.</summary>
    internal required ReadOnlyMemory<byte> Signed { get; init; }

    /// <summary>The enclave, in an SGX quote.</summary>
    internal required EnclaveReportBody? Enclave { get; init; }

    /// <summary>The trust domain, in a TDX quote.</summary>
    internal required TdReportBody? Td { get; init; }

    internal required ReadOnlyMemory<byte> Signature { get; init; }

    internal required ReadOnlyMemory<byte> AttestationKey { get; init; }

    /// <summary>Report of the quoting enclave that made the attestation key.</summary>
    internal required EnclaveReportBody QeReport { get; init; }

    internal required ReadOnlyMemory<byte> QeReportSignature { get; init; }

    internal required ReadOnlyMemory<byte> QeAuthenticationData { get; init; }

    /// <summary>PEM: the platform's certificate, its CA, the root.</summary>
    internal required ReadOnlyMemory<byte> Certificates { get; init; }

    /// <summary>Bytes after the signature data.</summary>
    internal required ReadOnlyMemory<byte> Trailing { get; init; }

    /// <summary>Reads one. <paramref name="error"/> may be <see cref="DcapErrors.Trailing"/> beside a quote: everything else of it could be read.</summary>
    internal static DcapQuote? TryRead(ReadOnlyMemory<byte> bytes, EvidenceType type, out string? error)
    {
        ByteCursor cursor = new(bytes);
        ushort version = cursor.UInt16();
        ushort keyType = cursor.UInt16();
        uint tee = cursor.UInt32();
        cursor.Take(4);
        ReadOnlyMemory<byte> vendor = cursor.Take(IntelVendor.Length);
        ReadOnlyMemory<byte> userData = cursor.Take(20);
        bool isTdx = type == EvidenceType.IntelTdx;
        error = cursor.Failed ? DcapErrors.Length
            : version is < 3 or > 5 || (isTdx && version == 3) ? DcapErrors.Version
            : tee != (isTdx ? 0x81u : 0u) ? DcapErrors.TeeType
            : keyType != EcdsaP256 ? DcapErrors.KeyType
            : !vendor.Span.SequenceEqual(IntelVendor) ? DcapErrors.Vendor
            : null;
        int length = isTdx ? TdReportBody.Length10 : EnclaveReportBody.Length;
        if (error is null && version == 5)
        {
            ushort bodyType = cursor.UInt16();
            uint declared = cursor.UInt32();
            length = (isTdx, bodyType) switch
            {
                (false, 1) => EnclaveReportBody.Length,
                (true, 2) => TdReportBody.Length10,
                (true, 3) => TdReportBody.Length15,
                _ => 0,
            };
            error = length == 0 ? DcapErrors.BodyType : declared != length ? DcapErrors.Length : null;
        }

        if (error is not null)
        {
            return null;
        }

        ReadOnlyMemory<byte> body = cursor.Take(length);
        ReadOnlyMemory<byte> signed = bytes[..(bytes.Length - cursor.Left.Length)];
        ReadOnlyMemory<byte> signatureData = cursor.Take(cursor.UInt32());
        if (cursor.Failed)
        {
            error = DcapErrors.Length;
            return null;
        }

        return TryReadSignatureData(signatureData, version, out error) is not { } read
            ? null
            : new DcapQuote
            {
                Version = version,
                UserData = userData,
                Signed = signed,
                Enclave = isTdx ? null : new EnclaveReportBody(body),
                Td = isTdx ? new TdReportBody(body) : null,
                Signature = read.Signature,
                AttestationKey = read.Key,
                QeReport = read.QeReport,
                QeReportSignature = read.QeReportSignature,
                QeAuthenticationData = read.Authentication,
                Certificates = read.Certificates,
                Trailing = Padding(cursor.Left, ref error),
            };
    }

    private static ReadOnlyMemory<byte> Padding(ReadOnlyMemory<byte> left, ref string? error)
    {
        if (left.Length > MaxPadding || left.Span.ContainsAnyExcept((byte)0))
        {
            error = DcapErrors.Trailing;
        }

        return left;
    }

    private static SignatureData? TryReadSignatureData(ReadOnlyMemory<byte> bytes, ushort version, out string? error)
    {
        ByteCursor cursor = new(bytes);
        ReadOnlyMemory<byte> signature = cursor.Take(64);
        ReadOnlyMemory<byte> key = cursor.Take(64);
        if (version > 3)
        {
            // From version 4 the quoting enclave's report is itself certification data, around that of its key.
            ushort outer = cursor.UInt16();
            uint outerLength = cursor.UInt32();
            if (cursor.Failed || outer != CertificationByQeReport || outerLength != cursor.Left.Length)
            {
                error = !cursor.Failed && outer != CertificationByQeReport ? DcapErrors.CertificationType : DcapErrors.Length;
                return null;
            }
        }

        ReadOnlyMemory<byte> qeReport = cursor.Take(EnclaveReportBody.Length);
        ReadOnlyMemory<byte> qeReportSignature = cursor.Take(64);
        ReadOnlyMemory<byte> authentication = cursor.Take(cursor.UInt16());
        ushort type = cursor.UInt16();
        ReadOnlyMemory<byte> certificates = cursor.Take(cursor.UInt32());
        error = cursor.Failed || cursor.Left.Length != 0 ? DcapErrors.Length
            : type != CertificationByPckChain ? DcapErrors.CertificationType
            : null;
        return error is null ? new SignatureData(signature, key, new EnclaveReportBody(qeReport), qeReportSignature, authentication, certificates) : null;
    }

    private sealed record SignatureData(
        ReadOnlyMemory<byte> Signature,
        ReadOnlyMemory<byte> Key,
        EnclaveReportBody QeReport,
        ReadOnlyMemory<byte> QeReportSignature,
        ReadOnlyMemory<byte> Authentication,
        ReadOnlyMemory<byte> Certificates);
}
