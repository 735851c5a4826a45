using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Testing.Attestation;

/// <summary>The blob of Azure's paravisor around a synthetic report.</summary>
public sealed record AzureBlob
{
    /// <summary>What paravisors say of 2026: keys of the virtual TPM, the machine, what the guest put in.</summary>
    public const string RuntimeData =
        """{"keys":[{"kid":"HCLAkPub","key_ops":["sign"],"kty":"RSA","e":"AQAB","n":"qR7LqAABDczZ"},{"kid":"HCLEkPub","key_ops":["encrypt"],"kty":"RSA","e":"AQAB","n":"no1v-KD0yu5U"}],"vm-configuration":{"console-enabled":true,"secure-boot":true,"tpm-enabled":true,"vmUniqueId":"911B0EF8-9DBA-48B0-B275-4E4DF2D39252"},"user-data":"USER"}""";

    /// <summary>The runtime data; <c>USER</c> in it stands for the guest's bytes.</summary>
    public string Json { get; init; } = RuntimeData;

    /// <summary>The guest's bytes.</summary>
    public byte[] UserData { get; init; } = [.. Enumerable.Range(0, 64).Select(static value => (byte)value)];

    /// <summary>1, 2, 3: SHA-256, SHA-384, SHA-512.</summary>
    public uint Hash { get; init; } = 1;

    /// <summary>2 for SNP, 4 for TDX.</summary>
    public uint ReportType { get; init; } = 2;

    /// <summary>Of the request after the report.</summary>
    public uint RequestVersion { get; init; } = 1;

    /// <summary>Length of the whole.</summary>
    public int Length { get; init; } = 2600;

    /// <summary>The blob, with its report signed over the runtime data's hash.</summary>
    public byte[] Sign(SnpReportTemplate report, SyntheticKey key)
    {
        ArgumentNullException.ThrowIfNull(report);
        byte[] json = Encoding.UTF8.GetBytes(Json.Replace("USER", Convert.ToHexString(UserData), StringComparison.Ordinal));
        byte[] digest = Hash switch { 1 => SHA256.HashData(json), 2 => SHA384.HashData(json), _ => SHA512.HashData(json) };
        int extension = RequestVersion == 2 ? 4 : 0;
        byte[] blob = new byte[Math.Max(Length, 1236 + extension + json.Length)];
        "HCLA"u8.CopyTo(blob);
        Put(blob, 4, 2);
        Put(blob, 8, (uint)(1236 + extension + json.Length));
        Put(blob, 12, 2);
        (report with { ReportData = [.. digest, .. new byte[64 - digest.Length]] }).Sign(key).CopyTo(blob, 32);
        Put(blob, 1216, (uint)(20 + extension + json.Length));
        Put(blob, 1220, RequestVersion);
        Put(blob, 1224, ReportType);
        Put(blob, 1228, Hash);
        Put(blob, 1232, (uint)json.Length);
        json.CopyTo(blob, 1236 + extension);
        return blob;
    }

    private static void Put(byte[] blob, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(offset), value);
}
