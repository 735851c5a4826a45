namespace Assay.Attestation;

/// <summary>The body of a TDX quote: 584 bytes of a TD report 1.0, or 648 of 1.5 (Intel TDX DCAP quoting library, appendix A.3.2).</summary>
internal sealed class TdReportBody(ReadOnlyMemory<byte> bytes)
{
    internal const int Length10 = 584;

    internal const int Length15 = 648;

    internal ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Security versions under which the TD was started: 0 of the module, 1 the module's major version, 2 of the late microcode.</summary>
    internal ReadOnlyMemory<byte> TeeTcbSvn => Bytes[..16];

    internal ReadOnlyMemory<byte> MrSeam => Bytes.Slice(16, 48);

    internal ReadOnlyMemory<byte> MrSignerSeam => Bytes.Slice(64, 48);

    internal ReadOnlyMemory<byte> SeamAttributes => Bytes.Slice(112, 8);

    internal ReadOnlyMemory<byte> TdAttributes => Bytes.Slice(120, 8);

    internal ReadOnlyMemory<byte> Xfam => Bytes.Slice(128, 8);

    internal ReadOnlyMemory<byte> MrTd => Bytes.Slice(136, 48);

    internal ReadOnlyMemory<byte> MrConfigId => Bytes.Slice(184, 48);

    internal ReadOnlyMemory<byte> MrOwner => Bytes.Slice(232, 48);

    internal ReadOnlyMemory<byte> MrOwnerConfig => Bytes.Slice(280, 48);

    internal ReadOnlyMemory<byte> ReportData => Bytes.Slice(520, 64);

    /// <summary>Security versions of the module that runs now: newer than <see cref="TeeTcbSvn"/> after an update without a restart. Null in 1.0.</summary>
    internal ReadOnlyMemory<byte>? TeeTcbSvn2 => Bytes.Length == Length15 ? Bytes.Slice(584, 16) : default(ReadOnlyMemory<byte>?);

    /// <summary>Measurement of the service TD that may migrate it; zeros without one. Null in 1.0.</summary>
    internal ReadOnlyMemory<byte>? MrServiceTd => Bytes.Length == Length15 ? Bytes.Slice(600, 48) : default(ReadOnlyMemory<byte>?);

    internal ReadOnlyMemory<byte> Rtmr(int index) => Bytes.Slice(328 + (48 * index), 48);
}
