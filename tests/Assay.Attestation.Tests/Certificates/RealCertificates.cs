using System.Text;
using Assay.Testing;

namespace Assay.Attestation.Tests;

/// <summary>Certificates and lists of spec/vectors/attestation, wherever they stand: in PEM, in DER files, and inside Nitro documents.</summary>
internal static class RealCertificates
{
    private static readonly Lazy<IReadOnlyList<Certificate>> AllCertificates = new(ReadAll);

    internal static string Folder => Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation");

    /// <summary>Each once, in the order of the files' names.</summary>
    internal static IReadOnlyList<Certificate> All => AllCertificates.Value;

    internal static IReadOnlyList<byte[]> Lists { get; } =
        [.. Directory.GetFiles(Folder, "*crl*.der", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>From a leaf to whoever signed itself, going by names and signatures.</summary>
    internal static Certificate[] Chain(Certificate leaf)
    {
        List<Certificate> chain = [leaf];
        ChainCache cache = new();
        while (!chain[^1].Issuer.Span.SequenceEqual(chain[^1].Subject.Span))
        {
            Certificate below = chain[^1];
            chain.Add(All.FirstOrDefault(candidate => candidate.Subject.Span.SequenceEqual(below.Issuer.Span) && cache.Verifies(candidate, below))
                ?? throw new InvalidOperationException($"Nobody issued {below.CommonName}."));
        }

        return [.. chain];
    }

    internal static IEnumerable<Certificate> Leaves(string commonName) => All.Where(certificate => !certificate.IsCa && certificate.CommonName?.Contains(commonName, StringComparison.Ordinal) == true);

    private static List<Certificate> ReadAll()
    {
        Dictionary<string, Certificate> found = [];
        foreach (string file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (file.Contains("forged", StringComparison.Ordinal) || file.Contains("negative", StringComparison.Ordinal) || file.Contains("invalid", StringComparison.Ordinal))
            {
                continue;
            }

            byte[] bytes = File.ReadAllBytes(file);
            foreach (byte[] der in InPem(bytes).Concat(InDer(bytes)))
            {
                if (Certificate.TryRead(der) is Certificate certificate)
                {
                    found.TryAdd(certificate.Digest.ToString(), certificate);
                }
            }
        }

        return [.. found.Values];
    }

    private static IEnumerable<byte[]> InPem(byte[] bytes)
    {
        const string Begin = "-----BEGIN CERTIFICATE-----";
        string text = Encoding.Latin1.GetString(bytes);
        for (int at = text.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Begin, at + 1, StringComparison.Ordinal))
        {
            int end = text.IndexOf("-----END", at + 5, StringComparison.Ordinal);
            string base64 = text[(at + Begin.Length)..end].Replace("\\n", "", StringComparison.Ordinal);
            byte[] der = new byte[base64.Length];
            if (Convert.TryFromBase64String(base64, der, out int length))
            {
                yield return der[..length];
            }
        }
    }

    /// <summary>Whatever stands behind the head of a long SEQUENCE.</summary>
    private static IEnumerable<byte[]> InDer(byte[] bytes)
    {
        for (int at = 0; at + 6 < bytes.Length; at++)
        {
            int length = 4 + (bytes[at + 2] << 8) + bytes[at + 3];
            if (bytes[at] == 0x30 && bytes[at + 1] == 0x82 && bytes[at + 4] == 0x30 && bytes[at + 5] == 0x82 && at + length <= bytes.Length)
            {
                yield return bytes[at..(at + length)];
            }
        }
    }
}
