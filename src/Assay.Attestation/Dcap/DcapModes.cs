using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// What a careful policy must accept by name of a TD or an enclave (spec/attestation.md, "Policy"; bits: Intel TDX module ABI,
/// "ATTRIBUTES"; Intel SDM, volume 3D, "ATTRIBUTES").
/// </summary>
internal static class DcapModes
{
    internal const string TdxDebug = "tdx/debug";

    /// <summary>Bits 1 to 7 of the attributes: others make the TD untrusted too (profiling of other kinds).</summary>
    internal const string TdxUntrusted = "tdx/tud-bits";

    /// <summary>The host can make the TD take exceptions where it touches pages that it hasn't accepted.</summary>
    internal const string TdxSeptVe = "tdx/no-sept-ve-disable";

    /// <summary>A migration TD may move it to another machine.</summary>
    internal const string TdxMigratable = "tdx/migratable";

    /// <summary>A service TD is bound to it, whose measurement nobody here pins.</summary>
    internal const string TdxServiceTd = "tdx/service-td";

    internal const string TdxReserved = "tdx/reserved-attributes";

    internal const string TdxSeamAttributes = "tdx/seam-attributes";

    /// <summary>The TDX module isn't signed by Intel.</summary>
    internal const string TdxSeamSigner = "tdx/seam-signer";

    internal const string SgxDebug = "sgx/debug";

    internal const string SgxNotInitialised = "sgx/not-initialised";

    internal const string SgxNot64Bit = "sgx/not-64-bit";

    /// <summary>It may use the key that identifies the platform.</summary>
    internal const string SgxProvisionKey = "sgx/provision-key";

    /// <summary>It may launch other enclaves.</summary>
    internal const string SgxLaunchKey = "sgx/launch-key";

    internal const string SgxReserved = "sgx/reserved-attributes";

    // SEPT_VE_DISABLE, MIGRATABLE and what only adds instructions to the guest: LASS 27, PKS 30, KL 31, PERFMON 63.
    private const ulong TdKnown = 0xFF | 1UL << 27 | 1UL << 28 | 1UL << 29 | 1UL << 30 | 1UL << 31 | 1UL << 63;

    // INIT, DEBUG, MODE64BIT, PROVISIONKEY, EINITTOKENKEY, CET, KSS, AEXNOTIFY.
    private const ulong SgxKnown = 1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10;

    internal static ImmutableArray<string> Of(DcapQuote quote) => quote.Td is { } td ? OfTd(td) : OfEnclave(quote.Enclave!);

    private static ImmutableArray<string> OfTd(TdReportBody td)
    {
        ulong attributes = BinaryPrimitives.ReadUInt64LittleEndian(td.TdAttributes.Span);
        return Collect(
            (TdxDebug, (attributes & 1) != 0),
            (TdxUntrusted, (attributes & 0xFE) != 0),
            (TdxSeptVe, (attributes & 1 << 28) == 0),
            (TdxMigratable, (attributes & 1 << 29) != 0),
            (TdxServiceTd, td.MrServiceTd is { } service && service.Span.ContainsAnyExcept((byte)0)),
            (TdxReserved, (attributes & ~TdKnown) != 0),
            (TdxSeamAttributes, td.SeamAttributes.Span.ContainsAnyExcept((byte)0)),
            (TdxSeamSigner, td.MrSignerSeam.Span.ContainsAnyExcept((byte)0)));
    }

    private static ImmutableArray<string> OfEnclave(EnclaveReportBody enclave)
    {
        ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(enclave.Attributes.Span);
        return Collect(
            (SgxDebug, (flags & 1 << 1) != 0),
            (SgxNotInitialised, (flags & 1) == 0),
            (SgxNot64Bit, (flags & 1 << 2) == 0),
            (SgxProvisionKey, (flags & 1 << 4) != 0),
            (SgxLaunchKey, (flags & 1 << 5) != 0),
            (SgxReserved, (flags & ~SgxKnown) != 0));
    }

    private static ImmutableArray<string> Collect(params ReadOnlySpan<(string Code, bool Holds)> modes)
    {
        ImmutableArray<string>.Builder codes = ImmutableArray.CreateBuilder<string>();
        foreach ((string code, bool holds) in modes)
        {
            if (holds)
            {
                codes.Add(code);
            }
        }

        return codes.ToImmutable();
    }
}
