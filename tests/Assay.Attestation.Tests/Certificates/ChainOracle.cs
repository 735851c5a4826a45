using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Assay.Attestation.Tests;

/// <summary>The framework's word about the same chain: this root alone, no network, no lists.</summary>
internal static class ChainOracle
{
    /// <summary>Null if it accepts the chain, else why not.</summary>
    internal static string? Refuses(IReadOnlyList<byte[]> chain, DateTimeOffset at)
    {
        List<X509Certificate2> loaded = [];
        try
        {
            foreach (byte[] der in chain)
            {
                loaded.Add(X509CertificateLoader.LoadCertificate(der));
            }

            using X509Chain platform = new();
            platform.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            platform.ChainPolicy.CustomTrustStore.Add(loaded[^1]);
            platform.ChainPolicy.ExtraStore.AddRange(loaded.Skip(1).ToArray());
            platform.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            platform.ChainPolicy.DisableCertificateDownloads = true;
            platform.ChainPolicy.VerificationTime = at.UtcDateTime;
            platform.ChainPolicy.VerificationTimeIgnored = false;
            return platform.Build(loaded[0]) ? null : string.Join(", ", platform.ChainStatus.Select(static status => status.StatusInformation));
        }
        catch (CryptographicException e)
        {
            return e.Message;
        }
        finally
        {
            loaded.ForEach(static certificate => certificate.Dispose());
        }
    }
}
