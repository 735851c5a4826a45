namespace Assay.Attestation;

/// <summary>An extension of a certificate or list.</summary>
/// <param name="Oid">Its name, dotted.</param>
/// <param name="Critical">Whether who doesn't know it must refuse.</param>
/// <param name="Value">Content of its OCTET STRING.</param>
internal sealed record CertificateExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);
