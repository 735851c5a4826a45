using Assay.Testing;

namespace Assay.Attestation.Tests;

/// <summary>The real evidence of spec/vectors/attestation.</summary>
internal static class Vectors
{
    internal static string Folder { get; } = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation");

    internal static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));
}
