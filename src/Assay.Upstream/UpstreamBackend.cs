using System.Runtime.CompilerServices;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>Somebody else's OpenAI-compatible servers as a backend (docs/chat.md, "Upstreams"). Safe for concurrent use.</summary>
public sealed class UpstreamBackend : IChatBackend
{
    private readonly UpstreamOptions _options;
    private readonly UpstreamChannel[] _channels;

    private UpstreamBackend(UpstreamOptions options)
    {
        _options = options;
        _channels = [.. options.Servers.Select(server => new UpstreamChannel(server, options))];
        Info = new ChatBackendInfo
        {
            Backend = "upstream " + _channels[0].Origin,
            Semantics = "opaque",
            Kinds = options.Kinds,
            ContextTokens = options.ContextTokens,
        };
    }

    /// <inheritdoc/>
    public ChatBackendInfo Info { get; }

    /// <summary>Makes one; nothing is called yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or an address isn't https.</exception>
    public static UpstreamBackend Create(UpstreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return new UpstreamBackend(options);
    }

    /// <inheritdoc/>
    public ChatPlan? Plan(ChatRequest request, out ChatFault? fault)
    {
        ArgumentNullException.ThrowIfNull(request);
        return UpstreamPlanner.Plan(request, _options, out fault);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(report);
        using UpstreamRun run = new(plan, _options, _channels, cancellation);
        List<ChatEvent> ready = [];
        bool isMore = true;
        try
        {
            isMore = await run.BeginAsync(ready).ConfigureAwait(false);
            while (true)
            {
                if (!isMore)
                {
                    report(run.Report);
                }

                foreach (ChatEvent item in ready)
                {
                    yield return item;
                }

                if (!isMore)
                {
                    break;
                }

                ready.Clear();
                isMore = await run.NextAsync(ready).ConfigureAwait(false);
            }
        }
        finally
        {
            // What was broken off came from somewhere, too.
            if (isMore)
            {
                report(run.Report);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (UpstreamChannel channel in _channels)
        {
            channel.Dispose();
        }
    }
}
