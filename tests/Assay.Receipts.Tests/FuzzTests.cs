using System.Text;
using Xunit.Abstractions;

namespace Assay.Receipts.Tests;

/// <summary>Every reader here: never throws, is bounded, and what it accepts encodes to the same bytes.</summary>
public sealed class StatementFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Statement() => Fuzz([Sample.Statement().Encode()], static bytes => ReceiptStatement.TryDecode(bytes, out _)?.Encode());

    [Fact]
    public void BatchHeads() => Fuzz([new BatchHead(default, 7, default).Encode()], static bytes => BatchHead.TryDecode(bytes, out _)?.Encode());

    [Fact]
    public void Envelope() => Fuzz(
        [Sample.Bundle().Envelope.Encode(), Sample.Bundle(batch: 9).Envelope.Encode()], static bytes => ReceiptEnvelope.TryDecode(bytes, out _)?.Encode());

    [Fact]
    public void KeySets() => Fuzz([Sample.KeySet.Bytes.ToArray()], static bytes => KeySet.TryDecode(bytes, out _)?.Bytes.ToArray());

    [Fact]
    public void Levels() => Fuzz(
        [.. VerificationLevel.All.Select(static l => Encoding.UTF8.GetBytes(l.ToString()))],
        static bytes => VerificationLevel.TryParseCanonical(Encoding.Latin1.GetString(bytes), out VerificationLevel level, out _) ? Encoding.Latin1.GetBytes(level.ToString()) : null);

    private void Fuzz(IReadOnlyList<byte[]> seeds, Func<byte[], byte[]?> roundTrip) => output.WriteLine(RoundTrips.Fuzz(seeds, roundTrip));
}

public sealed class BundleFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Claims() => Fuzz([Sample.Builder().BuildClaims(Sample.Full).Section.ToArray(), Redacted(claims: true)], static bytes =>
        DisclosedClaims.TryDecode(bytes, out _) is { } claims ? RoundTrips.Written(claims.Write) : null);

    [Fact]
    public void Outputs() => Fuzz([Sample.Builder().BuildOutput(Sample.Outputs).Section.ToArray(), Redacted(claims: false)], static bytes =>
        DisclosedOutput.TryDecode(bytes, out _) is { } parts ? RoundTrips.Written(parts.Write) : null);

    [Fact]
    public void LogEntries() => Fuzz(
        [Sample.Bundle().LogProof!.EntryBytes.ToArray(), new LogEntry.ForKeySet(Sample.KeySet.Bytes).Encode(), Sample.Rotation().Encode(), Sample.Revocation().Encode(), new LogEntry.ForAttestation(default, "intel-tdx", "simulated", default, default).Encode(), new LogEntry.ForAttestationPolicy(default, "p", 1).Encode()], static bytes => LogEntry.TryDecode(bytes, out _)?.Encode());

    [Fact]
    public void Bundles() => Fuzz(
        [Sample.Bundle().Encode(), Sample.Bundle(batch: 5).Encode(), Sample.Bundle(logged: false).Redact(["model"], out _, out _)!.Encode()],
        static bytes => Bundle.TryDecode(bytes, out _)?.Encode());

    private static byte[] Redacted(bool claims)
    {
        Bundle bundle = Sample.Bundle().Redact(["model", "outputs.class"], out _, out _)!;
        return claims ? RoundTrips.Written(bundle.Claims.Write) : RoundTrips.Written(bundle.Output.Write);
    }

    private void Fuzz(IReadOnlyList<byte[]> seeds, Func<byte[], byte[]?> roundTrip) => output.WriteLine(RoundTrips.Fuzz(seeds, roundTrip));
}
