using System.Diagnostics;
using System.Text.RegularExpressions;
using Assay.Chain;
using Assay.Facilitator;
using Assay.Facilitator.Tests;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Cli.Tests;

public sealed partial class FacilitatorCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-facilitator-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OracleFact(Oracle.LocalChain)]
    public async Task Facilitator_settles_and_after_kill_9_knows_what_it_settled()
    {
        await using LocalChain chain = await LocalChain.StartAsync();
        using TestPayer payer = await TestPayer.CreateAsync(chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        SettleReply[] replies = new SettleReply[2];
        for (int i = 0; i < replies.Length; i++)
        {
            ProcessStartInfo start = CliRunner.StartInfo(Arguments(chain.Url.AbsoluteUri, "http://127.0.0.1:0"));
            start.Environment["ASSAY_FACILITATOR_KEY"] = LocalChain.DevelopmentKeys[0];
            using Process process = Process.Start(start)!;
            string address = "";
            for (string? line = ""; line?.StartsWith("ready", StringComparison.Ordinal) == false; line = await process.StandardOutput.ReadLineAsync())
            {
                address = line.StartsWith("address", StringComparison.Ordinal) ? AddressPattern().Match(line).Value : address;
                Assert.DoesNotContain(LocalChain.DevelopmentKeys[0], line, StringComparison.Ordinal);
            }

            Assert.True(address.Length > 0, process.HasExited ? await process.StandardError.ReadToEndAsync() : "no address");
            replies[i] = await new RemoteFacilitator(http, new Uri(address), null, TimeProvider.System).SettleAsync(payment, offer, offer.Amount, default);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(FacilitatorOutcome.Accepted, replies[0].Outcome);
        Assert.Equal((replies[0].Outcome, replies[0].Transaction), (replies[1].Outcome, replies[1].Transaction));
        Assert.Equal(1000, await chain.TokensOfAsync(offer.PayTo));
    }

    [Fact]
    public async Task Address_that_is_open_to_others_needs_a_token_and_an_account_is_needed_at_all()
    {
        CliRunner.Result open = await CliRunner.ProcessAsync(Arguments("http://127.0.0.1:1", "http://0.0.0.0:0"));
        Assert.Equal(4, open.ExitCode);
        CliRunner.Result nobody = await CliRunner.RunAsync(Arguments("http://127.0.0.1:1", "http://127.0.0.1:0"));
        Assert.Equal(4, nobody.ExitCode);
    }

    private string[] Arguments(string rpc, string url) =>
        ["facilitator", "--rpc", rpc, "--network", "eip155:84532", "--asset", LocalChain.Token.ToString(), "--url", url, "--folder", _folder];

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex AddressPattern();
}
