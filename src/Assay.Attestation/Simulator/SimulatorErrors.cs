namespace Assay.Attestation;

/// <summary>
/// Codes of simulator reports that can't be read (docs/errors.md); the envelope gives those of <c>cose/…</c>, malformed CBOR those of
/// <c>cbor/…</c>.
/// </summary>
public static class SimulatorErrors
{
    /// <summary>Another profile than this version's.</summary>
    public const string Profile = "simulator/profile";

    /// <summary>A time after the year 9999.</summary>
    public const string Time = "simulator/time";

    /// <summary>The root isn't a P-256 key.</summary>
    public const string Root = "simulator/root";
}
