namespace Assay.Attestation;

/// <summary>What came of a chain.</summary>
/// <param name="Code">Null if everything held, else a code of <see cref="CertificateErrors"/>.</param>
/// <param name="Position">Where: 0 is the leaf. -1 if it isn't about one certificate, or everything held.</param>
/// <param name="NotBefore">First second in which all of them are in force.</param>
/// <param name="NotAfter">Last second in which all of them are in force.</param>
internal sealed record ChainResult(string? Code, int Position, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
