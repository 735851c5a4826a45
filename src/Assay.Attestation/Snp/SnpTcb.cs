using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// A platform's security version, by component. The eight bytes of a report mean different things before Turin and from it on
/// (AMD 56860, "TCB_VERSION"): read with the wrong layout, a bootloader's number would pass for the microcode's.
/// </summary>
/// <param name="Fmc">First mutable code: from Turin on; null before.</param>
/// <param name="Bootloader">The boot loader.</param>
/// <param name="Tee">The secure processor's operating system.</param>
/// <param name="Snp">The SNP firmware.</param>
/// <param name="Microcode">The lowest microcode of all cores.</param>
internal readonly record struct SnpTcb(byte? Fmc, byte Bootloader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Reads the eight bytes; null if a reserved one isn't zero.</summary>
    internal static SnpTcb? TryRead(ReadOnlySpan<byte> bytes, SnpProduct product) => product == SnpProduct.Turin
        ? bytes[4..7].ContainsAnyExcept((byte)0) ? null : new SnpTcb(bytes[0], bytes[1], bytes[2], bytes[3], bytes[7])
        : bytes[2..6].ContainsAnyExcept((byte)0) ? null : new SnpTcb(null, bytes[0], bytes[1], bytes[6], bytes[7]);

    /// <summary>Whether no component is above the other's.</summary>
    internal bool AtMost(SnpTcb other) =>
        (Fmc ?? 0) <= (other.Fmc ?? 0) && Bootloader <= other.Bootloader && Tee <= other.Tee && Snp <= other.Snp && Microcode <= other.Microcode;

    /// <summary>The lower of each component.</summary>
    internal SnpTcb Least(SnpTcb other) => new(
        Fmc is { } mine && other.Fmc is { } theirs ? Math.Min(mine, theirs) : null,
        Math.Min(Bootloader, other.Bootloader), Math.Min(Tee, other.Tee), Math.Min(Snp, other.Snp), Math.Min(Microcode, other.Microcode));

    /// <summary>The components by the names that policies use.</summary>
    internal ImmutableArray<TcbComponent> Components() => Fmc is { } fmc ? [new TcbComponent("fmc", fmc), .. Common()] : [.. Common()];

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Components().Select(static part => $"{part.Name} {part.Value}"));

    private TcbComponent[] Common() =>
    [
        new TcbComponent("bootloader", Bootloader), new TcbComponent("tee", Tee), new TcbComponent("snp", Snp), new TcbComponent("microcode", Microcode),
    ];
}
