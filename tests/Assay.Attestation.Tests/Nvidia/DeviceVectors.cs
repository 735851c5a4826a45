using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Assay.Attestation.Tests;

/// <summary>The device evidence of spec/vectors/attestation/nvidia in its two publishing forms: hexadecimal digits with PEM, and JSON.</summary>
internal sealed record DeviceVectors(byte[] Report, ImmutableArray<ReadOnlyMemory<byte>> Chain, byte[]? Nonce)
{
    internal static readonly DateTimeOffset At = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    internal static DeviceVectors Text(string report, string chain) =>
        new(Convert.FromHexString(Encoding.ASCII.GetString(Vectors.Read("nvidia/" + report)).Trim()), Pem(Vectors.Read("nvidia/" + chain)), null);

    internal static DeviceVectors Json(string name)
    {
        using JsonDocument json = JsonDocument.Parse(Vectors.Read("nvidia/" + name));
        JsonElement first = json.RootElement[0];
        return new DeviceVectors(
            first.GetProperty("evidence").GetBytesFromBase64(), Pem(first.GetProperty("certificate").GetBytesFromBase64()), Convert.FromHexString(first.GetProperty("nonce").GetString()!));
    }

    internal DeviceAppraisal Verify(TrustAnchors? anchors = null) => DeviceVerifier.Verify(Report, Chain, anchors ?? TrustAnchors.BuiltIn, At, Nonce is null ? default(ReadOnlyMemory<byte>?) : Nonce);

    private static ImmutableArray<ReadOnlyMemory<byte>> Pem(byte[] text) => [.. PemBlocks.TryRead(text, 8)!.Value.Select(static block => (ReadOnlyMemory<byte>)block.Der)];
}
