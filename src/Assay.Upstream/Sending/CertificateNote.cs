using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>Over which certificate a request went.</summary>
internal sealed class CertificateNote
{
    /// <summary>SHA-256 of the leaf; null: plain HTTP, or nothing was sent.</summary>
    internal Digest32? Certificate { get; set; }
}
