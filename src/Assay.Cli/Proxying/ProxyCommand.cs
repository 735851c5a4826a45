using System.CommandLine;
using System.Globalization;
using Assay.Chat;
using Assay.Cli.Chatting;
using Assay.Cli.Commands;
using Assay.Cli.Console;
using Assay.Cli.Paying;
using Assay.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Cli.Proxying;

/// <summary><c>assay proxy</c>: gives any tool that speaks OpenAI's dialects checked answers, on this machine.</summary>
internal static class ProxyCommand
{
    internal static Command Create()
    {
        CheckInputs inputs = new("--require");
        Option<int> port = new("--port") { Description = "Port on this machine (0: any that is free). Nobody else can reach it.", DefaultValueFactory = static _ => 8081 };
        Option<bool> provisional = new("--provisional") { Description = "Hand on streams as they come, unchecked; only their end ([DONE]) waits for the check. Default: nothing comes before it is checked." };
        Option<int> body = new("--max-body") { Description = "Longest question, bytes (1,024 to 16,777,216).", DefaultValueFactory = static _ => ChatLimits.BodyBytes };
        Option<int> concurrent = new("--concurrent") { Description = "Most answers at the same time (1 to 1,024); each is in memory until it is checked.", DefaultValueFactory = static _ => 32 };
        Option<int> seconds = new("--seconds") { Description = "Longest time for an answer, s (1 to 86,400).", DefaultValueFactory = static _ => 900 };
        Option<int> keepAlive = new("--keep-alive") { Description = "How long a stream that is held is silent, s (1 to 600): then comments say that it lives.", DefaultValueFactory = static _ => 10 };
        return inputs.On(new Command("proxy", "Checked answers for any tool that speaks OpenAI's dialects: point its base URL here.") { port, provisional, body, concurrent, seconds, keepAlive }).Do(async (parsed, output, cancellation) =>
        {
            ChatChecker checker = await inputs.CheckerAsync(parsed, output, cancellation).ConfigureAwait(false);
            Uri node = inputs.Node(parsed);
            ProxyOptions options = new(
                parsed.GetValue(provisional), Within("--max-body", parsed.GetValue(body), 1024, ChatLimits.BodyBytes), Within("--concurrent", parsed.GetValue(concurrent), 1, 1024),
                TimeSpan.FromSeconds(Within("--seconds", parsed.GetValue(seconds), 1, 86_400)), TimeSpan.FromSeconds(Within("--keep-alive", parsed.GetValue(keepAlive), 1, 600)));
            using Purse? purse = inputs.Purse(parsed, checker, output);
            HttpClient http = Nodes.PatientOf(purse);
            using ChatProxy proxy = new(key => Nodes.Chat(http, node, key), checker, options, inputs.Save(parsed), TimeProvider.System, output.Note) { FirstUse = inputs.IsFirstUse(parsed), Token = purse?.Policy.Tokens[0] };
            WebApplication application = Build(Within("--port", parsed.GetValue(port), 0, 65_535), options);
            await using (application.ConfigureAwait(false))
            {
                proxy.Map(application);
                await application.StartAsync(cancellation).ConfigureAwait(false);
                string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
                output.Line($"proxy    {address}/v1   point a tool's base URL here (OPENAI_BASE_URL={address}/v1)");
                output.Line($"node     {node}");
                output.Line($"require  {checker.Level}: {(options.Provisional ? "streams come UNCHECKED, only their end waits for the check" : "nothing is given out before it is checked")}");
                if (purse is not null)
                {
                    output.Line("pay      whatever program of this machine asks here spends from the wallet, within its limits");
                }

                output.Line("ready    Ctrl+C stops it");
                await Shutdown.WaitAsync(cancellation).ConfigureAwait(false);
                await application.StopAsync(CancellationToken.None).ConfigureAwait(false);
            }

            return ExitCodes.Met;
        });
    }

    private static WebApplication Build(int port, ProxyOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "assay" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaximumBody;
            kestrel.Limits.MaxConcurrentConnections = 4L * options.Concurrent;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder.Build();
    }

    private static int Within(string name, int value, int least, int most) => value >= least && value <= most ? value : throw CliException.Usage(string.Create(CultureInfo.InvariantCulture, $"{name}: {least:N0} to {most:N0}."));
}
