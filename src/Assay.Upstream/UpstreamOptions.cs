using System.Security.Cryptography.X509Certificates;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>Which servers answer for a model, and how long they may take (docs/chat.md, "Upstreams").</summary>
public sealed record UpstreamOptions
{
    /// <summary>In the order in which they are asked, 1 to 8: a later one only when nothing of the answer came from those before.</summary>
    public required IReadOnlyList<UpstreamServer> Servers { get; init; }

    /// <summary>Dialects that all of them speak; default: chats only.</summary>
    public IReadOnlySet<ChatKind> Kinds { get; init; } = new HashSet<ChatKind> { ChatKind.Chat };

    /// <summary>
    /// What they don't take, so that requests with it are refused: names of parameters as receipts spell them (<c>top_k</c>, <c>max_tokens</c>), <c>seed</c>,
    /// <c>tools</c>, <c>response_format</c>, and <c>image_url</c>, <c>input_audio</c>, <c>file</c> of attachments; default: none.
    /// </summary>
    public IReadOnlySet<string> Unsupported { get; init; } = new HashSet<string>();

    /// <summary>Most tokens of a request and its answer together, for listings; null: not known.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Longest wait for a connection; default 10 s, 0.1 s to 1 min.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait from sending to the first piece of the answer; default 120 s, 0.1 s to 1 h.</summary>
    public TimeSpan First { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait from one event to the next, whatever comments or single bytes come between; default 60 s, 0.1 s to 1 h.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time of an answer over all attempts; default 600 s, 0.1 s to a day.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Longest line of a stream in bytes; default 1 MiB, 1 KiB to <see cref="ChatLimits.EventBytes"/>.</summary>
    public int MaxLineBytes { get; init; } = 1 << 20;

    /// <summary>Most events of a stream; default 1,000,000, at least 1.</summary>
    public int MaxEvents { get; init; } = 1_000_000;

    /// <summary>Authorities to trust for TLS instead of the system's; null: the system's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Refuses what can't be meant.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which, and never holds a key.</exception>
    internal void Check()
    {
        if (Servers.Count is 0 or > 8)
        {
            throw new ArgumentException("A model has 1 to 8 upstreams.");
        }

        foreach (UpstreamServer server in Servers)
        {
            Uri address = server.Address;
            if (!address.IsAbsoluteUri || address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0 || address.Scheme is not ("https" or "http"))
            {
                throw new ArgumentException("An upstream's address is an https URL without user, query or fragment, such as https://api.openai.com/v1.");
            }

            if (address.Scheme == "http" && !address.IsLoopback)
            {
                throw new ArgumentException($"The upstream {address.Host} must be called over https: plain http is taken on loopback only.");
            }

            if (server.Model.Length is 0 or > 200 || server.Model.Any(char.IsControl))
            {
                throw new ArgumentException("An upstream's model has a name of 1 to 200 characters.");
            }
        }

        Range(nameof(Connect), Connect, TimeSpan.FromMinutes(1));
        Range(nameof(First), First, TimeSpan.FromHours(1));
        Range(nameof(Idle), Idle, TimeSpan.FromHours(1));
        Range(nameof(Total), Total, TimeSpan.FromDays(1));
        if (MaxLineBytes is < 1024 or > ChatLimits.EventBytes || MaxEvents < 1)
        {
            throw new ArgumentException($"A line of a stream may have 1,024 to {ChatLimits.EventBytes} bytes, and a stream at least one event.");
        }
    }

    private static void Range(string name, TimeSpan value, TimeSpan most)
    {
        if (value < TimeSpan.FromSeconds(0.1) || value > most)
        {
            throw new ArgumentException($"{name} must be between 0.1 s and {most.TotalSeconds:0} s.");
        }
    }
}
