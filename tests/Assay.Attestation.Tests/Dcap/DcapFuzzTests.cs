using System.Text;
using Assay.Testing;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Hostile quotes, extensions, statements and files: no exception, no memory or time out of proportion.</summary>
public sealed class DcapFuzzTests
{
    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;

    // What a mutated seed may cost besides its own length: it may be made of parts of others.
    private static readonly FuzzLimits Limits = new(512 * 1024, 256, TimeSpan.FromMilliseconds(250));

    [Fact]
    public void Quotes()
    {
        byte[][] seeds = [Intel.Quote(new SyntheticQuote { QeAuthenticationData = [] }), Intel.Quote(new SyntheticQuote { Version = 5, TeeTcbSvn2 = new byte[16] }), DcapVectors.Quote("tdx/google-v5"), DcapVectors.Quote("tdx/phala-v4")];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes => DcapQuote.TryRead(bytes, EvidenceType.IntelTdx, out string? error) is { } quote && error is null && DcapChain.TryRead(quote.Certificates.Span) is not null, Limits);
        Assert.True(summary.Accepted > 0 && summary.Refused > summary.Accepted / 2);
        byte[][] sgx = [Intel.Quote(new SyntheticQuote { IsSgx = true, Version = 3 }), DcapVectors.Quote("sgx/phala-v3")];
        FuzzRun.Run(sgx, static bytes => DcapQuote.TryRead(bytes, EvidenceType.IntelSgx, out _) is not null, Limits, randomSeed: 2);
    }

    [Fact]
    public void Whole_verifications_of_mutated_quotes_accept_nothing_else()
    {
        byte[] good = Intel.Quote(new byte[64]);
        CollateralSet collateral = Intel.Collateral;
        Mutator mutator = new(3, [good]);
        for (int i = FuzzRun.Count / 50; i > 0; i--)
        {
            byte[] bytes = mutator.Next();
            EvidenceReport report = DcapWorld.Verify(Intel, bytes, collateral);
            bool passed = report.Steps.All(static step => step.Result == Assay.Primitives.CheckResult.Pass);
            Assert.True(!passed || bytes.AsSpan().TrimEnd((byte)0).SequenceEqual(good.AsSpan().TrimEnd((byte)0)) || Same(bytes, good), Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void Platform_extensions()
    {
        byte[][] seeds = [new SyntheticIntelPlatform().Extension().Value, new SyntheticIntelPlatform { PlatformInstanceId = null }.Extension().Value];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes => PckExtension.TryRead(bytes) is not null, Limits);
        Assert.True(summary is { Accepted: > 0, Refused: > 0 });
    }

    [Fact]
    public void Statements()
    {
        byte[][] infos = [[.. Intel.TcbInfo(new SyntheticTcbInfo()).Bytes.Span], [.. Intel.TcbInfo(new SyntheticTcbInfo { Id = "SGX", Version = 2 }).Bytes.Span]];
        Assert.True(FuzzRun.Run(infos, static bytes => TcbInfo.TryRead(bytes) is not null, Limits) is { Accepted: > 0, Refused: > 0 });
        byte[][] identities = [[.. Intel.QeIdentity(new SyntheticQeIdentity()).Bytes.Span]];
        Assert.True(FuzzRun.Run(identities, static bytes => QeIdentity.TryRead(bytes) is not null, Limits) is { Accepted: > 0, Refused: > 0 });
    }

    [Fact]
    public void Files()
    {
        byte[][] seeds =
        [
            DcapVectors.Bytes("tdx/phala-v4-2025.collateral.json"), Intel.Collateral.Encode(), SyntheticIntel.Pem(Intel.TcbSigner, Intel.Root), Intel.TcbSigner.Der, [.. Intel.QeIdentity(new SyntheticQeIdentity()).Bytes.Span],
            Encoding.ASCII.GetBytes(Uri.EscapeDataString(Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.Root)))), Encoding.ASCII.GetBytes(Convert.ToHexString(Intel.List(Intel.Root, []).Bytes.Span)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(Intel.Root.Der)),
        ];
        Assert.True(FuzzRun.Run(seeds, static bytes => CollateralFiles.TryRead(bytes, out string? error) is not null == error is null && error is null, Limits) is { Accepted: > 0, Refused: > 0 });
    }

    // White space between certificates isn't signed; nothing else about an accepted quote may differ.
    private static bool Same(byte[] bytes, byte[] good) =>
        DcapQuote.TryRead(bytes, EvidenceType.IntelTdx, out _) is { } quote && DcapQuote.TryRead(good, EvidenceType.IntelTdx, out _) is { } original
        && quote.Signed.Span.SequenceEqual(original.Signed.Span) && DcapChain.TryRead(quote.Certificates.Span)!.Leaf.Digest == DcapChain.TryRead(original.Certificates.Span)!.Leaf.Digest;
}
